//! State and addresses of this repository's infrastructure, broken on purpose one at a time: each breakage is found,
//! points at the line that was edited, and its origin names every hop on the way.

#![expect(clippy::panic, reason = "a test fails by panicking")]

mod breaking;
mod checking;

use std::fs;

use breaking::{Breakage, Copy, NONE, PROD, copy_files, hold};
use checking::Checked;
use infralint::policy::{Finding, Verdict};

const RULES: [&str; 2] = ["state-locking", "cidr-overlap"];

#[test]
fn the_repository_is_sound_in_any_kind_of_stage() {
    for settings in ["", PROD] {
        let copy = Copy::new();
        copy.write(".infralint.hcl", settings);
        let checked = Checked::folder(copy.0.path());
        assert_eq!(checked.errors(), Vec::<String>::new());
        for rule in RULES {
            let found: Vec<String> = checked.findings(rule).map(|f| format!("{}: {}", f.check, f.message)).collect();
            assert_eq!(found, Vec::<String>::new(), "{settings}");
        }
    }
}

#[test]
fn both_locks_dropped() {
    hold(&Breakage {
        check: "state-locking/no-lock",
        file: "stages/test/main/backend.tf",
        old: "    use_lockfile   = true\n    dynamodb_table = \"platform-test-terraform-state-lock\"\n",
        new: "",
        line: Some("backend \"s3\" {"),
        hops: &[("block", "backend \"s3", "stages/test/main/backend.tf")],
        ..NONE
    });
}

#[test]
fn the_lock_switched_off_in_an_override_file() {
    hold(&Breakage {
        check: "state-locking/no-lock",
        file: "stages/test/main/backend_override.tf",
        new: "terraform {\n  backend \"s3\" {\n    bucket = \"platform-test-terraform-state-123456789012\"\n    \
              key = \"main/terraform.tfstate\"\n    region = \"eu-west-1\"\n    encrypt = true\n    \
              use_lockfile = false\n  }\n}\n",
        line: Some("use_lockfile = false"),
        hops: &[("backend argument", "false", "stages/test/main/backend_override.tf")],
        ..NONE
    });
}

#[test]
fn the_lock_switched_off_by_make() {
    hold(&Breakage {
        check: "state-locking/no-lock",
        file: "stages/test/main/Makefile",
        old: "include ../stage.mk\n",
        new: "INIT_ARGS := -backend-config=use_lockfile=false -backend-config=dynamodb_table=\ninclude ../stage.mk\n",
        // Where the flags reach the command that is run.
        decided_in: "lib/terraform.mk",
        line: Some("$(TERRAFORM) init $(INIT_ARGS) $(ARGS)"),
        hops: &[("command in a file", "\t$(TERRAFORM) init $(INIT_ARGS) $(ARGS)", "lib/terraform.mk")],
        ..NONE
    });
}

#[test]
fn a_target_that_takes_no_lock() {
    hold(&Breakage {
        check: "state-locking/lock-disabled-on-cli",
        file: "lib/terraform.mk",
        old: "\t$(TERRAFORM) apply $(ARGS) $(PLAN)",
        new: "\t$(TERRAFORM) apply -lock=false $(ARGS) $(PLAN)",
        hops: &[("command in a file", "\t$(TERRAFORM) apply -lock=false $(ARGS) $(PLAN)", "lib/terraform.mk")],
        ..NONE
    });
}

#[test]
fn a_lock_table_with_another_key() {
    hold(&Breakage {
        check: "state-locking/lock-table-schema",
        file: "stages/test/bootstrap/dynamodb.tf",
        old: "  hash_key = \"LockID\"\n\n  attribute {\n    name = \"LockID\"",
        new: "  hash_key = \"LockId\"\n\n  attribute {\n    name = \"LockId\"",
        hops: &[("attribute", "hash_key", "stages/test/bootstrap/dynamodb.tf")],
        ..NONE
    });
}

#[test]
fn another_bucket_by_the_values_of_the_stage() {
    hold(&Breakage {
        check: "state-locking/state-bucket-mismatch",
        file: "stages/test/outputs.tf",
        old: "  project = \"platform\"",
        new: "  project = \"website\"",
        decided_in: "stages/test/main/backend.tf",
        line: Some("bucket = \"platform-test-terraform-state-123456789012\""),
        hops: &[("backend argument", "platform-test-terraform-state-123456789012", "stages/test/main/backend.tf")],
        ..NONE
    });
}

#[test]
fn a_backend_without_the_buckets_key() {
    hold(&Breakage {
        check: "state-locking/kms-downgrade",
        file: "stages/test/main/backend.tf",
        old: "    kms_key_id = \"arn:aws:kms:eu-west-1:123456789012:alias/platform-test-terraform-state\"\n",
        new: "",
        line: Some("    encrypt    = true"),
        hops: &[("backend argument", "true", "stages/test/main/backend.tf")],
        ..NONE
    });
}

#[test]
fn a_state_bucket_without_versions() {
    hold(&Breakage {
        check: "state-locking/state-bucket-unversioned",
        file: "stages/test/bootstrap/s3.tf",
        old: "    status = \"Enabled\"\n  }\n}\n\nresource \"aws_s3_bucket_server",
        new: "    status = \"Suspended\"\n  }\n}\n\nresource \"aws_s3_bucket_server",
        hops: &[("attribute", "status", "stages/test/bootstrap/s3.tf")],
        ..NONE
    });
}

#[test]
fn the_region_of_the_stage_moved() {
    hold(&Breakage {
        check: "state-locking/region-mismatch",
        file: "stages/test/outputs.tf",
        old: "  value       = \"eu-west-1\"",
        new: "  value       = \"eu-central-1\"",
        decided_in: "stages/test/main/backend.tf",
        line: Some("region = \"eu-west-1\""),
        hops: &[("backend argument", "eu-west-1", "stages/test/main/backend.tf")],
        ..NONE
    });
}

#[test]
fn subnets_that_are_cut_from_one_place() {
    hold(&Breakage {
        check: "cidr-overlap/subnet-overlap",
        file: "modules/vpc/main.tf",
        old: "cidrsubnet(range, 2, position)",
        new: "cidrsubnet(range, 2, 0)",
        decided_in: "stages/test/outputs.tf",
        line: Some("\"10.10.0.0/16\""),
        address: "module.vpc.aws_subnet.private[\"eu-west-1a\"]",
        hops: &[
            ("attribute", "cidr_block", "modules/vpc/main.tf"),
            ("local", "local.tiers", "modules/vpc/main.tf"),
            ("module argument", "var.cidr", "stages/test/main/vpc.tf"),
            ("output", "module.stage.vpc_cidr", "stages/test/outputs.tf"),
        ],
        ..NONE
    });
}

#[test]
fn services_in_the_range_of_the_vpc() {
    hold(&Breakage {
        check: "cidr-overlap/service-range-overlap",
        file: "stages/test/outputs.tf",
        old: "  value       = \"172.20.0.0/20\"",
        new: "  value       = \"10.10.192.0/20\"",
        address: "module.eks.aws_eks_cluster.this",
        hops: &[
            ("attribute", "service_ipv4_cidr", "modules/eks/main.tf"),
            ("module argument", "var.service_cidr", "stages/test/main/eks.tf"),
            ("output", "module.stage.service_cidr", "stages/test/outputs.tf"),
        ],
        ..NONE
    });
}

/// The failing findings of a check.
fn failing<'c>(checked: &'c Checked, rule: &'c str, check: &'c str) -> Vec<&'c Finding> {
    checked.findings(rule).filter(|f| f.check.policy == check && f.verdict == Verdict::Fail).collect()
}

/// The number of the line that has this text.
fn line_of(copy: &Copy, file: &str, text: &str) -> u32 {
    let edited = fs::read_to_string(copy.path(file)).expect("a file of the copy");
    let at = edited.lines().position(|line| line.contains(text)).expect("the line");
    u32::try_from(at + 1).expect("a short file")
}

#[test]
fn a_vpc_that_shrank_under_its_subnets() {
    let copy = Copy::new();
    copy.edit("modules/vpc/main.tf", "cidrsubnets(var.cidr, 1, 3, 3)", "cidrsubnets(\"10.10.0.0/16\", 1, 3, 3)");
    copy.edit("stages/test/outputs.tf", "\"10.10.0.0/16\"", "\"10.10.0.0/18\"");
    let checked = Checked::folder(copy.0.path());
    let found = failing(&checked, "cidr-overlap", "subnet-outside-vpc");
    // One /19 a zone from the beginning of the range: two of nine subnets are still inside.
    assert_eq!(found.len(), 7, "{:?}", found.iter().map(|f| &f.address).collect::<Vec<_>>());
    let shrunk = ("stages/test/outputs.tf".to_owned(), line_of(&copy, "stages/test/outputs.tf", "\"10.10.0.0/18\""));
    for finding in found {
        assert_eq!(checked.found(finding).file, "modules/vpc/main.tf");
        assert!(finding.message.contains("10.10.0.0/18"), "{}", finding.message);
        assert!(finding.labels.iter().any(|label| checked.line(label.place) == shrunk), "the VPC's range is shown");
        assert!(finding.labels.iter().any(|label| label.text.starts_with("its own range: ")), "and its own");
    }
}

#[test]
fn a_second_root_module_with_the_same_key() {
    let copy = Copy::new();
    copy_files(&copy.path("stages/test/main"), &copy.path("stages/test/jobs"));
    let checked = Checked::folder(copy.0.path());
    let [finding] = failing(&checked, "state-locking", "state-key-collision")[..] else { panic!("one collision") };
    assert_eq!(&*finding.root_module, "stages/test/jobs");
    let key = line_of(&copy, "stages/test/jobs/backend.tf", "key    =");
    let found = checked.found(finding);
    assert_eq!((found.file.as_str(), found.line), ("stages/test/jobs/backend.tf", key));
    let other = finding.labels.iter().map(|label| checked.line(label.place)).collect::<Vec<_>>();
    assert_eq!(other, [("stages/test/main/backend.tf".to_owned(), key)]);
    // Their networks are alike too, which matters once they are to be joined.
    let alike = failing(&checked, "cidr-overlap", "unrelated-overlap");
    assert_eq!(alike.len(), 1);
    assert_eq!(alike[0].level, infralint::diag::Level::Warning);
}

#[test]
fn a_second_stage_with_the_same_range() {
    let copy = Copy::new();
    copy_files(&copy.path("stages/test"), &copy.path("stages/qa"));
    let range = line_of(&copy, "stages/test/outputs.tf", "\"10.10.0.0/16\"");
    let checked = Checked::folder(copy.0.path());
    let [finding] = failing(&checked, "cidr-overlap", "unrelated-overlap")[..] else { panic!("one overlap") };
    assert_eq!(finding.level, infralint::diag::Level::Info);
    let found = checked.found(finding);
    assert_eq!((found.file.as_str(), found.line), ("stages/qa/outputs.tf", range));
    let other = finding.labels.iter().map(|label| checked.line(label.place)).collect::<Vec<_>>();
    assert!(other.contains(&("stages/test/outputs.tf".to_owned(), range)), "{other:?}");
}

#[test]
fn a_second_network_of_the_same_range_that_is_peered() {
    let copy = Copy::new();
    let second = "module \"tools\" {\n  source = \"../../../modules/vpc\"\n\n  name       = \"tools\"\n  account_id = \
                  local.account_id\n  region     = local.region\n  cidr       = module.stage.vpc_cidr\n  zones      = \
                  module.stage.zones\n\n  logs_kms_key_arn = module.key[\"logs\"].arn\n}\n\nresource \
                  \"aws_vpc_peering_connection\" \"tools\" {\n  vpc_id      = module.vpc.id\n  peer_vpc_id = \
                  module.tools.id\n}\n";
    copy.write("stages/test/main/tools.tf", second);
    let checked = Checked::folder(copy.0.path());
    assert_eq!(checked.errors(), Vec::<String>::new());
    let [finding] = failing(&checked, "cidr-overlap", "peered-overlap")[..] else { panic!("one overlap") };
    assert_eq!(finding.address.as_deref(), Some("module.tools.aws_vpc.this"));
    let range = line_of(&copy, "stages/test/outputs.tf", "\"10.10.0.0/16\"");
    let found = checked.found(finding);
    assert_eq!((found.file.as_str(), found.line), ("stages/test/outputs.tf", range));
    let connection = line_of(&copy, "stages/test/main/tools.tf", "aws_vpc_peering_connection");
    let labels: Vec<_> = finding.labels.iter().map(|label| checked.line(label.place)).collect();
    assert!(labels.contains(&("stages/test/main/tools.tf".to_owned(), connection)), "{labels:?}");
    assert_eq!(failing(&checked, "cidr-overlap", "unrelated-overlap").len(), 0, "told once");
}
