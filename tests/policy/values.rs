//! Scope and values (statements 30 to 43).

use crate::harness::{Setup, VPC, hold, verdict_of, verdict_with};

#[test]
fn c030_an_unset_attribute_is_null() {
    hold(&[("attrs.ipv4_netmask_length == null", "pass"), ("attrs.ipv4_ipam_pool_id == null", "pass")]);
}

const GROUP: &str = r#"
resource "aws_security_group" "g" {
  name = "g"
  ingress {
    from_port = 443
    to_port   = 443
    protocol  = "tcp"
  }
}
resource "aws_s3_bucket" "b" {
  bucket = "b"
}
resource "aws_instance" "i" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  metadata_options {
    http_tokens = "required"
  }
}
"#;

/// The verdict of a condition on one of the resources above.
fn on(target: &str, condition: &str) -> String {
    let rule = format!("resource_policy \"{target}\" \"t\" {{\n  enforce {{\n    condition = {condition}\n  }}\n}}\n");
    let lines = Setup::new(GROUP, &rule).judge().lines();
    lines.first().map_or_else(|| "pass".to_owned(), |line| line.split(' ').next().unwrap_or_default().to_owned())
}

#[test]
fn c031_an_absent_block_is_an_empty_list() {
    assert_eq!(on("aws_instance", "core::length(attrs.ebs_block_device) == 0"), "pass");
    assert_eq!(on("aws_instance", "core::length(attrs.metadata_options) == 1"), "pass");
}

#[test]
fn c032_a_single_list_block_is_indexed() {
    assert_eq!(on("aws_instance", "attrs.metadata_options[0].http_tokens == \"required\""), "pass");
    assert_eq!(on("aws_instance", "attrs.metadata_options.http_tokens == \"required\""), "error");
}

#[test]
fn c033_a_set_is_not_indexed() {
    assert_eq!(on("aws_security_group", "attrs.ingress[0].from_port == 443"), "error");
    assert_eq!(on("aws_security_group", "[for b in attrs.ingress : b][0].from_port == 443"), "pass");
}

#[test]
fn c034_an_attribute_that_is_not_there_is_an_error() {
    hold(&[("attrs.no_such == 1", "error Unsupported attribute…"), ("core::try(attrs.no_such, 1) == 1", "pass")]);
}

#[test]
fn c036_a_null_is_a_success_of_try() {
    hold(&[("core::try(attrs.ipv4_netmask_length, 5) == null", "pass")]);
}

#[test]
fn c037_there_is_no_address_in_meta() {
    hold(&[("meta.address == \"x\"", "error Unsupported attribute…")]);
}

#[test]
fn c038_try_catches_what_meta_has_not() {
    hold(&[("core::try(meta.address, \"x\") == \"x\"", "pass")]);
}

#[test]
fn c039_workspace_tags_are_empty() {
    hold(&[
        ("core::length(meta.tfe_workspace.tags) == 0", "pass"),
        ("core::lookup(meta.tfe_workspace.tags, \"a\", 1) == 1", "error Call to unknown function…"),
        ("meta.tfe_stack.stack_name == \"\"", "pass"),
    ]);
}

#[test]
fn c040_meta_names_the_type_and_where_it_is() {
    hold(&[
        ("meta.provider_type == \"aws\" && meta.type == \"aws_vpc\" && meta.module_path == \".\"", "pass"),
        ("meta.operation == \"create\"", "undecided meta.operation, which a plan says,"),
    ]);
}

#[test]
fn c041_a_files_locals_read_no_object() {
    for root in ["attrs", "prior_attrs", "meta"] {
        let rule = format!("locals {{ a = core::try({root}.x, 1) }}\n");
        let errors = Setup::new(VPC, &rule).judge().errors();
        assert!(errors.len() == 1 && errors[0].contains(&format!("\"{root}\" cannot be used")), "{errors:?}");
    }
}

#[test]
fn c042_a_policys_local_hides_a_files() {
    let rule = "locals { a = 1 }\nresource_policy \"aws_vpc\" \"p\" {\n  locals { a = 2 }\n  enforce { condition = local.a == 2 }\n}\n";
    let judged = Setup::new(VPC, rule).judge();
    assert_eq!(judged.lines(), [""; 0]);
    assert_eq!(judged.rule_warnings(), ["Local value hides another"]);
}

#[test]
fn c043_locals_stand_in_any_order() {
    let locals = "  locals {\n    c = local.b + 1\n    b = local.a + 1\n    a = 1\n  }";
    assert_eq!(verdict_with(locals, "local.c == 3"), "pass");
    let cycle = "  locals {\n    a = local.b\n    b = local.a\n  }";
    let found = verdict_with(cycle, "attrs.id");
    assert_eq!(
        found,
        "load error Cycle in local values: These local values depend on each other: local.a → local.b → local.a."
    );
    assert!(verdict_with("  filter = local.no", "true").starts_with("load error Reference to undeclared local value"));
    assert!(verdict_of("input.no").starts_with("load error Reference to undeclared input"));
    assert!(verdict_of("var.x").starts_with("load error Invalid reference"));
}

#[test]
fn an_error_in_a_local_is_met_by_every_reader() {
    let rule = "locals { bad = 1 + \"x\" }\nresource_policy \"aws_vpc\" \"p\" {\n\
        \x20 enforce { condition = core::try(local.bad, 0) == 0 }\n  enforce { condition = local.bad == 1 }\n}\n\
        resource_policy \"aws_vpc\" \"q\" {\n  enforce { condition = local.bad == 1 }\n}\n";
    let lines = Setup::new(VPC, rule).judge().lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("error aws_vpc.this Invalid operand")), "{lines:?}");
}
