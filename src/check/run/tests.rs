#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::{num::NonZeroUsize, path::Path, sync::Arc};

use super::{super::RuleSources, *};
use crate::{
    check::{Outcome, RuleChecks},
    config::{Backend, LoadOptions, Module},
    diag::Level,
    policy::{CheckId, Finding, Severity, Verdict},
    source::{FileId, Place, Span},
    world::RootModule,
};

/// What the fake engine does in one root module.
#[derive(Clone, Default)]
struct Script {
    path: &'static str,
    findings: Vec<(&'static str, Verdict, Level)>,
    passed: usize,
    panics_evaluating: bool,
    panics_judging: bool,
    recurses: bool,
}

struct FakeEngine {
    rules: Vec<RuleChecks>,
    scripts: Vec<Script>,
    file: FileId,
}

impl Engine for FakeEngine {
    fn known(&self) -> &[RuleChecks] {
        &self.rules
    }

    fn ids(&self) -> Vec<String> {
        self.rules.iter().map(|rule| rule.id.clone()).collect()
    }

    fn files(&self) -> usize {
        self.rules.len()
    }

    fn evaluate(&self, _: &Sources, _: &LoadOptions) -> Evaluated {
        let load = || {
            let root_modules = self.scripts.iter().map(|script| root_module(script.path)).collect();
            Repository { root_modules, ..Repository::default() }
        };
        Evaluated::by(load, |repository, root| {
            assert!(!self.scripts[root].panics_evaluating, "evaluating went wrong");
            if self.scripts[root].recurses {
                assert!(nested(100_000) > 0);
            }
            RootModule::empty(&repository.root_modules[root].path)
        })
    }

    fn judge(&self, _: &Sources, world: &World, root: usize, files: Range<usize>) -> Judged {
        let path = &world.root_modules[root].path;
        let script = self.scripts.iter().find(|script| script.path == &**path).expect("a script");
        assert!(!script.panics_judging, "judging went wrong");
        let rules = &self.rules[files.clone()];
        let asked = script.findings.iter().filter(|(id, ..)| rules.iter().any(|rule| rule.id == *id));
        let findings: Vec<Finding> = asked.map(|(rule, v, l)| self.finding(path, rule, *v, *l)).collect();
        let matched = findings.iter().map(|finding| finding.check.rule.to_string()).collect();
        let passed = if files.start == 0 { script.passed } else { 0 };
        Judged { findings, passed, matched, ..Judged::default() }
    }
}

/// Takes about 300 bytes of stack a level.
fn nested(levels: u64) -> u64 {
    let room = std::hint::black_box([levels; 32]);
    if levels == 0 { 1 } else { nested(levels - 1) + room[7].min(1) }
}

impl FakeEngine {
    fn finding(&self, root: &Arc<str>, rule: &str, verdict: Verdict, level: Level) -> Finding {
        let place = Place::new(self.file, Span::new(0, 1));
        Finding {
            check: CheckId { rule: rule.into(), policy: "check".into() },
            verdict,
            level,
            severity: Severity::High,
            root_module: Arc::clone(root),
            address: Some("aws_vpc.main".to_owned()),
            message: String::new(),
            why: String::new(),
            help: String::new(),
            patch: None,
            controls: Vec::new(),
            place,
            origin: Vec::new(),
            labels: Vec::new(),
            workspace: None,
            undecided: None,
            policy_at: place,
        }
    }
}

fn root_module(path: &str) -> crate::config::RootModule {
    crate::config::RootModule {
        id: path.into(),
        path: path.into(),
        module: Arc::new(Module::default()),
        installed: std::collections::BTreeMap::new(),
        given: Vec::new(),
        variable_trees: Arc::default(),
        workspace: None,
        terraform: crate::config::Release::default(),
        aws: crate::config::Release::default(),
        backend: Backend::default(),
        diagnostics: Vec::new(),
    }
}

fn request() -> Request {
    Request {
        load: LoadOptions::default(),
        rules: RuleSources { shipped: true, folders: Vec::new() },
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: NonZeroUsize::new(2),
        inputs: crate::policy::InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().expect("a time"),
        only: crate::check::Only::default(),
    }
}

/// Runs in an empty repository, with settings if any.
fn run(settings: &str, request: &Request, scripts: Vec<Script>) -> (Sources, Report) {
    let dir = tempfile::tempdir().expect("a folder");
    if !settings.is_empty() {
        std::fs::write(dir.path().join(settings::SETTINGS_FILE), settings).expect("a file");
    }
    run_in(dir.path(), request, scripts)
}

fn run_in(dir: &Path, request: &Request, scripts: Vec<Script>) -> (Sources, Report) {
    let sources = Sources::new(dir.to_path_buf());
    let file = sources.add("main.tf", "x");
    let rule = |id: &str| RuleChecks { id: id.to_owned(), checks: vec!["check".to_owned()] };
    let rules = ["a", "b", "z"].map(rule).to_vec();
    let report = with_threads(&sources, request, || {
        let start = |_: &Settings| (FakeEngine { rules, scripts, file }, Vec::new());
        finish(&sources, request, phases(&sources, request, settings::load(&sources), start))
    });
    (sources, report)
}

fn script(path: &'static str, findings: &[(&'static str, Verdict, Level)]) -> Script {
    Script { path, findings: findings.to_vec(), passed: 10, ..Script::default() }
}

const FAIL: (&str, Verdict, Level) = ("a", Verdict::Fail, Level::Error);
const ADVICE: (&str, Verdict, Level) = ("b", Verdict::Fail, Level::Warning);
const UNDECIDED: (&str, Verdict, Level) = ("a", Verdict::Undecided, Level::Warning);
const BROKEN: (&str, Verdict, Level) = ("a", Verdict::Error, Level::Error);

#[test]
fn exit_codes() {
    let fail_on = |level| Request { fail_on: level, ..request() };
    let cases = [
        ("", request(), vec![], Outcome::Clean),
        ("", request(), vec![FAIL], Outcome::Findings),
        ("", request(), vec![ADVICE], Outcome::Clean),
        ("", fail_on(Level::Warning), vec![ADVICE], Outcome::Findings),
        ("", request(), vec![UNDECIDED], Outcome::Clean),
        ("", fail_on(Level::Warning), vec![UNDECIDED], Outcome::Findings),
        ("waiver \"a/check\" {\n reason = \"x\"\n}", request(), vec![FAIL], Outcome::Clean),
        (
            "waiver \"a/*\" {\n reason = \"x\"\n root_module = \"stages/t/*\"\n}",
            request(),
            vec![FAIL],
            Outcome::Findings,
        ),
        ("waiver \"a/*\" {\n reason = \"x\"\n address = \"aws_vpc.*\"\n}", request(), vec![FAIL], Outcome::Clean),
        ("waiver \"a/check\" {\n reason = \"x\"\n until = \"2026-11-24\"\n}", request(), vec![FAIL], Outcome::Clean),
        ("waiver \"a/check\" {\n reason = \"x\"\n until = \"2026-11-23\"\n}", request(), vec![FAIL], Outcome::Findings),
        ("waiver \"a/check\" {\n reason = \"x\"\n}", request(), vec![BROKEN], Outcome::NotChecked),
        ("", request(), vec![FAIL, BROKEN], Outcome::NotChecked),
        ("rule \"q\" {}", request(), vec![], Outcome::NotChecked),
        ("undecided = 1", request(), vec![FAIL], Outcome::NotChecked),
    ];
    for (settings, request, findings, outcome) in cases {
        let (_, report) = run(settings, &request, vec![script("stages/s/main", &findings)]);
        assert_eq!(report.outcome(), outcome, "{settings:?} {findings:?}: {report:#?}");
    }
}

#[test]
fn a_path_without_root_modules_is_not_checked() {
    let cases = [
        (vec!["stages/test"], Outcome::Clean),
        (vec!["."], Outcome::Clean),
        (vec![""], Outcome::Clean),
        (vec!["stages/test/../test/main"], Outcome::Clean),
        (vec!["stages/tes"], Outcome::NotChecked),
        (vec!["stages/test", "elsewhere"], Outcome::NotChecked),
        (vec!["stages/test/main/deeper"], Outcome::NotChecked),
    ];
    for (paths, outcome) in cases {
        let load = LoadOptions { paths: paths.iter().map(Into::into).collect(), ..LoadOptions::default() };
        let (_, report) = run("", &Request { load, ..request() }, vec![script("stages/test/main", &[])]);
        assert_eq!(report.outcome(), outcome, "{paths:?}: {:?}", report.diagnostics);
    }
}

#[test]
fn counts() {
    let settings = "waiver \"b/check\" {\n  reason = \"x\"\n}\n";
    let scripts = vec![script("one", &[FAIL, ADVICE, UNDECIDED]), script("two", &[FAIL, BROKEN])];
    let (_, report) = run(settings, &request(), scripts);
    let expected = Summary {
        known: 0,
        workspaces: 0,
        root_modules: 2,
        resource_instances: 0,
        passed: 20,
        failed: 2,
        undecided: 1,
        waived: 1,
        errors: 1,
        rules_without_match: vec!["z".to_owned()],
    };
    assert_eq!(report.summary, expected);
}

#[test]
fn a_bug_in_one_root_module_leaves_the_others() {
    super::super::quiet_panics();
    for phase in [|s: &mut Script| s.panics_evaluating = true, |s: &mut Script| s.panics_judging = true] {
        let mut scripts = vec![script("one", &[FAIL]), script("two", &[FAIL]), script("three", &[FAIL])];
        phase(&mut scripts[1]);
        let (_, report) = run("", &request(), scripts);
        let roots: Vec<&str> = report.findings.iter().map(|r| &*r.finding.root_module).collect();
        assert_eq!(roots, ["one", "three"]);
        let [bug] = &report.diagnostics[..] else { panic!("one diagnostic: {:?}", report.diagnostics) };
        assert_eq!(bug.summary, "Internal error");
        for part in ["two", "went wrong", "run/tests.rs:", "report this"] {
            assert!(bug.detail.contains(part), "{part} in {}", bug.detail);
        }
        assert_eq!((report.summary.errors, report.outcome()), (1, Outcome::NotChecked));
    }
}

#[test]
fn deep_recursion_has_room() {
    let (_, report) = run("", &request(), vec![Script { recurses: true, ..script("one", &[]) }]);
    assert_eq!(report.outcome(), Outcome::Clean);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let scripts: Vec<Script> = ["d", "a", "c", "b"].map(|path| script(path, &[ADVICE, FAIL, UNDECIDED])).to_vec();
    let text = |jobs| {
        let request = Request { jobs: NonZeroUsize::new(jobs), ..request() };
        let (_, report) = run("", &request, scripts.clone());
        format!("{:?}", report.findings)
    };
    let one = text(1);
    assert!((2..8).all(|jobs| text(jobs) == one));
}

#[test]
fn places_order_by_path_whatever_was_read_first() {
    let sources = Sources::new("/repository".into());
    let (last, first) = (sources.add("b.tf", "xx"), sources.add("a.tf", "xx"));
    let at = |file, start| Diagnostic::error("s", "d", Place::new(file, Span::new(start, start)));
    let mut found = vec![at(last, 0), at(first, 1), Diagnostic::placeless("p", ""), at(first, 0), at(first, 1)];
    sort_diagnostics(&sources, &mut found);
    let order: Vec<_> = found.iter().map(|d| d.place.map(|p| (p.file, p.span.start))).collect();
    assert_eq!(order, [None, Some((first, 0)), Some((first, 1)), Some((last, 0))]);
}
