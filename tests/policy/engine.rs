//! Statements about runs, plans and files: 88, 90, 109, 124, 127 to 130.

use infralint::{
    check::{self, Outcome, Request, RuleSources, TestRequest, check_rules},
    config::LoadOptions,
    diag::Level,
    eval::Context,
    policy::{self, InputSources, RuleSet, RuleSettings, Stage, StageKind, UndecidedPolicy, stem},
    source::Sources,
    value::{Type, Value},
    world::{self, Change, Operation, World},
};

use crate::harness::{Setup, VPC};

fn write(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn checked(files: &[(&str, &str)]) -> check::Report {
    let folder = write(files);
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let request = Request {
        load: LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() },
        rules: RuleSources { shipped: false, folders: vec!["rules".into()] },
        inputs: InputSources::default(),
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: None,
        now: "2026-11-24T12:00:00Z".parse().unwrap(),
        only: infralint::check::Only::default(),
    };
    check::run(&sources, &request)
}

const BAD_VPC: &str = "resource \"aws_vpc\" \"this\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
const WAIVER: &str = "waiver \"r/p\" {\n  address = \"aws_vpc.this\"\n  reason = \"on purpose\"\n}\n";

fn denying(level: &str) -> String {
    format!(
        "resource_policy \"aws_vpc\" \"p\" {{\n  enforcement_level = \"{level}\"\n  enforce {{\n    condition = attrs.tags != null\n  }}\n}}\n"
    )
}

#[test]
fn c088_an_overridable_failure_may_be_waived() {
    let rule = denying("mandatory_overridable");
    let without = checked(&[("main.tf", BAD_VPC), ("rules/r.policy.hcl", &rule)]);
    assert_eq!(without.outcome(), Outcome::Findings, "{:?}", without.diagnostics);
    let waived = checked(&[("main.tf", BAD_VPC), ("rules/r.policy.hcl", &rule), (".infralint.hcl", WAIVER)]);
    assert_eq!(waived.outcome(), Outcome::Clean, "{:?}", waived.diagnostics);
    assert_eq!(waived.summary.waived, 1);
}

#[test]
fn c075_the_time_is_that_of_the_run() {
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = core::timestamp() != core::timestamp()\n    \
                error_message = core::timestamp()\n  }\n}\n";
    let report = checked(&[("main.tf", BAD_VPC), ("rules/r.policy.hcl", rule)]);
    assert_eq!(report.findings[0].finding.message, "2026-11-24T12:00:00Z");
}

/// Findings of a rule on one VPC that a plan changes.
fn planned(rule: &str, operations: Vec<Operation>, before: Value) -> Vec<String> {
    let folder = write(&[("main.tf", BAD_VPC), ("rules/r.policy.hcl", rule)]);
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let set = RuleSet::load(&sources, "rules".as_ref());
    let bound = policy::bind(&set.rules, &RuleSettings::default(), &sources);
    let options = LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() };
    let repository = infralint::config::load(&sources, &options);
    let mut root = world::evaluate(&sources, &repository, 0);
    root.instances[0].change = Some(Change { operations, before, forced_by: vec![] });
    let world = World::new(vec![root]);
    let mut cx = Context::new(&sources);
    cx.origins = world.root_modules[0].origins.clone();
    let on = Stage { kind: StageKind::Prod, is_named: true, undecided: UndecidedPolicy::Warn };
    let outcome = policy::judge(&world, 0, &bound.rules, on, &cx);
    outcome.findings.iter().map(|finding| finding.message.clone()).collect()
}

#[test]
fn c090_a_replacement_is_judged_twice() {
    let said = "error_message = \"${meta.operation} ${core::valuetostring(attrs.cidr_block)} ${core::try(core::valuetostring(prior_attrs.cidr_block), \"-\")}\"";
    let policy = |name: &str, operations: &str| {
        format!(
            "resource_policy \"aws_vpc\" \"{name}\" {{\n  operations = [{operations}]\n  enforce {{\n    condition = false\n    {said}\n  }}\n}}\n"
        )
    };
    let before = Value::object(vec![("cidr_block".into(), Value::string("10.1.0.0/16"))]);
    let replaced = vec![Operation::Create, Operation::Delete];
    let deleted = planned(&policy("d", "\"delete\", \"update\""), replaced.clone(), before.clone());
    assert_eq!(deleted, ["delete (null) 10.1.0.0/16"]);
    let created = policy("c", "\"create\"").replace("prior_attrs.cidr_block", "attrs.id_that_is_not");
    assert_eq!(planned(&created, replaced.clone(), before.clone()), ["create 10.0.0.0/16 -"]);
    // What is only read or forgotten is not judged.
    assert_eq!(planned(&created, Vec::new(), Value::null(Type::Any)), [""; 0]);
    assert_eq!(planned(&created, vec![Operation::NoOp], before), [""; 0]);
}

#[test]
fn c109_an_unknown_type_is_found_by_rules_check() {
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = core::length(core::getresources(\"aws_nothing\", {})) == 0\n  }\n}\n";
    assert_eq!(Setup::new(VPC, rule).judge().lines(), [""; 0], "at run time there are none");
    let folder = write(&[("r.policy.hcl", rule)]);
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let report = check_rules(&sources, &[sources.root().to_path_buf()]);
    assert!(report.diagnostics.iter().any(|d| d.is_error() && d.summary == "Unknown resource type"));
    assert_eq!(report.exit_code(), 1);
}

/// The exit code of a test run over a folder, and how many mocks were run.
fn tested(files: &[(&str, &str)], mutate: bool) -> (u8, usize, check::TestReport) {
    let folder = write(files);
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let request = TestRequest {
        mock_schema: false,
        whole_try: false,
        paths: vec![sources.root().to_path_buf()],
        filter: None,
        inputs: InputSources::default(),
        now: "2026-11-24T12:00:00Z".parse().unwrap(),
        jobs: None,
        mutate,
        scratch: std::env::temp_dir(),
    };
    let report = check::test(&sources, &request);
    let run = report.files.iter().map(|file| file.tests.len()).sum();
    (report.exit_code(), run, report)
}

#[test]
fn c124_the_exit_code_tells_and_all_mocks_run() {
    let rule = ("r.policy.hcl", "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = attrs.ok\n  }\n}\n");
    let mock = |name: &str, ok: &str| format!("resource \"aws_vpc\" \"{name}\" {{\n  attrs = {{ ok = {ok} }}\n}}\n");
    let run = |text: &str| {
        let (code, run, _) = tested(&[rule, ("t.policytest.hcl", text)], false);
        (code, run)
    };
    assert_eq!(run(&mock("a", "true")), (0, 1));
    assert_eq!(run(&(mock("a", "false") + &mock("b", "true"))), (1, 2));
    assert_eq!(run(&(mock("a", "null") + &mock("b", "false"))), (2, 2));
    assert_eq!(run("resource \"aws_vpc\" {\n}\n"), (2, 0));
    assert_eq!(tested(&[rule], false).0, 2, "nothing was tested");
}

#[test]
fn changes_that_no_test_notices_are_told() {
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  locals {\n    subnets = core::getresources(\"aws_subnet\", { vpc_id = attrs.id })\n  }\n  \
                enforce {\n    condition = (attrs.tags == null || attrs.tags != null) && core::length(local.subnets) > 0 && attrs.enable_dns_support\n    \
                error_message = attrs.arn\n  }\n}\n";
    let test = "resource \"aws_vpc\" \"a\" {\n  attrs = { id = \"vpc-1\", tags = null, enable_dns_support = true }\n}\n\
                resource \"aws_subnet\" \"s\" {\n  skip = true\n  attrs = { vpc_id = aws_vpc.a.id }\n}\n";
    let (code, _, report) = tested(&[("r.policy.hcl", rule), ("t.policytest.hcl", test)], true);
    let mutations = report.mutations.unwrap();
    let survivors: Vec<&str> = mutations.survivors().map(|(m, _)| m.attribute.as_str()).collect();
    assert_eq!((code, survivors, mutations.0.len()), (1, vec!["attrs.tags"], 4));
}

#[test]
fn c127_plain_rules_are_plain() {
    let sources = Sources::new(env!("CARGO_MANIFEST_DIR").into());
    for entry in std::fs::read_dir(sources.root().join("rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().ends_with(".policy.hcl") {
            assert!(!std::fs::read_to_string(&path).unwrap().contains("infralint::"), "{}", path.display());
            let report = check_rules(&sources, std::slice::from_ref(&path));
            let wrong: Vec<_> = report.diagnostics.iter().filter(|d| d.level != Level::Info).collect();
            assert!(wrong.is_empty(), "{wrong:?}");
        }
    }
}

#[test]
fn c128_extended_files_have_an_ending_of_their_own() {
    assert_eq!(stem("a.infralint.hcl"), Some(("a", true)));
    assert!(!"a.infralint.hcl".ends_with(".policy.hcl"));
    let root = "root_module_policy \"*\" \"p\" {\n  enforce {\n    condition = false\n  }\n}\n";
    assert_eq!(Setup::new(VPC, root).judge().errors().len(), 1, "not in a plain file");
    let extended = Setup::new(VPC, "").rule("x.infralint.hcl", root).judge();
    assert_eq!(extended.lines().len(), 1);
}

#[test]
fn c129_without_our_functions_the_fallback_counts() {
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = core::try(infralint::of_another_version(attrs.id), attrs.enable_dns_hostnames)\n    \
                error_message = \"fallback of ${core::try(infralint::neither(), \"this resource\")}\"\n  }\n}\n";
    assert_eq!(Setup::new(VPC, rule).judge().lines(), ["fail aws_vpc.this fallback of this resource"]);
}

#[test]
fn c130_what_newer_engines_refuse_is_refused() {
    let policy = |head: &str, condition: &str| {
        format!(
            "policy {{}}\n\nresource_policy \"aws_s3_bucket\" \"p\" {{\n  {head}\n  enforce {{\n    condition = {condition}\n  }}\n}}\n"
        )
    };
    let refused = [
        policy("operations = [\"create\", \"create\"]", "true"),
        policy("operations = [\"create\", \"update\", \"delete\"]", "true"),
        policy("filter = local.undefined == 1", "true"),
        policy("", "prior_attrs.bucket == attrs.bucket"),
        format!("locals {{\n  a = attrs.bucket\n}}\n{}", policy("", "true")),
    ];
    for text in &refused {
        assert_eq!(Setup::new(VPC, text).judge().errors().len(), 1, "{text}");
    }
    let taken = [
        policy("operations = []", "core::try(attrs.tags.Environment, \"\") != \"\""),
        policy(
            "operations = [\"update\", \"delete\"]",
            "core::try(attrs.bucket, \"\") == core::try(prior_attrs.bucket, \"\")",
        ),
        policy("filter = core::length(core::getresources(\"aws_s3_bucket\", {})) > 0", "true"),
    ];
    for text in &taken {
        assert_eq!(Setup::new(VPC, text).judge().errors(), [""; 0], "{text}");
    }
}
