//! The verdict tables of the rules, row by row: `tests/verdicts/<rule>.txt`.
//!
//! A case is `=== name`, an optional comment, files after lines `--- path`, and after `--- expected` all that the rule and
//! the configuration say, as `render` writes it; `nothing` where nothing is said. To record after a change of a rule:
//!
//!     cargo test --test verdicts record -- --ignored
//!
//! and read the difference line by line. What the real Terraform says of the cases that fail is in
//! `tests/terraform/breakages.tsv`.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use checking::Checked;
use infralint::{
    diag::Level,
    policy::{Finding, Verdict},
};

/// A case, in the pieces it is written of.
struct Case {
    name: String,
    comment: String,
    files: Vec<(String, String)>,
    expected: String,
}

fn topics() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verdicts");
    let mut topics: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    topics.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    topics.sort();
    topics
}

/// The introduction of a topic, and its cases.
fn read(text: &str) -> (String, Vec<Case>) {
    let mut parts = text.split("\n=== ");
    let introduction = parts.next().unwrap_or_default().to_owned();
    (introduction, parts.map(case).collect())
}

fn case(part: &str) -> Case {
    let (name, body) = part.split_once('\n').unwrap();
    let whole = format!("\n{body}");
    let mut sections = whole.split("\n--- ");
    let comment = sections.next().unwrap_or_default().trim_matches('\n').to_owned();
    let mut case = Case { name: name.to_owned(), comment, files: Vec::new(), expected: String::new() };
    for section in sections {
        let (path, text) = section.split_once('\n').unwrap_or((section, ""));
        let text = text.trim_end_matches('\n').to_owned();
        if path == "expected" {
            case.expected = text;
        } else {
            case.files.push((path.to_owned(), format!("{text}\n")));
        }
    }
    case
}

/// The case as it is written, with another expectation.
fn written(case: &Case, expected: &str) -> String {
    let mut out = format!("\n=== {}\n", case.name);
    if !case.comment.is_empty() {
        let _ = writeln!(out, "{}", case.comment);
    }
    for (path, text) in &case.files {
        let _ = write!(out, "--- {path}\n{text}");
    }
    let _ = writeln!(out, "--- expected\n{expected}");
    out
}

fn judged(rule: &str, case: &Case) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &case.files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    render(&Checked::folder(folder.path()), rule)
}

/// What is said, a finding in a few lines.
fn render(checked: &Checked, rule: &str) -> String {
    let mut out = String::new();
    for diagnostic in checked.report.diagnostics.iter().filter(|d| d.level != Level::Info) {
        let (file, line) = diagnostic.place.map(|place| checked.line(place)).unwrap_or_default();
        let level = if diagnostic.is_error() { "error" } else { "warning" };
        let _ = writeln!(
            out,
            "{level} in the configuration at {file}:{line}: {}: {}",
            diagnostic.summary, diagnostic.detail
        );
    }
    for finding in checked.findings(rule) {
        render_finding(checked, finding, &mut out);
    }
    if out.is_empty() { "nothing".to_owned() } else { out.trim_end().to_owned() }
}

fn render_finding(checked: &Checked, finding: &Finding, out: &mut String) {
    let word = match (finding.verdict, finding.level) {
        (Verdict::Undecided, _) => "undecided",
        (Verdict::Error, _) => "rule error",
        (Verdict::Fail, Level::Error) => "error",
        (Verdict::Fail, Level::Warning) => "warning",
        (Verdict::Fail, Level::Info) => "info",
    };
    let address = finding.address.as_deref().unwrap_or(&finding.root_module);
    let severity = finding.severity.as_str();
    let _ = writeln!(out, "{word} {} ({severity}) {address}", finding.check.policy);
    let (file, line) = checked.line(finding.place);
    let _ = writeln!(out, "    {file}:{line}: {}", finding.message);
    if let Some(hop) = finding.origin.last() {
        let (file, line) = checked.line(hop.at);
        let _ = writeln!(out, "    decided at {file}:{line}: {}", hop.what.as_str());
    }
    if let Some(undecided) = &finding.undecided {
        let (because, by) = (undecided.because.as_str(), &undecided.decided_by);
        let _ = writeln!(out, "    because of {because}, which {by} would decide");
    }
    if finding.verdict == Verdict::Fail {
        for (what, text) in [("why", &finding.why), ("fix", &finding.help)] {
            let _ = writeln!(out, "    {what}: {text}");
        }
        let _ = writeln!(out, "    controls: {}", finding.controls.join(", "));
    }
}

#[test]
fn every_case_is_judged_as_it_says() {
    let mut wrong = String::new();
    for topic in topics() {
        let rule = topic.file_stem().unwrap().to_string_lossy();
        let (_, cases) = read(&fs::read_to_string(&topic).unwrap());
        assert!(!cases.is_empty(), "{rule} has no cases");
        for case in cases {
            let found = judged(&rule, &case);
            if found != case.expected {
                let _ = writeln!(wrong, "{rule}: {}\n{found}\n---- but expected\n{}\n", case.name, case.expected);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Whether a case is one that the rule, or the configuration, is wrong in: not one that is only undecided.
fn fails(case: &Case) -> bool {
    let words = ["error ", "warning ", "info "];
    case.expected.lines().any(|line| words.iter().any(|word| line.starts_with(word)))
}

#[test]
fn what_terraform_says_is_recorded_of_every_case_that_fails() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform/breakages.tsv");
    let table = fs::read_to_string(table).unwrap();
    let recorded: Vec<(&str, &str)> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut fields = line.split('\t');
            (fields.next().unwrap_or_default(), fields.next().unwrap_or_default())
        })
        .collect();
    let mut failing = Vec::new();
    for topic in topics() {
        let rule = topic.file_stem().unwrap().to_string_lossy().into_owned();
        // A rule is recorded whole or not at all.
        if !recorded.iter().any(|(of, _)| *of == rule) {
            continue;
        }
        let (_, cases) = read(&fs::read_to_string(&topic).unwrap());
        failing.extend(cases.into_iter().filter(fails).map(|case| (rule.clone(), case.name)));
    }
    let is_recorded = |(rule, name): &&(String, String)| recorded.contains(&(rule.as_str(), name.as_str()));
    let lacking: Vec<&(String, String)> = failing.iter().filter(|case| !is_recorded(case)).collect();
    assert!(lacking.is_empty(), "run tests/terraform/record-breakages.sh for {lacking:?}");
    assert_eq!(recorded.len(), failing.len(), "cases that are gone or no longer fail are recorded");
}

/// The lines of a recorded table that are no comments, by their fields.
fn recorded(table: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform").join(table);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// Whether Terraform planned every root module of a case and had nothing to say.
fn planned_without_a_word(answer: &str) -> bool {
    answer.split("; ").all(|root| root == "planned" || root.ends_with(": planned"))
}

#[test]
fn the_readme_counts_what_others_let_through() {
    let (plans, scans) = (recorded("breakages.tsv"), recorded("checkov.tsv"));
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut rules: Vec<&str> = plans.iter().map(|fields| fields[0].as_str()).collect();
    rules.dedup();
    assert!(rules.len() > 4, "{rules:?}");
    let row = |name: &str, is_meant: &dyn Fn(&str) -> bool| {
        let of = |table: &[Vec<String>], let_through: &dyn Fn(&str) -> bool| {
            table.iter().filter(|fields| is_meant(&fields[0]) && let_through(&fields[3])).count()
        };
        let (all, silent) = (of(&plans, &|_| true), of(&plans, &planned_without_a_word));
        let unseen = of(&scans, &|told| told == "nothing");
        assert_eq!(of(&scans, &|_| true), all, "{name}: run tests/terraform/record-checkov.sh");
        format!("| {name} | {all} | {silent} | {unseen} |\n")
    };
    let mut table: String = rules.iter().map(|rule| row(&format!("`{rule}`"), &|of| of == *rule)).collect();
    table.push_str(&row("all", &|_| true));
    assert!(readme.contains(&table), "the README's table is not this one:\n{table}");
}

/// The notes beside a finding are not part of what a case expects.
#[test]
fn what_is_ignored_after_it_was_made_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = |ignored: &str| {
        format!(
            "resource \"aws_memorydb_cluster\" \"a\" {{\n  name = \"a\"\n  num_replicas_per_shard = 0\n  lifecycle {{\n    ignore_changes = {ignored}\n  }}\n}}\n"
        )
    };
    let cases = [("[num_replicas_per_shard]", true), ("all", true), ("[name]", false)];
    for (ignored, noted) in cases {
        fs::write(folder.path().join("main.tf"), cluster(ignored)).unwrap();
        let checked = Checked::folder(folder.path());
        let finding = checked.findings("redis-ha").find(|f| *f.check.policy == *"no-replica").unwrap();
        let notes = finding.labels.iter().filter(|label| label.text.contains("num_replicas_per_shard is ignored"));
        assert_eq!(notes.count() > 0, noted, "{ignored}");
    }
}

#[test]
fn plans_without_a_word_are_told_from_others() {
    let cases = [
        ("planned", true),
        ("stages/test: planned; stages/prod: planned", true),
        ("planned, with a warning: Argument is deprecated", false),
        ("a: planned; b: refused: no", false),
        ("init: Unsupported backend type", false),
    ];
    for (answer, silent) in cases {
        assert_eq!(planned_without_a_word(answer), silent, "{answer}");
    }
}

#[test]
#[ignore = "writes what is said into the cases, to be read before it is committed"]
fn record() {
    for topic in topics() {
        let rule = topic.file_stem().unwrap().to_string_lossy();
        let (introduction, cases) = read(&fs::read_to_string(&topic).unwrap());
        let cases: String = cases.iter().map(|case| written(case, &judged(&rule, case))).collect();
        fs::write(&topic, format!("{introduction}{cases}")).unwrap();
    }
}

#[test]
fn a_case_is_read_and_written_alike() {
    let text = "About\n\n=== one\n# why\n--- main.tf\na {}\n\nb {}\n--- x/y.tf\nc {}\n--- expected\nnothing\n";
    let (introduction, cases) = read(text);
    assert_eq!(cases.len(), 1);
    let again: String = cases.iter().map(|case| written(case, &case.expected)).collect();
    assert_eq!(format!("{introduction}{again}"), text);
}
