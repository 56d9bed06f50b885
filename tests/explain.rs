//! `infralint explain ADDRESS`: reviewed snapshots of the small repository in `tests/explain/repository`.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::{path::Path, process::Command};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain/repository")
}

/// Exit code, and what was printed on both streams.
fn explain(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
    command.arg("explain").args(arguments).args(["--root", "stages/app"]).current_dir(folder());
    let output = command.env_remove("COLUMNS").env_remove("TF_WORKSPACE").output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

/// What is said of several addresses, one after the other.
fn said(addresses: &[&str], code: i32) -> String {
    let one = |address: &&str| {
        let (found, text) = explain(&[address]);
        assert_eq!(found, Some(code), "{address}: {text}");
        // The paths are relative to the repository's root, which is this one when it is a checkout.
        text.replace("tests/explain/repository/", "")
    };
    addresses.iter().map(one).collect::<Vec<_>>().join("\n")
}

#[test]
fn values_and_every_hop() {
    let addresses = [
        "module.cache.aws_elasticache_replication_group.this.multi_az_enabled",
        "module.cache.aws_elasticache_replication_group.this.num_cache_clusters",
        "module.cache.aws_elasticache_replication_group.this.replication_group_id",
        "module.cache.aws_elasticache_replication_group.this.log_delivery_configuration",
        "module.extra[\"a\"].aws_elasticache_replication_group.this.num_cache_clusters",
        "module.extra[\"a\"].nodes",
        "module.extra[\"a\"].output.nodes",
        "module.cache.var.multi_az",
        "module.cache.local.nodes",
        "module.cache.nodes",
        "var.cache",
        "var.cache.replicas",
        "var.zones[\"b\"]",
        "local.name",
        "output.nodes",
        "terraform.workspace",
    ];
    insta::assert_snapshot!("values", said(&addresses, 0));
}

#[test]
fn what_is_not_known_and_what_is_known_of_it() {
    let addresses = [
        "module.cache.endpoint",
        "module.cache.aws_elasticache_replication_group.this.arn",
        "aws_s3_bucket.this[\"logs\"].id",
        "aws_s3_bucket.this[\"logs\"].tags",
        "aws_s3_bucket.this[\"logs\"].tags[\"Owner\"]",
        "aws_subnet.this[1].cidr_block",
        "data.aws_vpc.shared.id",
        "var.owner",
        "output.arns",
        "output.arns[\"logs\"]",
    ];
    insta::assert_snapshot!("unknown", said(&addresses, 0));
}

#[test]
fn what_nobody_configures() {
    let addresses = [
        "module.cache.aws_elasticache_replication_group.this.auth_token",
        "module.cache.aws_elasticache_replication_group.this.network_type",
        "module.cache.aws_elasticache_replication_group.this.auth_token_update_strategy",
        "module.cache.aws_elasticache_replication_group.this.snapshot_name",
    ];
    insta::assert_snapshot!("not_configured", said(&addresses, 0));
}

#[test]
fn whole_blocks() {
    let addresses = [
        "module.cache.aws_elasticache_replication_group.this",
        "aws_s3_bucket.this",
        "aws_subnet.this",
        "aws_subnet.this[0]",
        "data.aws_vpc.shared",
        "module.cache",
        "module.extra",
        "module.extra[\"b\"]",
    ];
    insta::assert_snapshot!("blocks", said(&addresses, 0));
}

/// Neither the value nor the line it stands on is shown, of the variable or anything that is made of it.
#[test]
fn what_is_secret() {
    let said = said(&["var.token", "local.token", "aws_ssm_parameter.token.value", "aws_ssm_parameter.token"], 0);
    assert!(!said.contains("hunter2"), "{said}");
    insta::assert_snapshot!("secret", said);
}

#[test]
fn addresses_of_nothing() {
    let addresses = [
        "foo",
        "redis-hb",
        "redis-hb/x",
        "var.cach",
        "local.nam",
        "output.node",
        "module.cahe.nodes",
        "module.cache.nods",
        "module.cache.var.nam",
        "module.cache.aws_elasticache_replication_grp.this.arn",
        "module.cache[0].nodes",
        "module.extra.nodes",
        "module.extra[\"c\"].nodes",
        "aws_s3_bucket.thi.arn",
        "aws_s3_bucket.this.arn",
        "aws_s3_bucket.this[\"log\"].arn",
        "aws_s3_bucket.this[\"logs\"].buckett",
        "aws_subnet.this[2].id",
        "aws_subnet.this[0].tags.x.y",
        "aws_elasticache_replication_group.this.arn",
        "data.aws_vpc.shard.id",
        "aws_vpc.main.id",
        "var.cache.replicas.x",
        "local.name[0]",
        "each.key",
        "a.b + 1",
        "a.",
        "module.x.",
        "x.y[z]",
    ];
    insta::assert_snapshot!("nothing", said(&addresses, 2));
}

#[test]
fn as_json() {
    let schema = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/explain.schema.json"));
    let schema: serde_json::Value = serde_json::from_str(&schema.expect("the schema")).expect("JSON");
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("explain.schema.json", schema).expect("a resource");
    let id = compiler.compile("explain.schema.json", &mut schemas).expect("a schema");
    let addresses = [
        "module.cache.aws_elasticache_replication_group.this.multi_az_enabled",
        "aws_s3_bucket.this[\"logs\"].tags",
        "module.extra",
        "module.extra[\"b\"]",
        "aws_ssm_parameter.token",
        "var.token",
    ];
    let mut shown = Vec::new();
    for address in addresses {
        let (code, text) = explain(&[address, "--format", "json"]);
        assert_eq!(code, Some(0), "{address}: {text}");
        assert!(!text.contains("hunter2"), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        schemas.validate(&value, id).unwrap_or_else(|error| panic!("{address}: {error}\n{text}"));
        shown.push(text.replace("tests/explain/repository/", ""));
    }
    insta::assert_snapshot!("json", shown.first().map(String::as_str).unwrap_or_default());
}
