//! The page of the functions of `infralint::`: each has an example there, and each example says what comes of it.

use std::collections::BTreeSet;

use infralint::{
    policy::{self, StageKind, Verdict},
    value::encode_json,
};

use crate::harness::Setup;

const PAGE: &str = include_str!("../../docs/policy-functions.md");

struct Example<'p> {
    judged: &'p str,
    asked: &'p str,
    wanted: &'p str,
}

/// The text of the fences of a language.
fn fences(language: &str) -> impl Iterator<Item = &'static str> {
    let opening = format!("```{language}\n");
    let parts: Vec<&str> = PAGE.split(opening.as_str()).skip(1).collect();
    parts.into_iter().filter_map(|part| part.split("\n```").next())
}

fn examples() -> Vec<Example<'static>> {
    let lines = fences("text").flat_map(str::lines);
    let read = |line: &'static str| {
        let (asked, wanted) = line.split_once(" → ")?;
        let (judged, asked) = asked.split_once(": ")?;
        Some(Example { judged, asked, wanted })
    };
    lines.map(|line| read(line).unwrap_or_else(|| panic!("no example: {line}"))).collect()
}

/// A policy that judges one resource by one example.
fn policy_of((i, example): (usize, &Example<'_>)) -> String {
    let Example { judged, asked, wanted } = example;
    let ty = judged.split('.').next().unwrap_or(judged);
    let wanted = match *wanted {
        "not known" => "\"\"".to_owned(),
        known => quoted(known),
    };
    format!(
        "resource_policy \"{ty}\" \"e{i}\" {{\n  filter = infralint::address() == \"{judged}\"\n  locals {{\n    got = core::jsonencode({asked})\n  }}\n  \
         enforce {{\n    condition     = local.got == {wanted}\n    error_message = local.got\n  }}\n}}\n"
    )
}

/// A text as HCL writes it.
fn quoted(text: &str) -> String {
    encode_json(&infralint::value::Value::string(text)).expect("a text").to_string()
}

fn repository() -> Setup {
    let all = fences("hcl").next().expect("a repository");
    let mut files = all.split("# file: ").filter(|file| !file.trim().is_empty()).map(|file| {
        let (path, text) = file.split_once('\n').expect("a file");
        (path.trim().to_owned(), text.to_owned())
    });
    let mut setup = Setup::new("", "");
    setup.files = files.by_ref().collect();
    setup.rules.clear();
    setup.stage.kind = StageKind::Nonprod;
    setup
}

#[test]
fn every_example_comes_to_what_the_page_says() {
    let examples = examples();
    let rule: String = examples.iter().enumerate().map(policy_of).collect();
    let judged = repository().rule("page.infralint.hcl", &rule).judge();
    assert!(judged.rules.is_empty(), "{:#?}", judged.rules);
    let mut wrong = Vec::new();
    for (i, example) in examples.iter().enumerate() {
        let label = format!("e{i}");
        let counts = judged.outcomes.iter().flat_map(|outcome| &outcome.checks);
        let passed: usize = counts.filter(|count| *count.check.policy == label).map(|count| count.passed).sum();
        let findings = judged.outcomes.iter().flat_map(|outcome| &outcome.findings);
        let found: Vec<_> = findings.filter(|finding| *finding.check.policy == label).collect();
        let is_as_said = match (example.wanted, found.as_slice()) {
            ("not known", [finding]) => finding.verdict == Verdict::Undecided,
            (_, []) => passed == 1,
            _ => false,
        };
        if !is_as_said {
            let said: Vec<_> = found.iter().map(|f| format!("{:?} {}", f.verdict, f.message)).collect();
            wrong.push(format!("{}: {} → {}, not {said:?}", example.judged, example.asked, example.wanted));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_has_an_example() {
    let asked: Vec<&str> = examples().iter().map(|example| example.asked).collect();
    let ours = policy::function_names().into_iter().filter(|name| name.starts_with("infralint::"));
    let missing: BTreeSet<String> =
        ours.filter(|name| !asked.iter().any(|asked| asked.contains(&format!("{name}(")))).collect();
    assert!(missing.is_empty(), "docs/policy-functions.md has no example of {missing:?}");
}
