//! Enforce blocks and results (statements 76 to 88), operations (89 to 96).

use crate::harness::{Setup, VPC, hold, verdict_with};
use infralint::{
    diag::Level,
    policy::{Severity, StageKind, UndecidedPolicy, Verdict},
};

fn judge(body: &str) -> crate::harness::Judged {
    Setup::new(VPC, &format!("resource_policy \"aws_vpc\" \"p\" {{\n{body}\n}}\n")).judge()
}

#[test]
fn c076_every_enforce_block_is_evaluated() {
    let judged = judge(
        "  enforce {\n    condition = false\n    error_message = \"one\"\n  }\n  enforce {\n    condition = true\n  }\n  enforce {\n    condition = false\n    error_message = \"three\"\n  }",
    );
    assert_eq!(judged.lines(), ["fail aws_vpc.this one", "fail aws_vpc.this three"]);
    assert_eq!(judged.counts(), (0, 1, 0, 0));
}

#[test]
fn c077_information_is_given_on_pass_and_on_fail() {
    let judged = judge(
        "  enforce {\n    condition = true\n    info_message = \"range ${attrs.cidr_block}\"\n  }\n  enforce {\n    condition = false\n    info_message = \"failed\"\n  }",
    );
    let messages: Vec<&str> = judged.outcomes[0].information.iter().map(|i| i.message.as_str()).collect();
    assert_eq!(messages, ["range 10.0.0.0/16", "failed"]);
}

#[test]
fn c078_without_a_message_there_is_a_usual_one() {
    assert_eq!(
        judge("  enforce { condition = false }").finding().message,
        "The condition of resource_policy.aws_vpc.p does not hold."
    );
}

#[test]
fn c079_an_unknown_condition_is_undecided() {
    let judged = judge("  enforce { condition = attrs.enable_dns_support }");
    let finding = judged.finding();
    assert_eq!((finding.verdict, finding.level), (Verdict::Undecided, Level::Warning));
    let undecided = finding.undecided.as_ref().unwrap();
    assert_eq!(
        (undecided.because.as_str(), undecided.what.as_str(), undecided.decided_by.as_str()),
        ("unset-variable", "var.flag", "-var-file")
    );
    assert_eq!(judged.at(finding.place), "main.tf:8 var.flag");
}

#[test]
fn c080_a_condition_is_a_bool() {
    hold(&[
        ("null", "error Invalid condition…"),
        ("\"maybe\"", "error Invalid condition…"),
        ("[]", "error Invalid condition…"),
    ]);
}

#[test]
fn c081_a_condition_converts() {
    hold(&[("\"true\"", "pass"), ("\"false\"", "fail")]);
}

#[test]
fn c082_the_worst_verdict_counts() {
    let block = |condition: &str| format!("  enforce {{ condition = {condition} }}\n");
    let (error, fail, unknown, pass) =
        (block("null"), block("false"), block("attrs.enable_dns_support"), block("true"));
    let counts = |blocks: &[&str]| {
        let judged = judge(&blocks.concat());
        let check = judged.outcomes[0].checks[0].clone();
        (check.errors, check.failed, check.undecided, check.passed)
    };
    assert_eq!(counts(&[&pass, &unknown, &fail, &error]), (1, 0, 0, 0));
    assert_eq!(counts(&[&pass, &unknown, &fail]), (0, 1, 0, 0));
    assert_eq!(counts(&[&pass, &unknown]), (0, 0, 1, 0));
    assert_eq!(counts(&[&pass]), (0, 0, 0, 1));
}

#[test]
fn c083_what_is_filtered_out_is_not_judged() {
    assert_eq!(verdict_with("  filter = false", "null"), "not applicable");
}

#[test]
fn c084_an_unknown_filter_is_undecided() {
    assert_eq!(verdict_with("  filter = attrs.enable_dns_support", "false"), "undecided var.flag");
    // Whether it applies or not, it holds.
    assert_eq!(verdict_with("  filter = attrs.enable_dns_support", "true"), "pass");
    assert!(verdict_with("  filter = null", "true").starts_with("error Invalid filter"));
}

#[test]
fn c085_a_filter_may_look_up() {
    assert_eq!(verdict_with("  filter = core::length(core::getresources(\"aws_vpc\", {})) == 1", "false"), "fail");
    assert_eq!(
        verdict_with("  filter = core::length(core::getresources(\"aws_subnet\", {})) == 1", "false"),
        "not applicable"
    );
}

#[test]
fn c086_an_advisory_failure_is_a_warning() {
    let judged = judge("  enforcement_level = \"advisory\"\n  enforce { condition = false }");
    assert_eq!((judged.finding().level, judged.finding().severity), (Level::Warning, Severity::Medium));
}

#[test]
fn c087_a_mandatory_failure_is_an_error() {
    let judged = judge("  enforce { condition = false }");
    assert_eq!((judged.finding().level, judged.finding().severity), (Level::Error, Severity::High));
}

#[test]
fn messages_say_what_is_unknown_null_and_secret() {
    let judged = judge(
        "  enforce {\n    condition = false\n    error_message = \"id ${attrs.id}, netmask ${attrs.ipv4_netmask_length}, secret ${core::sensitive(\"x\")}, tags ${attrs.tags.Name}, on ${attrs.enable_dns_hostnames}\"\n  }",
    );
    assert_eq!(
        judged.finding().message,
        "id (known after apply), netmask null, secret (sensitive value), tags main, on false"
    );
    assert_eq!(judged.warnings.len(), 0, "{:?}", judged.warnings);
}

#[test]
fn an_error_in_a_message_keeps_the_verdict() {
    let judged = judge("  enforce {\n    condition = false\n    error_message = \"it is ${attrs.no}\"\n  }");
    assert_eq!(judged.lines(), ["fail aws_vpc.this it is (error)"]);
    let warnings: Vec<&str> = judged.warnings.iter().map(|d| d.summary.as_str()).collect();
    assert_eq!(warnings, ["Unsupported attribute"]);
}

#[test]
fn a_finding_points_at_the_value_that_decides() {
    let terraform = "module \"net\" {\n  source = \"./net\"\n  range  = \"10.0.0.0/8\"\n}\n";
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  locals { range = attrs.cidr_block }\n  enforce { condition = local.range != \"10.0.0.0/8\" }\n}\n";
    let net = "variable \"range\" {\n  type = string\n}\nresource \"aws_vpc\" \"v\" {\n  cidr_block = var.range\n}\n";
    let judged = Setup::new(terraform, rule).file("net/main.tf", net).judge();
    let finding = judged.finding();
    assert_eq!(finding.address.as_deref(), Some("module.net.aws_vpc.v"));
    assert_eq!(judged.at(finding.place), "net/main.tf:5 var.range");
    let hops: Vec<String> =
        finding.origin.iter().map(|hop| format!("{} {}", hop.what.as_str(), judged.at(hop.at))).collect();
    assert_eq!(hops, ["attribute net/main.tf:5 var.range", "module argument main.tf:3 \"10.0.0.0/8\""]);
    let labels: Vec<&str> = finding.labels.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(labels, ["called as module.net"]);
    assert_eq!(
        judged.at(finding.policy_at),
        "rules/rule.policy.hcl:3 enforce { condition = local.range != \"10.0.0.0/8\" }"
    );
}

#[test]
fn an_attribute_that_is_not_configured_points_at_the_block() {
    let judged = judge("  enforce { condition = attrs.ipv4_netmask_length != null }");
    assert!(
        judged.at(judged.finding().place).starts_with("main.tf:5 resource \"aws_vpc\" \"this\""),
        "{}",
        judged.at(judged.finding().place)
    );
}

#[test]
fn an_instance_that_may_not_be_there_fails_undecided() {
    let terraform = "variable \"n\" { type = number }\nresource \"aws_vpc\" \"v\" {\n  count = var.n\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    let rule = |condition: &str| {
        format!("resource_policy \"aws_vpc\" \"p\" {{\n  enforce {{ condition = {condition} }}\n}}\n")
    };
    let judged = Setup::new(terraform, &rule("false")).judge();
    assert!(
        !judged.lines().is_empty()
            && judged.lines().iter().all(|l| l.starts_with("undecided") && l.ends_with("unset-variable var.n")),
        "{:?}",
        judged.lines()
    );
    assert_eq!(Setup::new(terraform, &rule("true")).judge().lines(), [""; 0]);
}

#[test]
fn undecided_weighs_what_is_set() {
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  enforce { condition = attrs.enable_dns_support }\n}\n";
    let must = format!("locals {{\n  infralint = {{\n    p = {{ must_decide = true }}\n  }}\n}}\n{rule}");
    for (text, stage, expected) in [
        (rule, UndecidedPolicy::Allow, Level::Info),
        (rule, UndecidedPolicy::Warn, Level::Warning),
        (rule, UndecidedPolicy::Fail, Level::Error),
        (must.as_str(), UndecidedPolicy::Warn, Level::Error),
    ] {
        let mut setup = Setup::new(VPC, text);
        setup.stage.undecided = stage;
        assert_eq!(setup.judge().finding().level, expected);
    }
}

#[test]
fn a_limit_met_inside_try_is_an_error() {
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  enforce { condition = core::length(core::try([for i in core::range(100) : i + 1], [])) >= 0 }\n}\n";
    let mut setup = Setup::new(VPC, rule);
    assert_eq!(setup.judge().lines(), [""; 0]);
    setup.limits.steps = 200;
    let lines = setup.judge().lines();
    assert!(lines.len() == 1 && lines[0].starts_with("error aws_vpc.this Evaluation takes too long"), "{lines:?}");
}

#[test]
fn an_error_of_the_configuration_is_not_reported_again() {
    let terraform = "resource \"aws_vpc\" \"v\" {\n  cidr_block = local.no_such\n}\n";
    let judged = Setup::new(
        terraform,
        "resource_policy \"aws_vpc\" \"p\" {\n  enforce { condition = attrs.cidr_block == \"x\" }\n}\n",
    )
    .judge();
    assert_eq!(judged.lines(), [""; 0]);
    assert_eq!(judged.outcomes[0].checks[0].unreported, 1);
}

#[test]
fn metadata_belongs_to_a_policy_or_to_all() {
    let rule = r#"
locals {
  infralint = {
    "*" = {
      severity = "low"
      why      = "It matters."
      controls = ["CIS 1", "CIS 2"]
    }
    "resource_policy.aws_vpc.p" = {
      severity = "critical"
      help     = "Set it."
    }
    q = { kinds = ["nonprod"], title = "Q" }
    r = { title = 5, colour = "red" }
  }
}
resource_policy "aws_vpc" "p" {
  enforce { condition = false }
}
resource_policy "aws_vpc" "q" {
  enforce { condition = false }
}
"#;
    let mut setup = Setup::new(VPC, rule);
    let judged = setup.judge();
    let finding = judged.finding();
    assert_eq!(
        (finding.severity, finding.why.as_str(), finding.help.as_str()),
        (Severity::Critical, "It matters.", "Set it.")
    );
    assert_eq!(finding.controls, ["CIS 1", "CIS 2"]);
    assert_eq!(judged.rule_warnings(), ["Unusable rule metadata"; 3]);
    setup.stage.kind = StageKind::Nonprod;
    let found = setup.judge();
    assert_eq!(found.lines()[1], "fail aws_vpc.this Q");
    assert_eq!(found.findings()[1].severity, Severity::Low);
}

fn operations(list: &str, condition: &str) -> crate::harness::Judged {
    judge(&format!("  operations = {list}\n  enforce {{ condition = {condition} }}"))
}

#[test]
fn c089_the_usual_operations_judge_a_configuration() {
    assert_eq!(judge("  enforce { condition = false }").findings().len(), 1);
    let deletes = operations("[\"delete\"]", "false");
    assert_eq!(deletes.lines(), [""; 0]);
    assert_eq!(deletes.outcomes[0].needs_plan.len(), 1);
}

#[test]
fn c091_operations_are_listed_once_each() {
    assert!(operations("[\"create\", \"create\"]", "true").errors()[0].starts_with("Duplicate operation"));
    assert!(operations("[\"destroy\"]", "true").errors()[0].starts_with("Invalid operation"));
    assert_eq!(operations("[]", "false").findings().len(), 1);
}

#[test]
fn c092_delete_stands_alone() {
    for list in ["[\"create\", \"delete\"]", "[\"delete\", \"no-op\"]"] {
        assert!(operations(list, "true").errors()[0].starts_with("Invalid operations"), "{list}");
    }
    assert_eq!(operations("[\"update\", \"delete\"]", "true").errors(), [""; 0]);
}

#[test]
fn c093_what_was_before_needs_update_or_delete() {
    let condition = "core::try(prior_attrs.cidr_block, null) == null";
    assert!(judge(&format!("  enforce {{ condition = {condition} }}")).errors()[0].starts_with("Missing operations"));
    for list in ["[]", "[\"create\"]", "[\"update\", \"no-op\"]"] {
        assert!(operations(list, condition).errors()[0].starts_with("Invalid operations"), "{list}");
    }
    let judged = operations("[\"update\"]", condition);
    assert_eq!((judged.lines().len(), judged.outcomes[0].needs_plan.len()), (0, 1));
}

#[test]
fn c096_look_ups_want_no_op() {
    let judged = operations("[\"create\"]", "core::length(core::getresources(\"aws_vpc\", {})) == 1");
    assert_eq!(judged.rule_warnings(), ["Operations without no-op"]);
    assert_eq!(
        operations("[\"create\", \"no-op\"]", "core::length(core::getresources(\"aws_vpc\", {})) == 1").rule_warnings(),
        [""; 0]
    );
}
