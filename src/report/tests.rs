//! What came of tests: for people, and as JSON.

use serde::Serialize;

use super::{Look, diagnostics, json::Message, paint::Paint, prose};
use crate::{
    check::{TestCounts, TestReport, Tested, TestedFile},
    diag::{Diagnostic, Level},
    policy::{Mutation, Mutations, TestVerdict, Tried},
    source::Sources,
};

/// For people: a line for each file, and what is not as expected; with every test where `verbose`.
#[must_use]
pub fn tests(sources: &Sources, report: &TestReport, look: Look, verbose: bool) -> String {
    let writer = Writer { sources, look, paint: Paint { on: look.color }, verbose };
    let mut out = String::new();
    for file in &report.files {
        writer.file(file, &mut out);
    }
    out.push_str(&diagnostics(sources, &report.diagnostics, look));
    if let Some(mutations) = &report.mutations {
        writer.survivors(mutations, &mut out);
    }
    out.push_str(&writer.closing(report));
    out
}

struct Writer<'r> {
    sources: &'r Sources,
    look: Look,
    paint: Paint,
    verbose: bool,
}

impl Writer<'_> {
    fn file(&self, file: &TestedFile, out: &mut String) {
        let verdict = worst(file);
        let passed = file.tests.iter().filter(|test| test.verdict == TestVerdict::Pass).count();
        let all = file.tests.len();
        out.push_str(&format!("{}  {}  {passed} of {all}\n", self.word(verdict), prose::harmless(&file.path)));
        out.push_str(&diagnostics(self.sources, &file.diagnostics, self.look));
        for test in &file.tests {
            let is_told = matches!(test.verdict, TestVerdict::Fail | TestVerdict::Error);
            if is_told || self.verbose {
                self.test(file, test, out);
            }
        }
    }

    fn test(&self, file: &TestedFile, test: &Tested, out: &mut String) {
        let at = format!("{}:{}", file.path, test.line);
        let name = self.paint.bold(&prose::harmless(&test.name));
        out.push_str(&format!("  {}  {name}  {}\n", self.word(test.verdict), self.paint.dim(&prose::harmless(&at))));
        for message in &test.messages {
            for line in message.trim_end().lines() {
                out.push_str(&format!("          {}\n", prose::harmless(line)));
            }
        }
        out.push_str(&diagnostics(self.sources, &test.diagnostics, self.look));
    }

    fn word(&self, verdict: TestVerdict) -> String {
        match verdict {
            TestVerdict::Pass => "pass ".to_owned(),
            TestVerdict::Skipped => self.paint.dim("skip "),
            TestVerdict::Fail => self.paint.level(Level::Error, "FAIL "),
            TestVerdict::Error => self.paint.level(Level::Error, "ERROR"),
        }
    }

    /// Changes that no test noticed, by policy.
    fn survivors(&self, mutations: &Mutations, out: &mut String) {
        for (mutation, tried) in mutations.survivors() {
            let Mutation { rule, policy, attribute } = mutation;
            let why = unnoticed(tried);
            let word = self.paint.level(Level::Error, "ALIVE");
            let at = format!("{}:{}", tried.file, tried.line);
            out.push_str(&format!(
                "{word}  {rule}: {policy}: {}  {}\n",
                self.paint.bold(attribute),
                self.paint.dim(&at)
            ));
            out.push_str(&format!("          {why}\n"));
        }
        let (all, alive) = (mutations.0.len(), mutations.survivors().count());
        out.push_str(&format!("\n{all} attributes changed, {alive} noticed by no test\n"));
    }

    fn closing(&self, report: &TestReport) -> String {
        let TestCounts { passed, failed, skipped, errors } = report.counts();
        let line = format!(
            "{passed} passed, {failed} failed, {skipped} skipped, {errors} errors in {} files",
            report.files.len()
        );
        format!("\n{}\n", self.paint.bold(&line))
    }
}

/// Why no test noticed a change.
pub(super) fn unnoticed(tried: &Tried) -> String {
    match tried.objects {
        0 => "no test is judged by this policy".to_owned(),
        n => format!("no change of it changes a verdict, in {n} tried objects"),
    }
}

/// What is to be said of a whole file.
fn worst(file: &TestedFile) -> TestVerdict {
    if file.diagnostics.iter().any(Diagnostic::is_error) {
        return TestVerdict::Error;
    }
    let told = file.tests.iter().map(|test| test.verdict).filter(|verdict| *verdict != TestVerdict::Skipped);
    told.max().unwrap_or(TestVerdict::Pass)
}

pub(super) const fn word(verdict: TestVerdict) -> &'static str {
    match verdict {
        TestVerdict::Pass => "pass",
        TestVerdict::Fail => "fail",
        TestVerdict::Skipped => "skipped",
        TestVerdict::Error => "error",
    }
}

/// Rises when something that a reader relies on changes; additions do not count.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Whole<'r> {
    version: u32,
    summary: Counts,
    files: Vec<File<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutations: Option<Changed<'r>>,
    diagnostics: Vec<Message<'r>>,
}

#[derive(Serialize)]
struct Changed<'r> {
    attributes: usize,
    survivors: Vec<Survivor<'r>>,
}

/// An attribute that can be changed without a test noticing.
#[derive(Serialize)]
struct Survivor<'r> {
    rule: &'r str,
    policy: &'r str,
    attribute: &'r str,
    file: &'r str,
    line: u32,
    objects: usize,
}

impl<'r> Changed<'r> {
    fn of(mutations: &'r Mutations) -> Self {
        let survivor = |(mutation, tried): (&'r Mutation, &'r Tried)| Survivor {
            rule: &mutation.rule,
            policy: &mutation.policy,
            attribute: &mutation.attribute,
            file: &tried.file,
            line: tried.line,
            objects: tried.objects,
        };
        Self { attributes: mutations.0.len(), survivors: mutations.survivors().map(survivor).collect() }
    }
}

#[derive(Serialize)]
struct Counts {
    files: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
    errors: usize,
}

#[derive(Serialize)]
struct File<'r> {
    path: &'r str,
    result: &'static str,
    tests: Vec<Test<'r>>,
    diagnostics: Vec<Message<'r>>,
}

#[derive(Serialize)]
struct Test<'r> {
    name: &'r str,
    line: u32,
    result: &'static str,
    expect_failure: bool,
    messages: &'r [String],
    diagnostics: Vec<Message<'r>>,
}

impl<'r> File<'r> {
    fn of(sources: &Sources, file: &'r TestedFile) -> Self {
        Self {
            path: &file.path,
            result: word(worst(file)),
            tests: file.tests.iter().map(|test| Test::of(sources, test)).collect(),
            diagnostics: messages(sources, &file.diagnostics),
        }
    }
}

impl<'r> Test<'r> {
    fn of(sources: &Sources, test: &'r Tested) -> Self {
        Self {
            name: &test.name,
            line: test.line,
            result: word(test.verdict),
            expect_failure: test.expect_failure,
            messages: &test.messages,
            diagnostics: messages(sources, &test.diagnostics),
        }
    }
}

/// As JSON, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form; none of those here is such.
pub fn tests_json(sources: &Sources, report: &TestReport) -> Result<String, serde_json::Error> {
    let TestCounts { passed, failed, skipped, errors } = report.counts();
    let whole = Whole {
        version: VERSION,
        summary: Counts { files: report.files.len(), passed, failed, skipped, errors },
        files: report.files.iter().map(|file| File::of(sources, file)).collect(),
        mutations: report.mutations.as_ref().map(Changed::of),
        diagnostics: messages(sources, &report.diagnostics),
    };
    serde_json::to_string_pretty(&whole).map(|text| text + "\n")
}

fn messages<'r>(sources: &Sources, diagnostics: &'r [Diagnostic]) -> Vec<Message<'r>> {
    diagnostics.iter().map(|diagnostic| Message::of(sources, diagnostic)).collect()
}

/// A diagnostic in one line: `error: file:line:column: summary: detail`.
pub(super) fn sentences(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<String> {
    let sentence = |d: &Diagnostic| {
        let at = d.place.map(|place| super::human::at(sources, place) + ": ").unwrap_or_default();
        format!("{}: {at}{}: {}", d.level.as_str(), d.summary, d.detail)
    };
    diagnostics.iter().map(sentence).collect()
}
