//! What came of tests, as JUnit's XML: a suite for each file, a case for each test.

use std::fmt::Write as _;

use super::{tests::sentences, xml::escaped};
use crate::{
    check::{TestReport, Tested, TestedFile},
    diag::Diagnostic,
    policy::TestVerdict,
    source::Sources,
};

/// The tests as JUnit's XML.
#[must_use]
pub fn tests_junit(sources: &Sources, report: &TestReport) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"infralint test\">\n".to_owned();
    for file in &report.files {
        suite(sources, file, &mut out);
    }
    if !report.diagnostics.is_empty() {
        let errors = report.diagnostics.iter().filter(|d| d.is_error()).count();
        let _ = writeln!(
            out,
            "  <testsuite name=\"infralint\" tests=\"{errors}\" failures=\"0\" errors=\"{errors}\" skipped=\"0\">"
        );
        of_diagnostics(sources, "infralint", &report.diagnostics, &mut out);
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(sources: &Sources, file: &TestedFile, out: &mut String) {
    let count = |verdict| file.tests.iter().filter(|test| test.verdict == verdict).count();
    let broken = file.diagnostics.iter().filter(|d| d.is_error()).count();
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
        escaped(&file.path),
        file.tests.len() + broken,
        count(TestVerdict::Fail),
        count(TestVerdict::Error) + broken,
        count(TestVerdict::Skipped),
    );
    of_diagnostics(sources, &file.path, &file.diagnostics, out);
    for test in &file.tests {
        case(sources, &file.path, test, out);
    }
    out.push_str("  </testsuite>\n");
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
