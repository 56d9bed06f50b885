//! Where rules come from, root module policies, and what judging costs.

use std::{path::PathBuf, time::Instant};

use crate::harness::{Setup, VPC};
use infralint::{
    policy::{self, RuleSet, RuleSettings, rules_without_match},
    source::Sources,
};

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_file_in_rules_is_shipped() {
    let sources = Sources::new(repository());
    let shipped = RuleSet::shipped(&sources);
    let files = |set: &RuleSet| -> Vec<(String, String)> {
        let files = set.rules.iter().flat_map(|rule| &rule.files);
        files.map(|file| (file.id.to_string(), sources.get(file.tree.file).text.to_string())).collect()
    };
    let folder = repository().join("rules");
    let on_disk = if folder.is_dir() { RuleSet::load(&sources, &folder) } else { RuleSet::default() };
    assert_eq!(files(&shipped), files(&on_disk));
}

#[test]
fn the_prepared_trees_are_those_of_the_texts() {
    let kept = std::fs::read(repository().join("src/policy/shipped.trees")).unwrap();
    let fresh = policy::prepare_shipped().expect("nothing is to be said of shipped rules");
    assert!(kept == fresh, "a rule was changed: `cargo run --example prepare-rules` parses it anew");
}

#[test]
fn shipped_rules_are_in_order() {
    let sources = Sources::new(repository());
    let shipped = RuleSet::shipped(&sources);
    let bound = policy::bind(&shipped.rules, &RuleSettings::default(), &sources);
    assert!(bound.diagnostics.is_empty(), "{:#?}", bound.diagnostics);
}

const FAILS: &str =
    "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = false\n    error_message = \"TEXT\"\n  }\n}\n";

#[test]
fn files_of_one_stem_are_one_rule() {
    let root = "root_module_policy \"*\" \"r\" {\n  enforce { condition = root.backend.type == \"s3\" }\n}\n";
    let judged = Setup::new(VPC, FAILS).rule("rule.infralint.hcl", root).judge();
    let checks: Vec<String> = judged.findings().iter().map(|f| f.check.to_string()).collect();
    assert_eq!(checks, ["rule/r", "rule/p"]);
}

#[test]
fn a_rule_of_the_same_id_replaces_another() {
    let folder = tempfile::tempdir().unwrap();
    for (dir, text) in [("one", "old"), ("two", "new")] {
        std::fs::create_dir(folder.path().join(dir)).unwrap();
        std::fs::write(folder.path().join(dir).join("a.policy.hcl"), FAILS.replace("TEXT", text)).unwrap();
    }
    std::fs::write(folder.path().join("one/b.policy.hcl"), FAILS).unwrap();
    let sources = Sources::new(folder.path().to_path_buf());
    let set = RuleSet::load(&sources, "one".as_ref()).replaced_by(RuleSet::load(&sources, "two".as_ref()));
    let ids: Vec<&str> = set.rules.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert!(sources.get(set.rules[0].files[0].tree.file).text.contains("new"));
}

#[test]
fn a_folder_without_rules_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources::new(folder.path().to_path_buf());
    assert_eq!(RuleSet::load(&sources, folder.path()).diagnostics[0].summary, "No rules found");
    assert_eq!(RuleSet::load(&sources, "missing".as_ref()).diagnostics[0].summary, "Failed to read rules");
}

#[test]
fn a_broken_file_stops_everything() {
    let judged = Setup::new(VPC, FAILS).rule("broken.policy.hcl", "resource_policy \"aws_vpc\" {").judge();
    assert!(!judged.errors().is_empty() && judged.outcomes.is_empty());
}

#[test]
fn rules_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<policy::BoundRule>();
    shared::<infralint::world::World>();
}

const LOCKING: &str = r#"
root_module_policy "*" "locked" {
  filter = root.backend.type == "s3"
  locals {
    native = core::try(root.backend.config.use_lockfile, false)
    table  = core::try(root.backend.config.dynamodb_table, null)
  }
  enforce {
    condition     = local.native == true || local.table != null
    error_message = "Root module ${root.path} keeps state in S3 without locking."
  }
}
"#;

fn locking(backend: &str) -> crate::harness::Judged {
    let mut setup = Setup::new(&format!("terraform {{\n  required_version = \"~> 1.11\"\n{backend}\n}}\n"), "");
    setup.rules = vec![("state.infralint.hcl".into(), LOCKING.into())];
    setup.judge()
}

#[test]
fn a_root_module_is_judged_by_its_backend() {
    let judged = locking("  backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n    use_lockfile = false\n  }");
    assert_eq!(judged.lines(), ["fail - Root module . keeps state in S3 without locking."]);
    assert_eq!(judged.at(judged.finding().place), "main.tf:6 false");
    assert_eq!(locking("  backend \"s3\" {\n    bucket = \"b\"\n    use_lockfile = true\n  }").lines(), [""; 0]);
    assert_eq!(locking("").counts(), (0, 0, 0, 1));
}

#[test]
fn rules_that_match_nothing_are_known() {
    let setup = Setup::new(VPC, FAILS).rule("other.policy.hcl", &FAILS.replace("aws_vpc", "aws_subnet"));
    let judged = setup.judge();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &setup.rules {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let sources = Sources::new(folder.path().to_path_buf());
    let set = RuleSet::load(&sources, folder.path());
    let bound = policy::bind(&set.rules, &RuleSettings::default(), &sources);
    assert_eq!(rules_without_match(&bound.rules, judged.outcomes.iter()), ["other"]);
}

/// A join of every bucket with its encryption is linear: twice as many take at most about twice as long.
#[test]
fn joins_are_linear() {
    let time = |n: usize| {
        let main = format!(
            "resource \"aws_s3_bucket\" \"b\" {{\n  count = {n}\n  bucket_prefix = \"b\"\n}}\nresource \"aws_s3_bucket_versioning\" \"v\" {{\n  count = {n}\n  bucket = aws_s3_bucket.b[count.index].id\n  versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n"
        );
        let rule = "resource_policy \"aws_s3_bucket\" \"p\" {\n  enforce { condition = core::length(core::getresources(\"aws_s3_bucket_versioning\", { bucket = attrs.id })) == 1 }\n}\n";
        let start = Instant::now();
        let judged = Setup::new(&main, rule).judge();
        assert_eq!(judged.counts(), (n, 0, 0, 0));
        start.elapsed().as_secs_f64()
    };
    let (small, large) = (time(250), time(1_000));
    assert!(large < small * 10.0, "{small} s for 250, {large} s for 1,000");
}
