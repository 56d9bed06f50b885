//! Files and blocks (statements 1 to 16), targets (17 to 23).

use crate::harness::{Setup, VPC};
use infralint::policy::{EnforcementLevel, RuleSet, bind, stem};

/// The errors of one policy file.
fn errors(rule: &str) -> Vec<String> {
    Setup::new(VPC, rule).judge().errors()
}

#[track_caller]
fn one_error(rule: &str, expected: &str) {
    let errors = errors(rule);
    assert!(errors.len() == 1 && errors[0].contains(expected), "expected {expected:?}, found {errors:?}");
}

const GOOD: &str = "resource_policy \"aws_vpc\" \"good\" {\n  enforce { condition = false }\n}\n";

#[test]
fn c001_files_are_told_by_their_endings() {
    assert_eq!(stem("a.policy.hcl"), Some(("a", false)));
    assert_eq!(stem("a.infralint.hcl"), Some(("a", true)));
    for other in ["a.policytest.hcl", "a.hcl", ".policy.hcl", "a.policy.hcl.bak", "a.infralinttest.hcl"] {
        assert_eq!(stem(other), None, "{other}");
    }
    let judged = Setup::new(VPC, GOOD).rule("deep/other.policy.hcl", GOOD).rule("x.hcl", "nonsense {").judge();
    assert_eq!(judged.findings().len(), 2);
}

#[test]
fn c002_locals_belong_to_their_file() {
    let one = "locals { a = true }";
    let two = "resource_policy \"aws_vpc\" \"p\" {\n  enforce { condition = local.a }\n}";
    let judged = Setup::new(VPC, one).rule("other.policy.hcl", two).judge();
    assert!(judged.errors()[0].starts_with("Reference to undeclared local value"), "{:?}", judged.errors());
}

#[test]
fn c003_a_policy_block_is_optional() {
    assert_eq!(
        Setup::new(VPC, GOOD).judge().lines(),
        ["fail aws_vpc.this The condition of resource_policy.aws_vpc.good does not hold."]
    );
}

#[test]
fn c004_a_policy_block_may_be_empty() {
    assert_eq!(errors(&format!("policy {{}}\n{GOOD}")), [""; 0]);
}

#[test]
fn c005_two_policy_blocks_are_an_error() {
    one_error("policy {}\npolicy {}\n", "Only one \"policy\" block");
}

#[test]
fn c006_other_blocks_are_an_error_that_names_them() {
    one_error("data_policy \"x\" \"y\" {}", "Blocks of type \"data_policy\" are not expected here");
    one_error("root_module_policy \"*\" \"y\" {}", "file named *.infralint.hcl");
}

#[test]
fn c007_a_policy_needs_two_labels() {
    one_error("resource_policy \"aws_vpc\" {\n  enforce { condition = true }\n}", "must have 2 labels");
    one_error("resource_policy \"aws_vpc\" \"a\" \"b\" {\n  enforce { condition = true }\n}", "Only 2 labels");
}

#[test]
fn c008_unknown_arguments_are_an_error() {
    one_error(
        "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = true\n    severity = \"high\"\n  }\n}",
        "An argument named \"severity\" is not expected here",
    );
    one_error("resource_policy \"aws_vpc\" \"p\" {\n  enforce {}\n}", "The argument \"condition\" is required");
}

#[test]
fn c009_a_policy_is_declared_once_in_a_file() {
    one_error(&format!("{GOOD}{GOOD}"), "A policy resource_policy.aws_vpc.good was already declared");
    let judged = Setup::new(VPC, GOOD).rule("other.policy.hcl", GOOD).judge();
    assert_eq!(judged.findings().len(), 2);
}

#[test]
fn c010_locals_blocks() {
    let policy =
        |body: &str| format!("resource_policy \"aws_vpc\" \"p\" {{\n{body}\n  enforce {{ condition = true }}\n}}\n");
    // Documented as an error, but HashiCorp's own policies do it: they are taken together, with a warning.
    let both =
        Setup::new(VPC, &policy("  locals { a = 1 }\n  filter = local.a == local.b\n  locals { b = 1 }")).judge();
    assert_eq!((both.errors().len(), both.rule_warnings()), (0, vec!["Several locals blocks"]));
    one_error(&policy("  locals { a = 1 }\n  locals { a = 2 }"), "A local value named \"a\" was already declared");
    assert_eq!(errors(&format!("locals {{ a = 1 }}\nlocals {{ b = 1 }}\n{}", policy(""))), [""; 0]);
    one_error("locals { a = 1 }\nlocals { a = 2 }\n", "A local value named \"a\" was already declared");
}

#[test]
fn c011_a_level_is_one_of_three() {
    one_error(
        "resource_policy \"aws_vpc\" \"p\" {\n  enforcement_level = \"hard\"\n  enforce { condition = true }\n}",
        "one of \"advisory\", \"mandatory\", \"mandatory_overridable\"",
    );
}

/// The levels of a file's policies, in order.
fn levels(rule: &str) -> Vec<EnforcementLevel> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("r.policy.hcl"), rule).unwrap();
    let sources = infralint::source::Sources::new(folder.path().to_path_buf());
    let set = RuleSet::load(&sources, folder.path());
    let bound = bind(&set.rules, &infralint::policy::RuleSettings::default(), &sources);
    assert!(bound.diagnostics.is_empty(), "{:?}", bound.diagnostics);
    bound.rules[0].levels.clone()
}

#[test]
fn c012_the_usual_level_is_mandatory() {
    assert_eq!(levels(GOOD), [EnforcementLevel::Mandatory]);
}

#[test]
fn c013_a_file_has_a_level_that_a_policy_may_override() {
    let own = "resource_policy \"aws_vpc\" \"own\" {\n  enforcement_level = \"mandatory_overridable\"\n  enforce { condition = true }\n}\n";
    let found = levels(&format!("policy {{ enforcement_level = \"advisory\" }}\n{GOOD}{own}"));
    assert_eq!(found, [EnforcementLevel::Advisory, EnforcementLevel::MandatoryOverridable]);
}

#[test]
fn c014_a_level_may_come_from_an_input_with_hyphens() {
    let rule = "input \"a-b-c\" {\n  type = string\n  default = \"advisory\"\n}\nlocals { l = input.a-b-c }\n\
        resource_policy \"aws_vpc\" \"p\" {\n  enforcement_level = input.a-b-c\n  enforce { condition = true }\n}\n\
        resource_policy \"aws_vpc\" \"q\" {\n  enforcement_level = local.l\n  enforce { condition = true }\n}\n";
    assert_eq!(levels(rule), [EnforcementLevel::Advisory; 2]);
    let errors = errors(&rule.replace("\"advisory\"", "\"soft\""));
    assert!(errors.len() == 2 && errors.iter().all(|e| e.contains("An enforcement level is one of")), "{errors:?}");
}

#[test]
fn c015_a_level_is_set_once() {
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  enforcement_level = \"advisory\"\n  enforcement_level = \"advisory\"\n  enforce { condition = true }\n}\n";
    let errors = errors(rule);
    assert!(errors.len() == 1 && errors[0].starts_with("Attribute redefined"), "{errors:?}");
}

#[test]
fn c016_a_provider_version_is_not_a_star() {
    let rule = |version: &str| {
        format!(
            "policy {{\n  required_providers {{\n    aws = {{\n      source = \"hashicorp/aws\"\n      version = \"{version}\"\n    }}\n  }}\n}}\n{GOOD}"
        )
    };
    one_error(&rule("*"), "\"*\" is no version constraint");
    assert_eq!(errors(&rule(">= 5.0")), [""; 0]);
}

/// Addresses a target selects among one VPC and two S3 resources.
fn selected(target: &str) -> Vec<String> {
    let terraform = "resource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\
        resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n}\n\
        resource \"aws_s3_bucket_policy\" \"p\" {\n  bucket = aws_s3_bucket.b.id\n  policy = \"{}\"\n}\n\
        data \"aws_vpc\" \"d\" {}\n";
    let rule = format!("resource_policy \"{target}\" \"t\" {{\n  enforce {{ condition = false }}\n}}\n");
    let judged = Setup::new(terraform, &rule).judge();
    judged.findings().iter().map(|f| f.address.clone().unwrap()).collect()
}

#[test]
fn c017_an_exact_target() {
    assert_eq!(selected("aws_s3_bucket"), ["aws_s3_bucket.b"]);
}

#[test]
fn c018_a_star_is_every_managed_type() {
    assert_eq!(selected("*"), ["aws_s3_bucket.b", "aws_s3_bucket_policy.p", "aws_vpc.v"]);
}

#[test]
fn c019_a_star_stands_for_the_rest() {
    assert_eq!(selected("aws_s3*"), ["aws_s3_bucket.b", "aws_s3_bucket_policy.p"]);
    assert_eq!(selected("awscc_*"), [""; 0]);
}

#[test]
fn c020_a_star_may_stand_inside() {
    assert_eq!(selected("aws_*_policy"), ["aws_s3_bucket_policy.p"]);
}

#[test]
fn c021_a_provider_is_named_by_its_type() {
    let terraform = "terraform {\n  required_providers {\n    amazon = {\n      source = \"hashicorp/aws\"\n    }\n  }\n}\n\
        provider \"amazon\" {\n  region = \"eu-west-1\"\n  alias = \"east\"\n}\n";
    let rule = |target: &str| {
        format!(
            "provider_policy \"{target}\" \"t\" {{\n  enforce {{\n    condition = attrs.region == \"x\" || meta.alias == null\n  }}\n}}\n"
        )
    };
    let lines = |target: &str| Setup::new(terraform, &rule(target)).judge().lines();
    assert_eq!(lines("aws").len(), 1);
    assert_eq!(lines("amazon").len(), 0);
    assert_eq!(lines("hashicorp/aws").len(), 0);
}

#[test]
fn c022_a_module_is_named_by_its_source() {
    let rule = |target: &str| {
        format!(
            "module_policy \"{target}\" \"t\" {{\n  enforce {{\n    condition = attrs.size > 3\n    error_message = \"${{meta.address}} is ${{attrs.size}}\"\n  }}\n}}\n"
        )
    };
    let judge = |target: &str| {
        Setup::new("module \"v\" {\n  source = \"./modules/vpc\"\n  size = 3\n}\n", &rule(target))
            .file("modules/vpc/main.tf", "variable \"size\" {}\n")
            .judge()
    };
    assert_eq!(judge("./modules/vpc").lines(), ["fail module.v module.v is 3"]);
    assert_eq!(judge("vpc").lines(), [""; 0]);
}

#[test]
fn c023_data_sources_are_not_judged() {
    assert_eq!(selected("aws_vpc"), ["aws_vpc.v"]);
}
