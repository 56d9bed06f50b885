//! The examples on the pages of the rules are run, by what `infralint test rules` runs; and they are complete.
//! How an example says what is expected stands in `src/check/pages.rs`.

use std::{fs, path::Path};

use infralint::{
    check::{self, TestReport, TestRequest},
    policy::{InputSources, TestVerdict},
    source::Sources,
};

fn rules() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
}

fn run(folder: &Path, mutate: bool) -> TestReport {
    let request = TestRequest {
        paths: vec![folder.to_path_buf()],
        filter: None,
        inputs: InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().expect("a time"),
        jobs: None,
        mutate,
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
    let report = run(rules(), true);
    let found = wrong(&report);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    assert!(report.counts().passed > 100, "{:?}", report.counts());
    // Whatever a rule reads decides somewhere.
    let mutations = report.mutations.expect("what was changed");
    let survivors: Vec<String> = mutations.survivors().map(|(mutation, _)| format!("{mutation:?}")).collect();
    assert_eq!(survivors, Vec::<String>::new());
    assert!(mutations.0.len() > 150, "{}", mutations.0.len());
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
        wrong(&run(folder.path(), false)).concat()
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

/// Checks that read only what is written, or say nothing of what is not known: their pages say so.
const NEVER_OPEN: [&str; 17] = [
    "az-asymmetry",
    "backend-credentials",
    "bootstrap-state-exposed",
    "cidr-quota",
    "cidrsubnet-mixed-newbits",
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
    "stage-drift",
    "stage-shares-state-bucket",
];

#[test]
fn every_check_has_examples_that_fail_and_that_are_undecided() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut lacking = Vec::new();
    for rule in ["aurora-multi-az", "cidr-overlap", "redis-ha", "s3-encrypted", "state-locking"] {
        let page = fs::read_to_string(folder.join(format!("{rule}.md"))).expect("a page");
        let checks = checks(rule);
        assert!(checks.len() > 3, "{rule}: {checks:?}");
        let verdicts = checks.iter().flat_map(|check| [(check, "error"), (check, "undecided")]);
        for (check, verdict) in verdicts.filter(|(check, v)| *v == "error" || !NEVER_OPEN.contains(&check.as_str())) {
            let mark = format!("# {verdict}: {check}");
            if !page.lines().any(|line| line.trim_end().ends_with(&mark)) {
                lacking.push(format!("{rule}: {mark}"));
            }
        }
    }
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
