//! `infralint test`: test files of policies, and the pages of rules, on all threads.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rayon::prelude::*;

use super::{
    Request, RuleSources, engine,
    isolate::isolated,
    pages::{self, Example, examples},
    run::{run_by, with_stacks},
};
use crate::{
    addr::fits,
    config::LoadOptions,
    diag::{Diagnostic, Level},
    policy::{
        self, Finding, InputSources, MockResult, Mutations, RuleSet, TestVerdict, Tests, files_below, is_test_file,
        load_file, stem,
    },
    source::{Scratch, Sources},
};

/// What is to be tested.
#[derive(Clone, Debug)]
pub struct TestRequest {
    /// Folders with everything below them, or files; absolute.
    pub paths: Vec<PathBuf>,
    /// Only tests whose file or name holds this text; `*` stands for any characters.
    pub filter: Option<String>,
    pub inputs: InputSources,
    pub now: Timestamp,
    pub jobs: Option<NonZeroUsize>,
    /// Also change what policies read, to see whether a test notices.
    pub mutate: bool,
    /// Whether mocks get the shape of the provider's schema: null for what they leave out.
    pub mock_schema: bool,
    /// As of a [`Request`].
    pub whole_try: bool,
    /// A folder for temporary files: the examples of pages are files for a moment.
    pub scratch: PathBuf,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct TestReport {
    /// In the order of their paths.
    pub files: Vec<TestedFile>,
    pub diagnostics: Vec<Diagnostic>,
    /// What was changed, where that was asked for.
    pub mutations: Option<Mutations>,
}

/// A test file or a page.
#[derive(Debug, Default)]
pub struct TestedFile {
    pub path: String,
    pub tests: Vec<Tested>,
    /// What was changed in it, where that was asked for.
    pub mutations: Mutations,
    /// With an error among them no test was run.
    pub diagnostics: Vec<Diagnostic>,
}

/// One mock, or one example of a page.
#[derive(Debug)]
pub struct Tested {
    /// `resource.aws_s3_bucket.logs`, or the heading the example stands under.
    pub name: String,
    pub line: u32,
    pub verdict: TestVerdict,
    /// Whether policies were to deny it.
    pub expect_failure: bool,
    /// What is not as expected, and what policies said.
    pub messages: Vec<String>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Tests by what came of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TestCounts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    /// Tests and files that could not be run.
    pub errors: usize,
}

impl TestReport {
    #[must_use]
    pub fn counts(&self) -> TestCounts {
        let mut counts = TestCounts { errors: errors(&self.diagnostics), ..TestCounts::default() };
        for file in &self.files {
            counts.errors += errors(&file.diagnostics);
            for test in &file.tests {
                *match test.verdict {
                    TestVerdict::Pass => &mut counts.passed,
                    TestVerdict::Fail => &mut counts.failed,
                    TestVerdict::Skipped => &mut counts.skipped,
                    TestVerdict::Error => &mut counts.errors,
                } += 1;
            }
        }
        counts
    }

    /// 0 when all passed, 1 when one failed or a change was not noticed, 2 when something could not be run.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.counts() {
            TestCounts { errors: 1.., .. } => 2,
            TestCounts { failed: 1.., .. } => 1,
            _ => u8::from(self.mutations.as_ref().is_some_and(|m| m.survivors().next().is_some())),
        }
    }
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|d| d.is_error()).count()
}

/// Runs every test file and every page of a rule under the paths.
#[must_use]
pub fn test(sources: &Sources, request: &TestRequest) -> TestReport {
    let work = || {
        let mut report = TestReport::default();
        for path in &request.paths {
            below(sources, request, path, &mut report);
        }
        if report.files.is_empty() && report.diagnostics.is_empty() {
            let detail = "There are no files named *.policytest.hcl or *.infralinttest.hcl, and no pages of rules at or below the path.";
            report.diagnostics.push(Diagnostic::placeless("No tests found", detail));
        }
        if let Some(filter) = &request.filter {
            unmatched(filter, &mut report);
        }
        if request.mutate {
            let mut all = Mutations::default();
            report.files.iter_mut().for_each(|file| all.merge(std::mem::take(&mut file.mutations)));
            report.mutations = Some(all);
        }
        report
    };
    with_stacks(request.jobs, work)
        .unwrap_or_else(|failure| TestReport { diagnostics: vec![*failure], ..TestReport::default() })
}

/// A filter that no test matches tests nothing.
fn unmatched(filter: &str, report: &mut TestReport) {
    report.files.retain(|file| !file.tests.is_empty() || errors(&file.diagnostics) > 0);
    if report.files.is_empty() && report.diagnostics.is_empty() {
        let detail = format!("No test has a file or a name with \"{filter}\" in it.");
        report.diagnostics.push(Diagnostic::placeless("No tests found", detail));
    }
}

fn below(sources: &Sources, request: &TestRequest, path: &Path, report: &mut TestReport) {
    if !path.exists() {
        let detail = format!("There is no file or folder {}.", sources.display(path));
        return report.diagnostics.push(Diagnostic::placeless("No tests found", detail));
    }
    let folder = if path.is_file() { path.parent().unwrap_or(path) } else { path };
    let (inputs, wrong) = request.inputs.read(sources);
    report.diagnostics.extend(wrong);
    let mut tests = Tests::new(sources, folder.to_path_buf(), inputs);
    tests.now = Some(request.now.to_string());
    (tests.mock_schema, tests.whole_try) = (request.mock_schema, request.whole_try);
    let (files, diagnostics) = files_below(path, |name| is_test_file(name) || is_page(name));
    report.diagnostics.extend(diagnostics);
    let one = |file: &PathBuf| {
        let shown = sources.display(file);
        let failed = |bug: Box<Diagnostic>| {
            Some(TestedFile { path: shown.clone(), diagnostics: vec![*bug], ..TestedFile::default() })
        };
        isolated(&shown, || tested(&tests, request, file)).unwrap_or_else(failed)
    };
    report.files.extend(files.par_iter().filter_map(one).collect::<Vec<_>>());
}

fn is_page(name: &str) -> bool {
    name.strip_suffix(".md").is_some_and(|stem| !stem.is_empty())
}

/// Nothing for a page that is of no rule.
fn tested(tests: &Tests<'_>, request: &TestRequest, path: &Path) -> Option<TestedFile> {
    let is_page = path.extension().is_some_and(|ending| ending == "md");
    if is_page { page(tests.sources, request, path) } else { Some(test_file(tests, request, path)) }
}

fn test_file(tests: &Tests<'_>, request: &TestRequest, path: &Path) -> TestedFile {
    let shown = tests.sources.display(path);
    let id = match tests.sources.read(path) {
        Ok(id) => id,
        Err(error) => return unreadable(shown, &error.to_string()),
    };
    let file = policy::read_test(tests.sources, id);
    let wanted = |name: &str| is_wanted(request, &shown, name);
    let result = policy::run_file(tests, path.parent().unwrap_or(path), &file, &wanted);
    let tested = result.mocks.into_iter().map(|mock| of_mock(tests.sources, mock)).collect();
    let folder = path.parent().unwrap_or(path);
    let mutations = if request.mutate { policy::mutate_file(tests, folder, &file) } else { Mutations::default() };
    TestedFile { path: shown, tests: tested, mutations, diagnostics: result.diagnostics }
}

fn is_wanted(request: &TestRequest, file: &str, name: &str) -> bool {
    let pattern = |filter: &String| fits(&format!("*{filter}*"), &format!("{file} {name}"));
    request.filter.as_ref().is_none_or(pattern)
}

fn unreadable(path: String, why: &str) -> TestedFile {
    let detail = format!("{path} could not be read: {why}.");
    let diagnostics = vec![Diagnostic::placeless("Failed to read tests", detail)];
    TestedFile { path, diagnostics, ..TestedFile::default() }
}

fn of_mock(sources: &Sources, mock: MockResult) -> Tested {
    let mut messages: Vec<String> = mock.findings.iter().map(message).collect();
    if mock.verdict == TestVerdict::Fail {
        let wrong = if mock.expect_failure { "Missing expected failure" } else { "Unexpected failure" };
        messages.insert(0, wrong.to_owned());
    }
    messages.extend(mock.information.iter().map(|info| format!("info: {}: {}", info.check, info.message)));
    Tested {
        name: mock.address,
        line: sources.get(mock.at.file).position(mock.at.span.start).line,
        verdict: mock.verdict,
        expect_failure: mock.expect_failure,
        messages,
        diagnostics: mock.diagnostics,
    }
}

fn message(finding: &Finding) -> String {
    let said = match finding.verdict {
        policy::Verdict::Fail => finding.level.as_str(),
        policy::Verdict::Undecided => "undecided",
        policy::Verdict::Error => "rule error",
    };
    format!("{said}: {}: {}", finding.check, finding.message)
}

fn page(sources: &Sources, request: &TestRequest, path: &Path) -> Option<TestedFile> {
    let rule = path.file_stem()?.to_string_lossy().into_owned();
    let folder = path.parent().unwrap_or(path);
    let files: Vec<PathBuf> = [policy::POLICY_ENDING, policy::EXTENDED_ENDING]
        .iter()
        .map(|ending| folder.join(format!("{rule}{ending}")))
        .filter(|file| file.is_file())
        .collect();
    if files.is_empty() {
        return None;
    }
    let shown = sources.display(path);
    let text = match sources.read(path) {
        Ok(id) => sources.get(id).text.to_string(),
        Err(error) => return Some(unreadable(shown, &error.to_string())),
    };
    let wanted: Vec<Example> = examples(&text).into_iter().filter(|e| is_wanted(request, &shown, &e.title)).collect();
    let tests = wanted.par_iter().map(|example| of_example(request, (&rule, &files), example)).collect();
    let mut page = TestedFile { path: shown, tests, ..TestedFile::default() };
    if request.mutate {
        // One after the other: what one example notices need not be tried in the next.
        for example in &wanted {
            mutate_example(request, &files, example, &mut page.mutations);
        }
    }
    Some(page)
}

/// Changes what the rule reads in one example. One that cannot be made files has said so when it was run.
fn mutate_example(request: &TestRequest, files: &[PathBuf], example: &Example, found: &mut Mutations) {
    let usual = usual_request(request);
    let _told = Scratch::new(&request.scratch).and_then(|scratch| {
        let sources = pages::written(example, &scratch)?;
        let asked = pages::request(&scratch, &usual, example)?;
        engine::mutate(&sources, &asked, &load_files(&sources, files), found);
        Ok(())
    });
}

fn of_example(request: &TestRequest, (rule, files): (&str, &[PathBuf]), example: &Example) -> Tested {
    let judged = Scratch::new(&request.scratch).and_then(|scratch| {
        let usual = usual_request(request);
        pages::mismatches(example, &scratch, rule, |sources| {
            let plans = pages::plans(example);
            let asked = pages::request(&scratch, &usual, example)?;
            Ok(run_by(sources, &asked, (load_files(sources, files), &plans)))
        })
    });
    let (verdict, messages) = match judged {
        Ok(lines) if lines.is_empty() => (TestVerdict::Pass, lines),
        Ok(lines) => (TestVerdict::Fail, lines),
        Err(error) => (TestVerdict::Error, vec![format!("the example cannot be made a file: {error}")]),
    };
    Tested {
        name: example.title.clone(),
        line: example.line,
        verdict,
        expect_failure: false,
        messages,
        diagnostics: Vec::new(),
    }
}

fn load_files(sources: &Sources, files: &[PathBuf]) -> RuleSet {
    let loaded = files.iter().filter_map(|path| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let (id, extended) = stem(&name)?;
        Some(load_file(sources, sources.read(path).ok()?, id, extended))
    });
    RuleSet::of(loaded.collect())
}

fn usual_request(request: &TestRequest) -> Request {
    Request {
        load: LoadOptions::default(),
        rules: RuleSources { shipped: true, folders: Vec::new() },
        inputs: request.inputs.clone(),
        undecided: None,
        whole_try: request.whole_try,
        fail_on: Level::Error,
        jobs: NonZeroUsize::new(1),
        now: request.now,
        only: super::Only::default(),
    }
}
