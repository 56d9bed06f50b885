//! What the configuration does not decide is said to be undecided, with the reason and what would decide it: never
//! silent, never a guess.

#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use checking::Checked;
use infralint::policy::{Finding, Verdict};

fn checked(files: &[(&str, &str)]) -> Checked {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    Checked::folder(folder.path())
}

/// `check because what decided-by`, one line a finding of redis-ha.
fn lines(checked: &Checked) -> Vec<String> {
    assert_eq!(checked.errors(), [""; 0]);
    let one = |finding: &Finding| {
        let Some(undecided) = &finding.undecided else {
            return format!("{} {:?}", finding.check.policy, finding.verdict);
        };
        assert_eq!(finding.verdict, Verdict::Undecided);
        let because = undecided.because.as_str();
        format!("{} {because} {} by {}", finding.check.policy, undecided.what, undecided.decided_by)
    };
    let mut lines: Vec<String> = checked.findings("redis-ha").map(one).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// A cache with three zones' subnets, whose arguments are given.
fn cache(arguments: &str) -> String {
    format!(
        r#"
resource "aws_vpc" "this" {{ cidr_block = "10.0.0.0/16" }}
resource "aws_subnet" "this" {{
  count             = 3
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = "eu-west-1${{["a", "b", "c"][count.index]}}"
}}
resource "aws_elasticache_subnet_group" "this" {{
  name       = "cache"
  subnet_ids = aws_subnet.this[*].id
}}
resource "aws_elasticache_replication_group" "this" {{
  replication_group_id = "cache"
  description          = "a cache"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = "cache.r7g.large"
  subnet_group_name    = aws_elasticache_subnet_group.this.name
{arguments}
}}
"#
    )
}

const GOOD: &str = "  num_cache_clusters = 2\n  automatic_failover_enabled = true\n  multi_az_enabled = true";

#[test]
fn what_is_decided_is_not_undecided() {
    assert_eq!(lines(&checked(&[("main.tf", &cache(GOOD))])), [""; 0]);
}

#[test]
fn an_unset_variable_names_itself_and_the_variable_file() {
    let text =
        cache("  num_cache_clusters = var.nodes\n  automatic_failover_enabled = true\n  multi_az_enabled = true");
    let checked = checked(&[("main.tf", &format!("variable \"nodes\" {{ type = number }}\n{text}"))]);
    assert_eq!(lines(&checked), ["no-replica unset-variable var.nodes by -var-file"]);
}

#[test]
fn a_data_source_names_its_attribute() {
    let data = "data \"aws_ssm_parameter\" \"ha\" { name = \"ha\" }\n";
    let text = cache(
        "  num_cache_clusters = 2\n  automatic_failover_enabled = true\n  multi_az_enabled = data.aws_ssm_parameter.ha.value == \"yes\"",
    );
    let checked = checked(&[("main.tf", &format!("{data}{text}"))]);
    assert_eq!(lines(&checked), ["no-multi-az data-source data.aws_ssm_parameter.ha.value by --live"]);
}

#[test]
fn another_state_and_an_opaque_module_are_told_apart() {
    let head = r#"
data "terraform_remote_state" "network" {
  backend = "s3"
  config  = { bucket = "b", key = "k", region = "eu-west-1" }
}
module "settings" {
  source  = "acme/settings/aws"
  version = "1.0.0"
}
"#;
    let text = cache(
        "  num_cache_clusters = data.terraform_remote_state.network.outputs.nodes\n  automatic_failover_enabled = module.settings.failover\n  multi_az_enabled = true",
    );
    let lines = lines(&checked(&[("main.tf", &format!("{head}{text}"))]));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("no-failover opaque-module module.settings"), "{lines:?}");
    assert!(lines[0].ends_with("by terraform init"), "{lines:?}");
    assert!(lines[1].starts_with("no-replica other-state data.terraform_remote_state.network"), "{lines:?}");
}

#[test]
fn an_unknown_count_does_not_pass_and_does_not_fail() {
    let failing = "  num_cache_clusters = 1\n  automatic_failover_enabled = false\n  multi_az_enabled = false";
    let text = cache(failing).replace(
        "resource \"aws_elasticache_replication_group\" \"this\" {",
        "resource \"aws_elasticache_replication_group\" \"this\" {\n  count = var.caches",
    );
    let checked = checked(&[("main.tf", &format!("variable \"caches\" {{ type = number }}\n{text}"))]);
    let lines = lines(&checked);
    assert_eq!(
        lines,
        ["no-failover", "no-multi-az", "no-replica"]
            .map(|check| format!("{check} unset-variable var.caches by -var-file"))
    );
}

#[test]
fn both_arms_of_an_unknown_condition_may_decide() {
    let unset = "variable \"big\" { type = bool }\n";
    let both_good =
        cache("  num_cache_clusters = var.big ? 3 : 2\n  automatic_failover_enabled = true\n  multi_az_enabled = true");
    assert_eq!(lines(&checked(&[("main.tf", &format!("{unset}{both_good}"))])), [""; 0]);
    let one_bad = both_good.replace("var.big ? 3 : 2", "var.big ? 2 : 1");
    assert_eq!(
        lines(&checked(&[("main.tf", &format!("{unset}{one_bad}"))])),
        ["no-replica unset-variable var.big by -var-file"]
    );
    let both_bad = both_good.replace("var.big ? 3 : 2", "var.big ? 1 : 0 + 1");
    assert_eq!(lines(&checked(&[("main.tf", &format!("{unset}{both_bad}"))])), ["no-replica Fail"]);
}

#[test]
fn zones_of_a_data_source_are_distinct_though_unknown() {
    let data = "data \"aws_availability_zones\" \"all\" { state = \"available\" }\n";
    let text = cache(GOOD);
    let distinct = text.replace(
        "\"eu-west-1${[\"a\", \"b\", \"c\"][count.index]}\"",
        "slice(data.aws_availability_zones.all.names, 0, 3)[count.index]",
    );
    assert_ne!(distinct, text);
    assert_eq!(lines(&checked(&[("main.tf", &format!("{data}{distinct}"))])), [""; 0]);
    let one_zone = distinct.replace("[count.index]", "[0]");
    assert_eq!(lines(&checked(&[("main.tf", &format!("{data}{one_zone}"))])), ["subnet-group-single-az Fail"]);
}

#[test]
fn how_many_instances_an_unknown_map_makes_is_open() {
    let text = r#"
variable "readers" { type = map(string) }
resource "aws_rds_cluster" "this" {
  cluster_identifier = "db"
  engine             = "aurora-mysql"
}
resource "aws_rds_cluster_instance" "this" {
  for_each           = var.readers
  cluster_identifier = aws_rds_cluster.this.id
  engine             = "aurora-mysql"
  instance_class     = "db.r7g.large"
}
"#;
    let checked = checked(&[("main.tf", text)]);
    assert_eq!(checked.errors(), [""; 0]);
    let of_cluster = |f: &&Finding| f.address.as_deref() == Some("aws_rds_cluster.this");
    let found: Vec<(String, Verdict)> = checked
        .findings("aurora-multi-az")
        .filter(of_cluster)
        .map(|f| (f.check.policy.to_string(), f.verdict))
        .filter(|(check, _)| check != "subnet-group-az")
        .collect();
    let undecided = |check: &str| (check.to_owned(), Verdict::Undecided);
    assert_eq!(found, [undecided("no-instances"), undecided("single-instance")]);
    assert_eq!(checked.report.summary.resource_instances, 2);
}
