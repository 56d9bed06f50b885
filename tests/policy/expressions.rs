//! Expressions (statements 44 to 61).

use crate::harness::{Setup, VPC, hold, verdict_with};

#[test]
fn c044_plus_adds_numbers_only() {
    hold(&[("\"a\" + \"b\" == \"ab\"", "error Invalid operand…"), ("\"1\" + 2 == 3", "pass")]);
}

#[test]
fn c045_comparisons_take_numbers() {
    hold(&[("\"10\" > 9", "pass"), ("\"a\" > 1", "error Invalid operand…")]);
}

#[test]
fn c046_equality_converts_nothing() {
    hold(&[("\"1\" == 1", "fail"), ("true == \"true\"", "fail")]);
}

#[test]
fn c047_null_equals_only_null() {
    hold(&[("null == false", "fail"), ("null == null", "pass"), ("attrs.ipv4_netmask_length == null", "pass")]);
}

#[test]
fn c048_a_list_is_no_set() {
    hold(&[("[\"a\"] == core::toset([\"a\"])", "fail"), ("core::tolist([\"a\"]) == core::toset([\"a\"])", "fail")]);
}

#[test]
fn c049_and_or_errors() {
    hold(&[
        ("false && attrs.no", "fail"),
        ("attrs.no && false", "fail"),
        ("true && attrs.no", "error Unsupported attribute…"),
        ("true || attrs.no", "pass"),
        ("attrs.no || true", "pass"),
        ("attrs.no || false", "error Unsupported attribute…"),
    ]);
}

#[test]
fn c050_and_or_unknowns() {
    hold(&[
        ("attrs.enable_dns_support && false", "fail"),
        ("attrs.enable_dns_support || true", "pass"),
        ("attrs.enable_dns_support && true", "undecided var.flag"),
        ("attrs.enable_dns_support || attrs.instance_tenancy == \"x\"", "undecided var.flag"),
        ("!attrs.enable_dns_support || attrs.enable_dns_support", "undecided var.flag"),
    ]);
}

#[test]
fn c051_an_operand_must_be_a_bool() {
    hold(&[("false && \"text\"", "error Invalid operand…")]);
}

#[test]
fn c052_the_other_arm_may_call_what_is_not_there() {
    hold(&[
        ("true ? true : core::contain([], 1)", "pass"),
        ("false ? true : core::contain([], 1)", "error Call to unknown function…"),
    ]);
}

#[test]
fn c053_arms_of_different_types() {
    hold(&[("(true ? { a = 1 } : {}).a == 1", "pass"), ("core::length(false ? { a = 1 } : {}) == 0", "pass")]);
}

#[test]
fn c054_a_null_condition_is_an_error() {
    hold(&[("null ? true : false", "error Null condition…")]);
}

#[test]
fn c055_a_for_over_null_is_an_error() {
    hold(&[("core::length([for x in attrs.ipv4_netmask_length : x]) == 0", "error Iteration over null value…")]);
}

#[test]
fn c056_keys_of_a_for() {
    hold(&[
        ("{for x in [\"a\", \"a\"] : x => 1}.a == 1", "error Duplicate object key…"),
        ("core::length({for x in [\"a\", \"a\"] : x => 1...}.a) == 2", "pass"),
    ]);
}

#[test]
fn c057_splats() {
    hold(&[
        ("core::contains([{ a = 1 }, { a = 2 }][*].a, 2)", "pass"),
        ("attrs.cidr_block[*] == [\"10.0.0.0/16\"]", "pass"),
    ]);
}

#[test]
fn c058_null_in_a_template_is_an_error() {
    hold(&[
        ("\"x${null}\" == \"x\"", "error Invalid template interpolation value…"),
        ("\"${null}\"", "error Invalid condition…"),
    ]);
}

#[test]
fn c059_lines_end_expressions_outside_brackets() {
    hold(&[("true &&\n    true", "load error…"), ("(true &&\n    true)", "pass")]);
}

#[test]
fn c060_try_of_what_is_partly_unknown() {
    hold(&[
        ("core::length(core::try([attrs.id, \"b\"], [])) == 2", "pass"),
        ("core::try(attrs.instance_tenancy, \"x\") == \"x\"", "undecided var.text"),
        ("core::try(attrs.no.deep, attrs.cidr_block) == \"10.0.0.0/16\"", "pass"),
    ]);
}

#[test]
fn c061_can() {
    hold(&[("core::can(attrs.cidr_block)", "pass"), ("core::can(attrs.no)", "fail"), ("core::can(attrs.id)", "pass")]);
}

#[test]
fn an_unknown_condition_is_decided_where_both_arms_agree() {
    hold(&[
        ("(attrs.enable_dns_support ? 2 : 3) > 1", "pass"),
        ("(attrs.enable_dns_support ? 2 : 3) > 3", "fail"),
        ("(attrs.enable_dns_support ? \"a\" : \"b\") == \"c\"", "fail"),
        ("(attrs.enable_dns_support ? \"a\" : \"b\") == \"a\"", "undecided var.flag"),
        ("attrs.enable_dns_support ? core::contains([1], 1) : true", "pass"),
    ]);
}

#[test]
fn one_unknown_condition_is_one_choice() {
    let terraform = "variable \"prod\" { type = bool }\nresource \"aws_vpc\" \"v\" {\n  cidr_block = var.prod ? \"10.0.0.0/16\" : \"10.1.0.0/16\"\n  instance_tenancy = var.prod ? \"dedicated\" : \"default\"\n}\n";
    let rule = |condition: &str| {
        format!("resource_policy \"aws_vpc\" \"t\" {{\n  enforce {{\n    condition = {condition}\n  }}\n}}\n")
    };
    let lines = |condition: &str| Setup::new(terraform, &rule(condition)).judge().lines();
    assert_eq!(lines("(attrs.cidr_block == \"10.0.0.0/16\") == (attrs.instance_tenancy == \"dedicated\")"), [""; 0]);
    assert_eq!(
        lines("core::length(\"${attrs.cidr_block}${attrs.instance_tenancy}\") > 18")[0],
        "undecided aws_vpc.v unset-variable var.prod"
    );
    assert_eq!(lines("attrs.cidr_block == \"10.0.0.0/16\" || attrs.instance_tenancy == \"default\""), [""; 0]);
    assert_eq!(lines("attrs.cidr_block == \"10.0.0.0/16\" && attrs.instance_tenancy == \"default\"").len(), 1);
    assert!(
        lines("attrs.cidr_block == \"10.0.0.0/16\" && attrs.instance_tenancy == \"default\"")[0].starts_with("fail")
    );
}

#[test]
fn the_shape_most_public_rules_have() {
    let terraform = "resource \"aws_opensearch_domain\" \"d\" {\n  domain_name = \"d\"\n  cluster_config {\n    dedicated_master_count = 2\n  }\n}\nresource \"aws_opensearch_domain\" \"none\" {\n  domain_name = \"none\"\n}\n";
    let rule = r#"
input "sample-rule-enforcement-level" {
  type    = string
  default = "advisory"
}
resource_policy "aws_opensearch_domain" "sample" {
  enforcement_level = input.sample-rule-enforcement-level
  locals {
    raw   = core::try(attrs.cluster_config, null)
    cfg   = local.raw != null ? local.raw : []
    count = core::length(local.cfg) > 0 ? core::try(local.cfg[0].dedicated_master_count, null) : null
  }
  filter = local.count != null
  enforce {
    condition     = local.count >= 3
    error_message = "Use at least three dedicated master nodes, not ${local.count}."
  }
}
"#;
    let judged = Setup::new(terraform, rule).judge();
    assert_eq!(judged.lines(), ["fail aws_opensearch_domain.d Use at least three dedicated master nodes, not 2."]);
    assert_eq!(judged.at(judged.finding().place), "main.tf:4 2");
    assert_eq!(judged.counts(), (0, 1, 0, 1));
}

#[test]
fn locals_of_a_policy_are_lazy() {
    assert_eq!(verdict_with("  locals {\n    bad = attrs.no\n  }", "true"), "pass");
    let _ = VPC;
}
