//! What judging costs: policies over resource instances, most with a join. `cargo bench --bench policies`.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot set itself up fails")]

use std::fmt::Write as _;

use divan::Bencher;
use infralint::{
    config::{self, LoadOptions},
    eval::Context,
    policy::{self, RuleSet, RuleSettings, Stage, StageKind, UndecidedPolicy},
    source::Sources,
    world::{self, World},
};

fn main() {
    divan::main();
}

/// Buckets with their versioning, VPCs with their subnets: a quarter each.
fn configuration(instances: usize) -> String {
    let each = instances / 4;
    format!(
        "resource \"aws_s3_bucket\" \"b\" {{\n  count = {each}\n  bucket_prefix = \"b\"\n}}\n\
         resource \"aws_s3_bucket_versioning\" \"v\" {{\n  count = {each}\n  bucket = aws_s3_bucket.b[count.index].id\n  versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n\
         resource \"aws_vpc\" \"v\" {{\n  count = {each}\n  cidr_block = \"10.0.0.0/16\"\n}}\n\
         resource \"aws_subnet\" \"s\" {{\n  count = {each}\n  vpc_id = aws_vpc.v[count.index].id\n  cidr_block = \"10.0.0.0/24\"\n}}\n"
    )
}

/// Policies in the shape public ones have: an input for the level, `try`, a join, a message.
fn rules(policies: usize) -> String {
    let mut text = "input \"level\" {\n  type = string\n  default = \"advisory\"\n}\n".to_owned();
    for i in 0..policies {
        let (ty, child, link) = match i % 2 {
            0 => ("aws_s3_bucket", "aws_s3_bucket_versioning", "bucket"),
            _ => ("aws_vpc", "aws_subnet", "vpc_id"),
        };
        write!(
            text,
            "resource_policy \"{ty}\" \"p{i}\" {{\n  enforcement_level = input.level\n  locals {{\n    found = core::getresources(\"{child}\", {{ {link} = attrs.id }})\n    tags = core::try(attrs.tags, null)\n    ok = local.tags == null || core::length(local.found) > 0\n  }}\n  enforce {{\n    condition = local.ok && core::length(local.found) == 1\n    error_message = \"${{infralint::address()}} stands alone\"\n  }}\n}}\n"
        )
        .unwrap();
    }
    text
}

/// (policies, instances): the first is the target of a second at most; the others show that it is linear in both.
const SIZES: [(usize, usize); 3] = [(350, 3_000), (350, 1_500), (175, 3_000)];

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn judge(bencher: Bencher<'_, '_>, (policies, instances): (usize, usize)) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.tf"), configuration(instances)).unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/many.policy.hcl"), rules(policies)).unwrap();
    let sources = Sources::new(folder.path().to_path_buf());
    let set = RuleSet::load(&sources, "rules".as_ref());
    let bound = policy::bind(&set.rules, &RuleSettings::default(), &sources);
    assert!(bound.diagnostics.is_empty());
    let options = LoadOptions { paths: vec![folder.path().to_path_buf()], ..LoadOptions::default() };
    let world = World::new(vec![world::evaluate(&sources, &config::load(&sources, &options), 0)]);
    let stage = Stage { kind: StageKind::Prod, is_named: true, undecided: UndecidedPolicy::Warn };
    bencher.bench(|| {
        let cx = Context::new(&sources);
        let outcome = policy::judge(&world, 0, &bound.rules, stage, &cx);
        assert!(outcome.findings.is_empty(), "{:?}", outcome.findings.first());
    });
}
