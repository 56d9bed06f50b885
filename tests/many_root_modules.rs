//! A repository of many small root modules costs what they are worth each, whatever rules look up over all of them.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use infralint::{
    check::{self, Report, Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    policy::{InputSources, Verdict},
    source::Sources,
};

/// Work by the square of the number of root modules would take minutes.
const MANY: usize = 200;
const LIMIT: Duration = Duration::from_secs(40);

fn root_module(i: usize, backend: &str, bucket: &str) -> String {
    format!(
        "terraform {{\n  required_version = \">= 1.11\"\n  backend \"s3\" {{\n    {backend}\n    key          = \"s{i}/main\"\n    use_lockfile = true\n  }}\n}}\nvariable \"name\" {{\n  type = string\n}}\nresource \"aws_s3_bucket\" \"b\" {{\n  {bucket}\n}}\nresource \"aws_s3_bucket_versioning\" \"b\" {{\n  bucket = aws_s3_bucket.b.id\n  versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n"
    )
}

fn run(folder: &Path) -> Report {
    let sources = Sources::new(folder.canonicalize().expect("the folder is there"));
    let request = Request {
        load: LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() },
        rules: RuleSources { shipped: true, folders: vec!["rules".into()] },
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: std::num::NonZeroUsize::new(1),
        inputs: InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().expect("a time"),
        only: infralint::check::Only::default(),
    };
    check::run(&sources, &request)
}

/// Asks each root module for the buckets that may hold its state.
const RULE: &str = r#"
root_module_policy "*" "kept" {
  locals {
    buckets = infralint::allresources("aws_s3_bucket", { bucket = core::try(root.backend.config.bucket, null) })
  }
  enforce {
    condition = core::alltrue([for b in local.buckets : !b.attrs.force_destroy])
    error_message = "The state goes with its bucket"
  }
  enforce {
    condition = core::length(local.buckets) == 0
    error_message = "The state is kept here"
  }
}
"#;

/// Checks many such root modules; how many findings of the rule are undecided. One doubt of two conditions is told once.
fn undecided(backend: &str, bucket: &str) -> usize {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: String, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("rules/state-kept.infralint.hcl".to_owned(), RULE);
    (0..MANY).for_each(|i| write(format!("stages/s{i}/main/main.tf"), &root_module(i, backend, bucket)));
    let begun = Instant::now();
    let report = run(folder.path());
    assert!(begun.elapsed() < LIMIT, "{backend} and {bucket} take {:?}", begun.elapsed());
    let errors: Vec<_> = report.diagnostics.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report
        .findings
        .iter()
        .filter(|f| f.finding.verdict == Verdict::Undecided && f.finding.check.rule == "state-kept")
        .count()
}

#[test]
fn buckets_of_known_names_are_told_apart() {
    assert_eq!(undecided("bucket = \"state\"", "bucket = \"data\""), 0);
}

#[test]
fn any_bucket_of_an_unknown_name_may_hold_the_state() {
    assert_eq!(undecided("bucket = \"state\"", "bucket = var.name"), MANY);
}

#[test]
fn a_state_may_lie_in_any_bucket_when_its_own_is_not_known() {
    assert_eq!(undecided("region = \"eu-central-1\"", "bucket = \"data\""), MANY);
}
