//! `infralint rules check`: what it says of policy files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use infralint::{check::check_rules, diag::Level, source::Sources};

/// What is said of one policy file: `level line summary: detail`, sorted by place.
fn said(name: &str, text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let report = check_rules(&sources, &[sources.root().to_path_buf()]);
    let line = |d: &infralint::diag::Diagnostic| {
        let line = d.place.map_or(0, |at| sources.get(at.file).position(at.span.start).line);
        format!("{} {line} {}: {}", d.level.as_str(), d.summary, d.detail)
    };
    report.diagnostics.iter().map(line).collect()
}

/// Without what `required_providers` being absent is worth.
fn of_policy(policy: &str) -> Vec<String> {
    let mut said = said("p.policy.hcl", policy);
    said.retain(|line| !line.contains("portability/required-providers"));
    said
}

/// A policy of a type with locals and a condition; the condition stands on line 5.
fn policy(target: &str, locals: &str, condition: &str) -> String {
    format!(
        "resource_policy \"{target}\" \"p\" {{\n  locals {{\n{locals}\n  }}\n  enforce {{ condition = {condition} }}\n}}\n"
    )
}

/// The only thing said of a condition on a type.
#[track_caller]
fn one(target: &str, condition: &str, beginning: &str) {
    let said = of_policy(&policy(target, "", condition));
    assert!(said.len() == 1 && said[0].starts_with(beginning), "{condition}\n  expected {beginning}\n  found {said:?}");
}

#[track_caller]
fn nothing(target: &str, condition: &str) {
    assert_eq!(of_policy(&policy(target, "", condition)), [""; 0], "{condition}");
}

#[test]
fn attribute_paths_are_held_against_the_schema() {
    let vpc = "aws_vpc";
    one(
        vpc,
        "attrs.enable_dns_suport == true",
        "error 5 Unsupported attribute: There is no attribute \"enable_dns_suport\" here. Did you mean \"enable_dns_support\"?",
    );
    one(
        vpc,
        "core::try(attrs.cidr_blok, null) == null",
        "warning 5 Unsupported attribute: There is no attribute \"cidr_blok\" here. Did you mean \"cidr_block\"? Inside of core::try",
    );
    one(vpc, "attrs.cidr_block.size == 1", "error 5 Unsupported attribute: This is a string");
    nothing(vpc, "attrs.tags.Anything == \"x\" && attrs[\"cidr_block\"] != null");
    let group = "aws_elasticache_replication_group";
    one(
        group,
        "core::try(attrs.auto_failover_enabled, false)",
        "warning 5 Unsupported attribute: There is no attribute \"auto_failover_enabled\"",
    );
    let lb = "aws_opensearch_domain";
    one(
        lb,
        "attrs.cluster_config.instance_count > 1",
        "error 5 Unsupported attribute: This is a list, which has no attribute \"instance_count\". Blocks are lists",
    );
    nothing(lb, "attrs.cluster_config[0].instance_count > 1");
    one(
        lb,
        "attrs.cluster_config[0].instance_kount > 1",
        "error 5 Unsupported attribute: There is no attribute \"instance_kount\"",
    );
    nothing(lb, "core::alltrue([for c in attrs.cluster_config : c.instance_count > 1])");
    one(lb, "core::alltrue([for c in attrs.cluster_config : c.instance_kount > 1])", "error 5 Unsupported attribute");
    one(lb, "core::contains(attrs.cluster_config[*].instance_kount, 1)", "error 5 Unsupported attribute");
    one(
        "aws_security_group",
        "attrs.ingress[0].from_port == 1",
        "error 5 Unsupported attribute: This is a set, whose elements have no index",
    );
    nothing("aws_security_group", "[for i in attrs.ingress : i][0].from_port == 1");
    // Of other providers and of several types nothing is known.
    nothing("google_storage_bucket", "attrs.whatever == 1");
    nothing("aws_*", "attrs.whatever == 1");
}

#[test]
fn types_go_through_locals() {
    let locals = "    raw = core::try(attrs.cluster_config, null)\n    cfg = local.raw != null ? local.raw : []";
    let said = of_policy(&policy("aws_opensearch_domain", locals, "core::try(local.cfg[0].instance_kount, 0) > 1"));
    assert!(said.iter().any(|line| line.contains("no attribute \"instance_kount\"")), "{said:?}");
    let said = of_policy(&policy("aws_opensearch_domain", locals, "core::try(local.cfg[0].instance_count, 0) > 1"));
    assert!(!said.iter().any(|line| line.contains("Unsupported attribute")), "{said:?}");
}

#[test]
fn look_ups_are_held_against_the_schema() {
    let find = |ty: &str, filter: &str, then: &str| format!("core::getresources(\"{ty}\", {filter}){then}");
    one("aws_vpc", &find("aws_subnets", "{}", "== []"), "error 5 Unknown resource type: Version 5.100.0");
    one(
        "aws_vpc",
        &find("aws_subnet", "{ vpc = attrs.id }", " == []"),
        "error 5 Unsupported attribute: There is no attribute \"vpc\"",
    );
    one("aws_vpc", &find("aws_subnet", "{ vpc_id = attrs.id }", "[0].cidr == \"\""), "error 5 Unsupported attribute");
    nothing("aws_vpc", &find("aws_subnet", "{ vpc_id = attrs.id }", "[0].cidr_block == \"\""));
    one("aws_vpc", "core::getdatasource(\"aws_vpcx\", {}).id == 1", "error 5 Unknown data source");
    one(
        "aws_vpcs",
        "attrs.id == \"\"",
        "error 1 Unknown resource type: Version 5.100.0 of the provider registry.terraform.io/hashicorp/aws has no resource type \"aws_vpcs\". Did you mean \"aws_vpc\"?",
    );
}

#[test]
fn meta_has_what_it_has() {
    one("aws_vpc", "meta.address == \"\"", "error 5 Unsupported attribute: There is no attribute \"address\"");
    nothing("aws_vpc", "meta.tfe_workspace.tags.x == \"\" && meta.tfe_stack.stack_name == \"\"");
    let provider = "provider_policy \"aws\" \"p\" {\n  enforce {\n    condition = meta.regio != \"\"\n  }\n}\n";
    let said = of_policy(provider);
    assert!(
        said.len() == 1
            && said[0].starts_with("error 3 Unsupported attribute: In a provider_policy there is no meta.regio"),
        "{said:?}"
    );
    assert_eq!(of_policy(&provider.replace("meta.regio", "core::try(meta.version, \"\")")), [""; 0]);
    let said = of_policy(&provider.replace("meta.regio", "attrs.regio"));
    assert!(said.len() == 1 && said[0].contains("Did you mean \"region\"?"), "{said:?}");
}

#[test]
fn a_condition_reads_something() {
    one("aws_vpc", "true", "warning 5 A condition that reads nothing");
    one("aws_vpc", "core::length([1]) == 1", "warning 5 A condition that reads nothing");
    nothing("aws_vpc", "false");
    let through_local = policy("aws_vpc", "    a = local.b\n    b = attrs.id", "local.a == \"\"");
    assert_eq!(of_policy(&through_local), [""; 0]);
    let still = policy("aws_vpc", "    a = local.b\n    b = 1", "local.a == 1");
    assert!(of_policy(&still)[0].contains("reads nothing"));
}

#[test]
fn what_nobody_reads_is_noted() {
    let text = "input \"x\" {\n  type = string\n  default = \"\"\n}\nlocals {\n  a = 1\n  infralint = {}\n}\n"
        .to_owned()
        + &policy("aws_vpc", "    b = 1", "attrs.id == \"\"");
    let said = of_policy(&text);
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said.iter().all(|line| line.starts_with("info") && line.contains("Nothing in this file reads")));
}

#[test]
fn what_other_engines_take_differently_is_noted() {
    let said_of = |condition: &str| of_policy(&policy("aws_vpc", "", condition));
    let noted = |condition: &str, note: &str| {
        let said = said_of(condition);
        assert!(
            said.iter().any(|line| line.starts_with(&format!("info 5 portability/{note}"))),
            "{condition}: {said:?}"
        );
    };
    noted("core::getresources(\"aws_subnet\") == []", "getresources");
    noted("core::try(attrs.cidr_block, \"\") == \"\"", "dead-default");
    noted("core::length(\"abc\") == attrs.x", "length");
    noted("infralint::address() == \"\"", "infralint");
    noted("attrs.id != null && core::length(attrs.tags) > 0", "guard");
    assert!(
        !said_of("core::try(infralint::address(), \"\") == \"\"")
            .iter()
            .any(|line| line.contains("portability/infralint"))
    );
    let module = "module_policy \"*\" \"m\" {\n  enforce {\n    condition = meta.version != null\n  }\n}\n";
    assert!(of_policy(module)[0].contains("portability/module-version"));
    let in_own = said("p.infralint.hcl", &policy("aws_vpc", "", "infralint::address() == \"\""));
    assert_eq!(in_own, [""; 0]);
    let missing = said("p.policy.hcl", &policy("aws_vpc", "", "attrs.id == \"\""));
    assert!(missing[0].contains("portability/required-providers"), "{missing:?}");
}

#[test]
fn files_for_other_versions_get_warnings() {
    let header = "policy {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n      version = \">= 6.0\"\n    }\n  }\n}\n";
    let said = of_policy(&format!("{header}{}", policy("aws_vpc", "", "attrs.new_in_six == \"\"")));
    assert!(said.len() == 1 && said[0].starts_with("warning"), "{said:?}");
    let same = header.replace(">= 6.0", ">= 5.0");
    let said = of_policy(&format!("{same}{}", policy("aws_vpc", "", "attrs.new_in_six == \"\"")));
    assert!(said.len() == 1 && said[0].starts_with("error"), "{said:?}");
}

#[test]
fn a_file_that_cannot_be_used_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| std::fs::write(folder.path().join("p.policy.hcl"), text).unwrap();
    let code = || {
        let sources = Sources::new(folder.path().canonicalize().unwrap());
        check_rules(&sources, &[sources.root().to_path_buf()]).exit_code()
    };
    assert_eq!(code(), 2, "there is no policy file");
    write("resource_policy \"aws_vpc\" {\n}\n");
    assert_eq!(code(), 2);
    write(&policy("aws_vpc", "", "attrs.nothing"));
    assert_eq!(code(), 1);
    write(&policy("aws_vpc", "", "attrs.id == \"\""));
    assert_eq!(code(), 0);
}

#[test]
fn the_shipped_rules_have_nothing_wrong() {
    let sources = Sources::new(env!("CARGO_MANIFEST_DIR").into());
    let report = check_rules(&sources, &[sources.root().join("rules")]);
    let found: Vec<String> =
        report.diagnostics.iter().filter(|d| d.level != Level::Info).map(|d| format!("{d:?}")).collect();
    assert_eq!(found, [""; 0]);
    assert!(report.files >= 8);
}

#[test]
fn the_nearest_name_is_meant() {
    let line = |text: &str| said("p.policy.hcl", text);
    let cases = [
        (policy("aws_vpc", "", "core::tr(attrs.tags, null) == null"), "Did you mean \"core::try\"?"),
        (policy("aws_vpc", "", "atrs.cidr_block == \"\""), "Did you mean \"attrs\"?"),
        (
            policy("aws_vpc", "", "true").replace("resource_policy", "resorce_policy"),
            "Did you mean \"resource_policy\"?",
        ),
        (policy("aws_vpc", "", "true").replace("condition", "conditon"), "Did you mean \"condition\"?"),
    ];
    for (text, hint) in cases {
        let said = line(&text);
        assert!(said.iter().any(|line| line.ends_with(hint)), "{hint} is missing: {said:?}");
    }
}

/// What follows a missing bracket reads as something else than it is.
#[test]
fn of_what_cannot_be_parsed_only_that_is_told() {
    let cut = policy("aws_vpc", "", "true");
    let said = said("p.policy.hcl", &cut[..cut.len() - 3]);
    assert!(said.len() == 1 && said[0].contains("Unclosed configuration block"), "{said:?}");
}

#[test]
fn types_of_no_required_provider() {
    let with = |providers: &str, target: &str, condition: &str| {
        let required = format!("policy {{\n  required_providers {{\n{providers}\n  }}\n}}\n");
        let mut said = said("p.policy.hcl", &(required + &policy(target, "", condition)));
        said.retain(|line| line.contains("Unknown resource type"));
        said
    };
    let (aws, google) = ("aws = { source = \"hashicorp/aws\" }", "g = { source = \"hashicorp/google-beta\" }");
    let find = |ty: &str| format!("core::length(core::getresources(\"{ty}\", {{ bucket = attrs.id }})) > 0");
    let typo = with(aws, "aws_s3_bucket", &find("aw_s3_bucket_versioning"));
    assert!(
        typo.len() == 1
            && typo[0].starts_with("warning")
            && typo[0].ends_with("Did you mean \"aws_s3_bucket_versioning\"?"),
        "{typo:?}"
    );
    assert_eq!(with(aws, "ws_s3_bucket", "attrs.id != \"\"").len(), 1);
    for (providers, target) in [(aws, "aws_s3_*"), (aws, "*"), (google, "google_storage_bucket")] {
        assert_eq!(with(providers, target, "attrs.id != \"\""), [""; 0], "{target}");
    }
    assert_eq!(with(&format!("{aws}\n{google}"), "aws_vpc", &find("google_storage_bucket")), [""; 0]);
}
