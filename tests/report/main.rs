//! What people and programs get to read, as reviewed snapshots.

#![expect(clippy::panic, reason = "a test fails by panicking")]

mod formats;
mod repository;

use std::time::Duration;

use infralint::{
    check::{Report, Reported, Summary},
    diag::{Diagnostic, Level},
    policy::Verdict,
    report::{Extent, Look, human, human_of, json},
    source::Sources,
};
use repository::{TestRepository, reported, waived};

const PLAIN: Look = Look { color: false, width: Some(80), quiet: false };

fn summary() -> Summary {
    Summary { root_modules: 2, resource_instances: 118, passed: 310, ..Summary::default() }
}

fn report(findings: Vec<Reported>, diagnostics: Vec<Diagnostic>, summary: Summary) -> Report {
    Report {
        findings,
        information: vec![],
        diagnostics,
        summary,
        fail_on: Level::Error,
        checks: vec![],
        plans: vec![],
        facts: std::sync::Arc::default(),
        now: "2026-11-24T00:00:00Z".parse().expect("a time"),
        apart: infralint::check::Apart::default(),
    }
}

fn as_json(sources: &Sources, report: &Report) -> String {
    let text = json(sources, report).expect("a report has a JSON form");
    assert_valid(&text);
    text
}

/// Holds a report against the schema that is published.
fn assert_valid(text: &str) {
    let schema = include_str!("../../docs/report.schema.json");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.enable_format_assertions();
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    compiler.add_resource("report.schema.json", schema).expect("the schema is a resource");
    let index = compiler.compile("report.schema.json", &mut schemas).expect("the schema is a schema");
    let value = serde_json::from_str(text).expect("a report is JSON");
    if let Err(error) = schemas.validate(&value, index) {
        panic!("the report is not as its schema says: {error:#}\n{text}");
    }
}

#[test]
fn a_value_that_came_through_three_files() {
    let repo = TestRepository::new();
    let summary = Summary { failed: 1, rules_without_match: vec!["opensearch-ha".into()], ..summary() };
    let report = report(vec![reported(repo.no_failover("stages/test/main"))], vec![], summary);
    insta::assert_snapshot!("origin_80", human(&repo.sources, &report, PLAIN));
    insta::assert_snapshot!("origin_200", human(&repo.sources, &report, Look { width: Some(200), ..PLAIN }));
    insta::assert_snapshot!("origin_piped", human(&repo.sources, &report, Look { width: None, ..PLAIN }));
    insta::assert_snapshot!("origin_json", as_json(&repo.sources, &report));
}

#[test]
fn colour_changes_nothing_but_colour() {
    let repo = TestRepository::new();
    let found = vec![reported(repo.no_failover("stages/test/main")), reported(repo.undecided())];
    let report = report(found, vec![repo.syntax_error()], Summary { failed: 1, ..summary() });
    let plain = human(&repo.sources, &report, PLAIN);
    let colored = human(&repo.sources, &report, Look { color: true, ..PLAIN });
    assert!(!plain.contains('\u{1b}'));
    assert!(colored.contains("\u{1b}["));
    assert_eq!(without_colour(&colored), plain);
}

/// Removes `ESC [ … m`.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |out, part| out + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn an_undecided_finding_says_what_is_unknown_and_what_would_decide_it() {
    let repo = TestRepository::new();
    let report = report(vec![reported(repo.undecided())], vec![], Summary { undecided: 1, ..summary() });
    insta::assert_snapshot!("undecided_80", human(&repo.sources, &report, PLAIN));
    insta::assert_snapshot!("undecided_json", as_json(&repo.sources, &report));
}

#[test]
fn a_syntax_error_is_shown_at_its_place() {
    let repo = TestRepository::new();
    let duplicate = repo.duplicate();
    let missing = Diagnostic::placeless("No such path", "There is no \"stages/tset\".");
    let summary = Summary { errors: 3, ..summary() };
    let report = report(vec![], vec![missing, repo.syntax_error(), duplicate], summary);
    insta::assert_snapshot!("syntax_80", human(&repo.sources, &report, PLAIN));
    insta::assert_snapshot!("syntax_json", as_json(&repo.sources, &report));
}

#[test]
fn the_same_in_several_root_modules_is_told_once() {
    let repo = TestRepository::new();
    let roots = ["stages/prod/main", "stages/stage/main", "stages/test/main"];
    let findings = roots.map(|root| reported(repo.no_failover(root))).to_vec();
    let report = report(findings, vec![], Summary { failed: 3, ..summary() });
    insta::assert_snapshot!("folded_80", human(&repo.sources, &report, PLAIN));
    assert_eq!(as_json(&repo.sources, &report).matches("\"check\":").count(), 3);
}

#[test]
fn waived_findings_are_counted_and_only_listed_in_json() {
    let repo = TestRepository::new();
    let findings = vec![waived(repo.no_failover("stages/test/main"))];
    let report = report(findings, vec![], Summary { waived: 1, ..summary() });
    insta::assert_snapshot!("waived_80", human(&repo.sources, &report, PLAIN));
    insta::assert_snapshot!("waived_json", as_json(&repo.sources, &report));
}

#[test]
fn nothing_found_is_said_aloud() {
    let sources = Sources::new("/repository".into());
    let nothing = report(vec![], vec![], Summary::default());
    insta::assert_snapshot!("nothing", human(&sources, &nothing, PLAIN));
    insta::assert_snapshot!("nothing_json", as_json(&sources, &nothing));
    let empty = report(vec![], vec![], Summary { root_modules: 1, ..Summary::default() });
    insta::assert_snapshot!("no_resources", human(&sources, &empty, PLAIN));
}

#[test]
fn what_policies_say_is_told_once_with_all_it_is_about() {
    let repo = TestRepository::new();
    let said = ["stages/prod/main", "stages/test/main"].map(|root| repo.information(root)).to_vec();
    let mut report = report(vec![], vec![], summary());
    report.information = said;
    insta::assert_snapshot!("information_80", human(&repo.sources, &report, PLAIN));
    insta::assert_snapshot!("information_json", as_json(&repo.sources, &report));
    assert_eq!(human(&repo.sources, &report, Look { quiet: true, ..PLAIN }), "");
}

#[test]
fn a_shipped_policy_has_no_place_that_a_reader_could_open() {
    let repo = TestRepository::new();
    let shipped = repo.sources.add("<infralint>/rules/redis-ha.policy.hcl", "enforce {}\n");
    let at = |verdict| {
        let mut finding = repo.no_failover("stages/test/main");
        finding.policy_at.file = shipped;
        finding.verdict = verdict;
        human(&repo.sources, &report(vec![reported(finding)], vec![], summary()), PLAIN)
    };
    assert!(!at(Verdict::Fail).contains("policy:"), "{}", at(Verdict::Fail));
    assert!(
        at(Verdict::Error).contains("policy:     <infralint>/rules/redis-ha.policy.hcl:1:1"),
        "{}",
        at(Verdict::Error)
    );
}

#[test]
fn quiet_says_only_what_makes_the_run_fail() {
    let repo = TestRepository::new();
    let found = vec![reported(repo.no_failover("stages/test/main")), reported(repo.undecided())];
    let report = report(found, vec![], Summary { failed: 1, undecided: 1, ..summary() });
    let text = human(&repo.sources, &report, Look { quiet: true, ..PLAIN });
    assert!(text.contains("redis-ha/no-failover"), "{text}");
    assert!(!text.contains("undecided") && !text.contains("checked"), "{text}");
}

#[test]
fn hostile_text_does_not_steer_the_terminal() {
    let repo = TestRepository::new();
    let report = report(vec![reported(repo.hostile())], vec![], Summary { failed: 1, ..summary() });
    let text = human(&repo.sources, &report, PLAIN);
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{text:?}");
    insta::assert_snapshot!("hostile_80", text);
}

#[test]
fn long_lines_and_long_chains_stay_readable() {
    let repo = TestRepository::new();
    let report = report(vec![reported(repo.long())], vec![], Summary { failed: 1, ..summary() });
    insta::assert_snapshot!("long_80", human(&repo.sources, &report, PLAIN));
}

#[test]
fn many_findings_in_a_large_file_take_no_time() {
    let repo = TestRepository::new();
    let findings = repo.many(5_000).into_iter().map(reported).collect();
    let report = report(findings, vec![], Summary { failed: 5_000, ..summary() });
    let started = std::time::Instant::now();
    let all = Extent { all: true, ..Extent::default() };
    let text = human_of(&repo.sources, &report, (PLAIN, all));
    assert_eq!(text.matches("error[").count(), 5_000);
    let limit = Duration::from_secs(20);
    assert!(started.elapsed() < limit, "took {:?}: is the file read anew for each finding?", started.elapsed());
}

#[test]
fn of_many_findings_the_first_few_are_told_in_full() {
    let repo = TestRepository::new();
    let mut findings: Vec<Reported> = repo.many(40).into_iter().map(reported).collect();
    findings.push(reported(repo.undecided()));
    let report = report(findings, vec![], Summary { failed: 40, undecided: 1, ..summary() });
    insta::assert_snapshot!("many_80", human(&repo.sources, &report, PLAIN));
    let most = |max| human_of(&repo.sources, &report, (PLAIN, Extent { max: Some(max), ..Extent::default() }));
    insta::assert_snapshot!("max_1", most(1));
    assert!(
        most(0).starts_with("not told (--max 0): 40 of redis-ha/no-failover, 1 of redis-ha/no-replica\n"),
        "{}",
        most(0)
    );
    assert_eq!(most(1000), human(&repo.sources, &report, PLAIN));
}

#[test]
fn a_summary_counts() {
    let repo = TestRepository::new();
    let report = repo.everything();
    let summary = Extent { summary: true, ..Extent::default() };
    insta::assert_snapshot!("summary_80", human_of(&repo.sources, &report, (PLAIN, summary)));
}

#[test]
fn many_root_modules_and_many_mistakes_are_cut_short() {
    let repo = TestRepository::new();
    let in_root = |i: usize| reported(repo.no_failover(&format!("stages/s{i:03}")));
    let mistake = |i: usize| Diagnostic { detail: format!("Mistake {i}."), ..repo.syntax_error() };
    let findings = (0..200).map(in_root).collect();
    let report = report(findings, (0..30).map(mistake).collect(), Summary { failed: 200, errors: 30, ..summary() });
    insta::assert_snapshot!("many_roots_80", human(&repo.sources, &report, PLAIN));
    let all = human_of(&repo.sources, &report, (PLAIN, Extent { all: true, ..Extent::default() }));
    assert_eq!(all.matches("stages/s").count(), 200);
    assert_eq!(all.matches("Mistake").count(), 30);
}

#[test]
fn where_a_rule_is_documented_is_told() {
    let repo = TestRepository::new();
    let text = human(&repo.sources, &repo.everything(), PLAIN);
    assert!(text.contains("docs:       https://example.com/redis-ha\n"), "{text}");
    assert!(!text.contains("infralint explain"), "{text}");
    let shipped = repo.sources.add("<infralint>/rules/redis-ha.policy.hcl", "enforce {}\n");
    let mut report = repo.everything();
    report.findings.iter_mut().for_each(|reported| reported.finding.policy_at.file = shipped);
    let text = human(&repo.sources, &report, PLAIN);
    assert!(text.ends_with("infralint explain redis-ha says more\n") && !text.contains("docs:"), "{text}");
}
