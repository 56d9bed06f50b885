//! Where exact references answer better than HashiCorp's engine: Q1 to Q21 of the specification.

use std::process::Command;

use infralint::{policy, schema, source::Sources};

use crate::harness::Setup;

/// Each improvement with tests that show it.
const SHOWN: [(u32, &str); 21] = [
    (1, "c104_a_join_on_a_new_id_is_decided"),
    (2, "c106_a_candidate_in_doubt_is_named"),
    (3, "q03_a_reference_to_another_proves_absence"),
    (4, "c107_a_sure_member_decides"),
    (5, "c060_try_of_what_is_partly_unknown"),
    (6, "q06_an_unknown_if_of_a_for_is_tried_both_ways"),
    (7, "a_finding_points_at_the_value_that_decides"),
    (8, "c087_a_mandatory_failure_is_an_error"),
    (9, "undecided_weighs_what_is_set"),
    (10, "messages_say_what_is_unknown_null_and_secret"),
    (11, "q11_mocks_get_the_shape_of_the_schema"),
    (12, "c101_an_object_matches_a_map"),
    (13, "q13_a_typo_inside_of_try_is_told"),
    (14, "q14_an_index_into_a_set_is_told"),
    (15, "c053_arms_of_different_types"),
    (16, "resources_of_all_root_modules"),
    (17, "q17_arguments_of_module_calls_are_seen"),
    (18, "q18_schemas_need_no_provider"),
    (19, "joins_are_linear"),
    (20, "q20_many_mocks_and_ranges"),
    (21, "q21_a_variable_named_like_an_input_is_none_of_it"),
];

#[test]
fn every_improvement_has_a_test() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/policy");
    let files = std::fs::read_dir(folder).unwrap();
    let all: String = files.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    for (number, test) in SHOWN {
        assert!(all.contains(&format!("#[test]\nfn {test}()")), "Q{number}: {test}");
    }
    assert!(SHOWN.iter().map(|(number, _)| *number).eq(1..=21));
}

/// What is told of a policy on one type, notes aside.
fn told(ty: &str, condition: &str) -> Vec<String> {
    let sources = Sources::new(std::env::temp_dir());
    let text = format!("resource_policy \"{ty}\" \"p\" {{\n  enforce {{ condition = {condition} }}\n}}\n");
    let file = policy::load_file(&sources, sources.add("p.policy.hcl", text.as_str()), "p", false);
    let found = policy::lint(&file, false).into_iter().filter(|d| !d.summary.starts_with("portability/"));
    found.map(|d| format!("{}: {}", d.summary, d.detail)).collect()
}

#[test]
fn q03_a_reference_to_another_proves_absence() {
    let terraform = "resource \"aws_vpc\" \"a\" {}\nresource \"aws_vpc\" \"b\" {}\nresource \"aws_flow_log\" \"b\" {\n  vpc_id = aws_vpc.b.id\n}\n";
    let rule = "resource_policy \"aws_vpc\" \"p\" {\n  enforce { condition = core::length(core::getresources(\"aws_flow_log\", { vpc_id = attrs.id })) > 0 }\n}\n";
    let lines = Setup::new(terraform, rule).judge().lines();
    assert!(lines.len() == 1 && lines[0].starts_with("fail aws_vpc.a"), "{lines:?}");
}

#[test]
fn q13_a_typo_inside_of_try_is_told() {
    let found = told("aws_elasticache_replication_group", "core::try(attrs.auto_failover_enabled, false)");
    assert!(
        found.len() == 1 && found[0].contains("auto_failover_enabled") && found[0].contains("unnoticed"),
        "{found:?}"
    );
}

#[test]
fn q14_an_index_into_a_set_is_told() {
    let found = told("aws_security_group", "attrs.ingress[0].from_port == 1");
    assert!(found.len() == 1 && found[0].contains("This is a set"), "{found:?}");
}

#[test]
fn q17_arguments_of_module_calls_are_seen() {
    let terraform = "locals {\n  size = 3\n}\nmodule \"m\" {\n  source = \"./m\"\n  size = local.size\n}\n";
    let rule = "module_policy \"./m\" \"p\" {\n  enforce {\n    condition = attrs.size > 3\n    error_message = \"${meta.source} ${attrs.size}\"\n  }\n}\n";
    let judged = Setup::new(terraform, rule).file("m/main.tf", "variable \"size\" {}\n").judge();
    assert_eq!(judged.lines(), ["fail module.m ./m 3"]);
}

#[test]
fn q18_schemas_need_no_provider() {
    assert!(schema::aws().resource_types().count() > 1_000);
    let found = told("aws_vpc", "attrs.cidr_blok == \"\"");
    assert!(found.len() == 1 && found[0].contains("cidr_block"), "{found:?}");
}

#[test]
fn q20_many_mocks_and_ranges() {
    let terraform = "resource \"aws_s3_bucket\" \"b\" {\n  count = 40\n  bucket = \"b-${count.index}\"\n}\n";
    let rule = "resource_policy \"aws_s3_bucket\" \"p\" {\n  enforce { condition = core::length([for i in core::range(core::length(attrs.bucket)) : i]) == core::length(attrs.bucket) }\n}\n";
    let judged = Setup::new(terraform, rule).judge();
    assert_eq!((judged.lines(), judged.counts().0), (Vec::new(), 40));
}

#[test]
fn q21_a_variable_named_like_an_input_is_none_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "input \"shape\" {\n  type = string\n  default = \"usual\"\n}\nresource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = false\n    error_message = \"shape ${input.shape}\"\n  }\n}\n";
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/r.policy.hcl"), rule).unwrap();
    std::fs::write(folder.path().join("main.tf"), "resource \"aws_vpc\" \"v\" {}\n").unwrap();
    let said = |variable: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
        command.args(["check", "--no-default-rules", "--rules", "rules", "."]).current_dir(folder.path());
        let output = command.env_remove("TFPOLICY_INPUT_shape").env(variable, "other").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(said("shape").contains("shape usual"));
    assert!(said("TFPOLICY_INPUT_shape").contains("shape other"));
}
