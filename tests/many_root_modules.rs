//! A repository of many small root modules costs what they are worth each, whatever rules look up over all of them.

#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use std::time::{Duration, Instant};

use checking::Checked;

/// Work by the square of the number of root modules would take minutes.
const MANY: usize = 200;
const LIMIT: Duration = Duration::from_secs(40);

fn root_module(i: usize, backend: &str, bucket: &str) -> String {
    format!(
        "terraform {{\n  required_version = \">= 1.11\"\n  backend \"s3\" {{\n    {backend}\n    key          = \"s{i}/main\"\n    use_lockfile = true\n  }}\n}}\nvariable \"name\" {{\n  type = string\n}}\nresource \"aws_s3_bucket\" \"b\" {{\n  {bucket}\n}}\nresource \"aws_s3_bucket_versioning\" \"b\" {{\n  bucket = aws_s3_bucket.b.id\n  versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n"
    )
}

/// Checks many such root modules; how many findings of a check are undecided.
fn undecided(check: &str, backend: &str, bucket: &str) -> usize {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for i in 0..MANY {
        let path = folder.path().join(format!("stages/s{i}/main"));
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::write(path.join("main.tf"), root_module(i, backend, bucket)).expect("a file");
    }
    let begun = Instant::now();
    let checked = Checked::folder(folder.path());
    assert!(begun.elapsed() < LIMIT, "{backend} and {bucket} take {:?}", begun.elapsed());
    assert_eq!(checked.errors(), [""; 0]);
    checked.findings("state-locking").filter(|finding| &*finding.check.policy == check).count()
}

#[test]
fn buckets_of_known_names_are_told_apart() {
    assert_eq!(undecided("state-bucket-unversioned", "bucket = \"state\"", "bucket = \"data\""), 0);
}

#[test]
fn any_bucket_of_an_unknown_name_may_hold_the_state() {
    assert_eq!(undecided("state-bucket-destroyable", "bucket = \"state\"", "bucket = var.name"), MANY);
    assert_eq!(undecided("state-bucket-destroyable", "bucket = \"state\"", ""), MANY);
}

#[test]
fn a_state_may_lie_in_any_bucket_when_its_own_is_not_known() {
    assert_eq!(undecided("state-bucket-destroyable", "region = \"eu-central-1\"", "bucket = \"data\""), MANY);
}
