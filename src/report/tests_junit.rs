//! What came of tests, as JUnit's XML: a suite for each file, a case for each test, and one for each attribute that was
//! changed.

use std::fmt::Write as _;

use super::{tests::sentences, xml::escaped};
use crate::{
    check::{TestReport, Tested, TestedFile},
    diag::Diagnostic,
    policy::{Mutations, TestVerdict},
    source::Sources,
};

/// Cases by what came of them.
#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(file: &TestedFile) -> Self {
        let count = |verdict| file.tests.iter().filter(|test| test.verdict == verdict).count();
        let broken = errors(&file.diagnostics);
        Self {
            tests: file.tests.len() + broken,
            failures: count(TestVerdict::Fail),
            errors: count(TestVerdict::Error) + broken,
            skipped: count(TestVerdict::Skipped),
        }
    }

    fn with(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            failures: self.failures + other.failures,
            errors: self.errors + other.errors,
            skipped: self.skipped + other.skipped,
        }
    }

    fn attributes(self) -> String {
        let Self { tests, failures, errors, skipped } = self;
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
    }
}

fn errors(diagnostics: &[Diagnostic]) -> usize {
    diagnostics.iter().filter(|d| d.is_error()).count()
}

/// A suite: its name, its counts, its cases.
type Suite<'r> = (&'r str, Counts, String);

/// The tests as JUnit's XML.
#[must_use]
pub fn tests_junit(sources: &Sources, report: &TestReport) -> String {
    let mut suites: Vec<Suite<'_>> = report.files.iter().map(|file| of_file(sources, file)).collect();
    suites.extend(report.mutations.as_ref().map(of_mutations));
    if errors(&report.diagnostics) > 0 {
        suites.push(of_run(sources, &report.diagnostics));
    }
    let all = suites.iter().fold(Counts::default(), |all, (_, counts, _)| all.with(*counts));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"infralint test\" {}>\n",
        all.attributes()
    );
    for (name, counts, cases) in suites {
        let (name, counts) = (escaped(name), counts.attributes());
        let _ = write!(out, "  <testsuite name=\"{name}\" {counts}>\n{cases}  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn of_file<'r>(sources: &Sources, file: &'r TestedFile) -> Suite<'r> {
    let mut cases = String::new();
    of_diagnostics(sources, &file.path, &file.diagnostics, &mut cases);
    for test in &file.tests {
        case(sources, &file.path, test, &mut cases);
    }
    (&file.path, Counts::of(file), cases)
}

/// What kept tests from being found or run at all.
fn of_run<'r>(sources: &Sources, diagnostics: &[Diagnostic]) -> Suite<'r> {
    let mut cases = String::new();
    of_diagnostics(sources, "infralint", diagnostics, &mut cases);
    let errors = errors(diagnostics);
    ("infralint", Counts { tests: errors, errors, ..Counts::default() }, cases)
}

/// A change that no test notices is a failure.
fn of_mutations<'r>(mutations: &Mutations) -> Suite<'r> {
    let mut cases = String::new();
    let counts = Counts { tests: mutations.0.len(), failures: mutations.survivors().count(), ..Counts::default() };
    for (mutation, tried) in &mutations.0 {
        let rule = escaped(&mutation.rule);
        let name = escaped(&format!("{}: {}", mutation.policy, mutation.attribute));
        let (file, line) = (escaped(&tried.file), tried.line);
        let _ = write!(cases, "    <testcase classname=\"{rule}\" name=\"{name}\" file=\"{file}\" line=\"{line}\"");
        if tried.noticed {
            cases.push_str("/>\n");
        } else {
            let why = escaped(&super::tests::unnoticed(tried));
            let _ = write!(cases, ">\n      <failure message=\"{why}\"/>\n    </testcase>\n");
        }
    }
    ("mutations", counts, cases)
}

/// A case for every error that kept a file from being run.
fn of_diagnostics(sources: &Sources, path: &str, diagnostics: &[Diagnostic], out: &mut String) {
    let errors: Vec<Diagnostic> = diagnostics.iter().filter(|d| d.is_error()).cloned().collect();
    for sentence in sentences(sources, &errors) {
        let (path, sentence) = (escaped(path), escaped(&sentence));
        let _ = writeln!(
            out,
            "    <testcase classname=\"{path}\" name=\"loads\">\n      <error message=\"{sentence}\"/>\n    </testcase>"
        );
    }
}

fn case(sources: &Sources, path: &str, test: &Tested, out: &mut String) {
    let (path, name) = (escaped(path), escaped(&test.name));
    let _ = write!(out, "    <testcase classname=\"{path}\" name=\"{name}\" file=\"{path}\" line=\"{}\"", test.line);
    let mut said = test.messages.clone();
    said.extend(sentences(sources, &test.diagnostics));
    let first = escaped(said.first().map_or("", String::as_str));
    let all = escaped(&said.join("\n"));
    let inside = match test.verdict {
        TestVerdict::Pass => {
            out.push_str("/>\n");
            return;
        }
        TestVerdict::Skipped => "      <skipped/>\n".to_owned(),
        TestVerdict::Fail => format!("      <failure message=\"{first}\">{all}</failure>\n"),
        TestVerdict::Error => format!("      <error message=\"{first}\">{all}</error>\n"),
    };
    let _ = write!(out, ">\n{inside}    </testcase>\n");
}
