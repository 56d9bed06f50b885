//! The examples on the pages of the rules are run, by what `infralint test rules` runs; and they are complete.
//! How an example says what is expected stands in `src/check/pages.rs`.

#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use std::{collections::BTreeSet, fs, path::Path};

use checking::Checked;
use infralint::{
    check::{self, TestReport, TestRequest},
    config::{self, LoadOptions},
    eval::Context,
    policy::{self, Finding, InputSources, RuleSet, RuleSettings, Stage, StageKind, TestVerdict, UndecidedPolicy},
    source::Sources,
    world::{self, World},
};

fn rules() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
}

fn run(folder: &Path) -> TestReport {
    let request = TestRequest {
        mock_schema: false,
        whole_try: false,
        paths: vec![folder.to_path_buf()],
        filter: None,
        inputs: InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().expect("a time"),
        jobs: None,
        mutate: false,
        scratch: std::env::temp_dir(),
    };
    check::test(&Sources::new(folder.to_path_buf()), &request)
}

/// What is not as expected, a line each.
fn wrong(report: &TestReport) -> Vec<String> {
    let of_files = report.files.iter().flat_map(|file| file.tests.iter().map(move |test| (file, test)));
    let failed = of_files.filter(|(_, test)| test.verdict != TestVerdict::Pass);
    let told = failed
        .map(|(file, test)| format!("{}:{} {}\n    {}", file.path, test.line, test.name, test.messages.join("\n    ")));
    told.chain(report.diagnostics.iter().map(|d| d.detail.clone())).collect()
}

#[test]
fn every_example_is_as_it_says() {
    let report = run(rules());
    let found = wrong(&report);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    assert!(report.counts().passed > 100, "{:?}", report.counts());
}

#[test]
fn a_wrong_example_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["s3-encrypted.policy.hcl", "s3-encrypted.infralint.hcl"] {
        fs::copy(rules().join(file), folder.path().join(file)).expect("a rule");
    }
    let told = |text: &str| {
        let page = format!("# A page\n\n```hcl\n{text}```\n");
        fs::write(folder.path().join("s3-encrypted.md"), page).expect("a page");
        wrong(&run(folder.path())).concat()
    };
    let bucket = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\n";
    let missing = told(bucket);
    assert!(missing.contains("line 4: not expected: error: no-explicit-encryption"), "{missing}");
    let other = told(&format!("# error: not-kms\n{bucket}"));
    assert!(other.contains("line 5: expected error: not-kms, not found"), "{other}");
    let broken = told("resource {\n");
    assert!(broken.contains("the configuration is wrong"), "{broken}");
    let outside = told("# file: ../../x.tf\na = 1\n");
    assert!(outside.contains("outside"), "{outside}");
}

/// The names of a rule's policies, from its files.
fn checks(rule: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let texts =
        [".policy.hcl", ".infralint.hcl"].map(|ending| fs::read_to_string(folder.join(format!("{rule}{ending}"))));
    let lines: Vec<String> =
        texts.into_iter().flatten().flat_map(|t| t.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let policies = lines.iter().filter(|line| line.contains("_policy \"") && line.ends_with('{'));
    policies.filter_map(|line| Some(line.rsplit('"').nth(1)?.to_owned())).collect()
}

/// Of modules that are not here nobody knows that they fail.
const NEVER_FAILS: &str = "not-installed";

/// Checks that read only what is written, or say nothing of what is not known: their pages say so.
const NEVER_OPEN: [&str; 19] = [
    "az-asymmetry",
    "backend-credentials",
    "bootstrap-state-exposed",
    "cidr-quota",
    "cidrsubnet-mixed-newbits",
    "destroyed",
    "docker-range",
    "dynamodb-deprecated",
    "endpoint-bypass",
    "hub-conflict",
    "ipv6-prefix",
    "lock-disabled-on-cli",
    "lockfile-needs-1.10",
    "no-room-to-grow",
    "non-canonical",
    "prefix-size",
    "replaced",
    "stage-drift",
    "stage-shares-state-bucket",
];

#[test]
fn every_check_has_examples_that_fail_and_that_are_undecided() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut lacking = Vec::new();
    for rule in rules_with_pages() {
        let page = fs::read_to_string(folder.join(format!("{rule}.md"))).expect("a page");
        let checks = checks(&rule);
        assert!(!checks.is_empty(), "{rule}");
        let verdicts = checks.iter().flat_map(|check| [(check, "error"), (check, "undecided")]);
        let is_asked = |check: &str, verdict: &str| match verdict {
            "error" => check != NEVER_FAILS,
            _ => !NEVER_OPEN.contains(&check),
        };
        for (check, verdict) in verdicts.filter(|(check, verdict)| is_asked(check, verdict)) {
            let mark = format!("# {verdict}: {check}");
            if !page.lines().any(|line| line.trim_end().ends_with(&mark)) {
                lacking.push(format!("{rule}: {mark}"));
            }
        }
    }
    assert_eq!(lacking, Vec::<String>::new());
}

/// The checks of a rule that something in an example passes or is none of, and those that say nothing where there is no plan.
fn passed(sources: &Sources, bound: &policy::Bound) -> BTreeSet<String> {
    let options = LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() };
    let repository = config::load(sources, &options);
    let roots = 0..repository.root_modules.len();
    let world = World::new(roots.map(|root| world::evaluate(sources, &repository, root)).collect());
    let mut found = BTreeSet::new();
    for (root, module) in world.root_modules.iter().enumerate() {
        for kind in [StageKind::Prod, StageKind::Nonprod] {
            let mut cx = Context::new(sources);
            cx.origins = module.origins.clone();
            let stage = Stage { kind, is_named: true, undecided: UndecidedPolicy::Warn };
            let outcome = policy::judge(&world, root, &bound.rules, stage, &cx);
            // A check that objects to all it is about has nothing to pass but what it is not about.
            let passes = |count: &&policy::CheckCount| count.passed + count.not_applicable > 0;
            let passed = outcome.checks.iter().filter(passes).map(|count| &count.check);
            found.extend(passed.chain(&outcome.needs_plan).map(|check| check.policy.to_string()));
        }
    }
    found
}

#[test]
fn every_check_has_an_example_that_passes() {
    let mut lacking = Vec::new();
    for rule in rules_with_pages() {
        let page = fs::read_to_string(rules().join(format!("{rule}.md"))).expect("a page");
        let mut found = BTreeSet::new();
        for files in fences(&page) {
            let folder = written(&files);
            let sources = Sources::new(folder.path().canonicalize().expect("a folder"));
            let loaded = [".policy.hcl", ".infralint.hcl"].iter().filter_map(|ending| {
                let file = sources.read(&rules().join(format!("{rule}{ending}"))).ok()?;
                Some(policy::load_file(&sources, file, &rule, *ending == ".infralint.hcl"))
            });
            let set = RuleSet::of(loaded.collect());
            found.extend(passed(&sources, &policy::bind(&set.rules, &RuleSettings::default(), &sources)));
        }
        lacking.extend(checks(&rule).into_iter().filter(|c| !found.contains(c)).map(|check| format!("{rule}/{check}")));
    }
    assert_eq!(lacking, Vec::<String>::new());
}

fn rules_with_pages() -> Vec<String> {
    let entries = fs::read_dir(rules()).expect("the rules");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut ids: Vec<String> = names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
    ids.retain(|id| id != "README");
    ids.sort();
    ids
}

/// The `hcl` fences of a page, each by its files.
fn fences(page: &str) -> Vec<Vec<(String, String)>> {
    let mut found: Vec<Vec<(String, String)>> = Vec::new();
    let mut is_open = false;
    for line in page.lines() {
        match (is_open, line.trim_end()) {
            (false, "```hcl") => {
                is_open = true;
                found.push(vec![("main.tf".to_owned(), String::new())]);
            }
            (true, "```") => is_open = false,
            (true, code) => {
                let files = found.last_mut().expect("a fence is open");
                match code.strip_prefix("# file: ") {
                    Some(path) => files.push((path.trim().to_owned(), String::new())),
                    None => files.last_mut().expect("a file").1.push_str(&format!("{code}\n")),
                }
            }
            (false, _) => {}
        }
    }
    found
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

/// An example as files.
fn written(files: &[(String, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// The checks of a rule of which an example has the deciding value in another folder than what is judged.
fn decided_elsewhere(rule: &str, files: &[(String, String)]) -> BTreeSet<String> {
    let folder = written(files);
    let checked = Checked::folder(folder.path());
    let is_elsewhere = |finding: &&Finding| {
        let decided = checked.found(finding).file;
        let judged = folder_of(&checked.line(finding.place).0).to_owned();
        match finding.address.as_deref() {
            Some(address) if address.starts_with("module.") && folder_of(&decided) == &*finding.root_module => true,
            Some(_) => folder_of(&decided) != judged,
            None => folder_of(&decided) != &*finding.root_module,
        }
    };
    checked.findings(rule).filter(is_elsewhere).map(|finding| finding.check.policy.to_string()).collect()
}

/// Checks that no other module can decide, and why.
const NEVER_ELSEWHERE: [(&str, &str); 7] = [
    ("bootstrap-state-exposed", "whether git ignores a file is said by no module"),
    ("destroyed", "a plan says it"),
    ("dual-definition", "it is told at one of the two declarations, whoever asks for them"),
    ("lockfile-iam", "it asks whether a whole policy lacks a right; that nothing is there, no place says"),
    ("no-backend", "only a root module has a backend, and no value of a module gets into it"),
    ("replaced", "a plan says it"),
    (
        "stage-shares-state-bucket",
        "a backend takes no values from modules, and which account a stage has is compared as a whole",
    ),
];

#[test]
fn every_check_has_an_example_that_another_module_decides() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut lacking = Vec::new();
    for rule in rules_with_pages() {
        let page = fs::read_to_string(folder.join(format!("{rule}.md"))).expect("a page");
        let found: BTreeSet<String> = fences(&page).iter().flat_map(|files| decided_elsewhere(&rule, files)).collect();
        let wanted = checks(&rule).into_iter().filter(|check| !NEVER_ELSEWHERE.iter().any(|(never, _)| never == check));
        lacking.extend(wanted.filter(|check| !found.contains(check)).map(|check| format!("{rule}/{check}")));
    }
    lacking.sort();
    lacking.dedup();
    assert_eq!(lacking, Vec::<String>::new());
}

#[test]
fn plain_rules_keep_to_the_plain_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for entry in fs::read_dir(folder).expect("the rules") {
        let path = entry.expect("an entry").path();
        if path.to_string_lossy().ends_with(".policy.hcl") {
            let text = fs::read_to_string(&path).expect("a rule");
            assert!(!text.contains("infralint::"), "{} calls what only infralint has", path.display());
        }
    }
}
