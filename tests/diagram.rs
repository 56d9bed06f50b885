//! The picture of a root module, as `infralint diagram` draws it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

const REWRITE: &str = "cargo run -- diagram stages/test/main -o docs/arch.svg";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn diagram(folder: &Path, arguments: &[&str]) -> Output {
    let binary = env!("CARGO_BIN_EXE_infralint");
    Command::new(binary).arg("diagram").args(arguments).current_dir(folder).output().expect("the binary runs")
}

fn drawn(folder: &Path, root: &str) -> String {
    let output = diagram(folder, &[root]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let picture = String::from_utf8(output.stdout).expect("UTF-8");
    roxmltree::Document::parse(&picture).expect("it is XML");
    picture
}

/// A folder with these files, which is a repository.
fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files.iter().chain(&[(".infralint.hcl", "")]) {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let path = folder.path().to_path_buf();
    (folder, path)
}

#[test]
fn the_picture_in_the_readme_is_what_is_evaluated() {
    let committed = std::fs::read_to_string(repository().join("docs/arch.svg")).unwrap_or_default();
    let now = drawn(repository(), "stages/test/main");
    assert!(committed == now, "docs/arch.svg is stale; look at it again after: {REWRITE}");
    assert!(now == drawn(repository(), "stages/test/main"), "twice the same");
    for expected in
        ["eu-west-1a", "10.10.128.0/21", "EKS platform-test", "writer", "primary", "data node", "NAT gateway"]
    {
        assert!(now.contains(expected), "{expected} is drawn");
    }
}

const NETWORK: &str = r#"
provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  for_each          = { "eu-west-1a" = "10.0.0.0/24", "eu-west-1b" = "10.0.1.0/24" }
  vpc_id            = aws_vpc.a.id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_elasticache_subnet_group" "a" {
  name       = "a"
  subnet_ids = [for subnet in aws_subnet.a : subnet.id]
}

resource "aws_elasticache_replication_group" "a" {
  replication_group_id       = "store <&>"
  description                = "x"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = false
  subnet_group_name          = aws_elasticache_subnet_group.a.name
}
"#;

#[test]
fn findings_are_marked_and_told() {
    let (_kept, path) = folder(&[("main.tf", NETWORK)]);
    let picture = drawn(&path, ".");
    assert!(picture.contains("redis-ha/no-multi-az"), "the finding is in the legend: {picture}");
    let badges = picture.matches("class=\"badge error\"").count();
    assert!(badges >= 2, "it is marked on the thing and in the legend: {badges}");
    assert!(picture.contains("zones may be the same"), "nodes without Multi-AZ are not spread");
    assert!(picture.contains("store &lt;&amp;&gt;") && !picture.contains("<&>"), "text is no markup");
    let mended = NETWORK.replace("multi_az_enabled           = false", "multi_az_enabled           = true");
    let (_kept, path) = folder(&[("main.tf", &mended)]);
    let picture = drawn(&path, ".");
    assert!(!picture.contains("redis-ha/no-multi-az"));
    assert_eq!(
        picture.matches("class=\"replication\"").count(),
        2,
        "primary and replica are joined, and the legend says so"
    );
}

#[test]
fn what_is_not_known_is_drawn_as_such() {
    let text = "variable \"zone\" {\n  type = string\n}\n\nvariable \"range\" {\n  type = string\n}\n\nresource \"aws_vpc\" \"a\" {\n  cidr_block = var.range\n}\n\nresource \"aws_subnet\" \"a\" {\n  vpc_id            = aws_vpc.a.id\n  availability_zone = var.zone\n  cidr_block        = var.range\n}\n";
    let (_kept, path) = folder(&[("main.tf", text)]);
    let picture = drawn(&path, ".");
    for expected in ["zone not known", "range not known", "region not known"] {
        assert!(picture.contains(expected), "{expected}: {picture}");
    }
}

#[test]
fn there_may_be_nothing_to_draw() {
    let (_kept, path) = folder(&[("main.tf", "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"b\"\n}\n")]);
    let picture = drawn(&path, ".");
    assert!(picture.contains("S3") && !picture.contains("VPC"));
    let nowhere = diagram(&path, &["nowhere"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("there is no such folder"));
    std::fs::create_dir(path.join("empty")).expect("a folder");
    assert_eq!(diagram(&path, &["empty"]).status.code(), Some(2));
}
