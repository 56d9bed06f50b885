//! Modules from registries and git: what `terraform init` has fetched is evaluated, what it has not is opaque, and the rest
//! of the root module is judged all the same.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use checking::Checked;
use infralint::{
    config::{self, LoadOptions},
    source::Sources,
    value::{Value, show_short},
    world::{self, RootModule},
};

type Files<'f> = &'f [(&'f str, &'f str)];

fn folder(files: Files<'_>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// The root module at the top.
fn evaluated(files: Files<'_>) -> RootModule {
    let folder = folder(files);
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let options = LoadOptions { paths: vec![sources.root().to_path_buf()], shallow: true, ..LoadOptions::default() };
    let repository = config::load(&sources, &options);
    let module = world::evaluate(&sources, &repository, 0);
    let said: Vec<String> = module.diagnostics.iter().map(|d| format!("{} {}", d.summary, d.detail)).collect();
    assert_eq!(said, [""; 0]);
    module
}

fn output<'m>(module: &'m RootModule, name: &str) -> &'m Value {
    module.outputs.get(name).unwrap()
}

fn causes(value: &Value) -> Vec<String> {
    value.first_unknown().unwrap().causes().iter().map(ToString::to_string).collect()
}

const ROOT: &str = r#"
module "whole" {
  source = "git::file:///lib"
  name   = "a"
}
module "part" {
  source   = "git::file:///lib//modules/inner"
  for_each = toset(["x", "y"])
  name     = each.key
}
module "local" {
  source = "./local"
}
output "all" {
  value = [module.whole.name, module.whole.again, module.part["x"].name, module.local.name]
}
"#;

const INNER: &str = "variable \"name\" {}\noutput \"name\" {\n  value = \"inner-${var.name}\"\n}\n";

/// As `terraform init` 1.11.4 has written it for such sources.
const MANIFEST: &str = r#"{"Modules":[
  {"Key":"","Source":"","Dir":"."},
  {"Key":"local","Source":"./local","Dir":"local"},
  {"Key":"local.deep","Source":"git::file:///lib//modules/inner","Dir":".terraform/modules/local.deep/modules/inner"},
  {"Key":"part","Source":"git::file:///lib//modules/inner","Dir":".terraform/modules/part/modules/inner"},
  {"Key":"whole","Source":"git::file:///lib","Dir":".terraform/modules/whole"},
  {"Key":"whole.again","Source":"git::file:///lib//modules/inner","Dir":".terraform/modules/whole.again/modules/inner"},
  {"Key":"whole.inner","Source":"./modules/inner","Dir":".terraform/modules/whole/modules/inner"}]}"#;

#[test]
fn what_init_has_fetched_is_evaluated() {
    let module = evaluated(&[
        ("main.tf", ROOT),
        (
            "local/main.tf",
            "module \"deep\" {\n  source = \"git::file:///lib//modules/inner\"\n  name   = \"deep\"\n}\noutput \"name\" {\n  value = module.deep.name\n}\n",
        ),
        (".terraform/modules/modules.json", MANIFEST),
        (".terraform/modules/local.deep/modules/inner/main.tf", INNER),
        (".terraform/modules/part/modules/inner/main.tf", INNER),
        (".terraform/modules/whole/modules/inner/main.tf", INNER),
        (".terraform/modules/whole.again/modules/inner/main.tf", INNER),
        (
            ".terraform/modules/whole/main.tf",
            "variable \"name\" {}\nmodule \"inner\" {\n  source = \"./modules/inner\"\n  name   = var.name\n}\nmodule \"again\" {\n  source = \"git::file:///lib//modules/inner\"\n  name   = \"again\"\n}\noutput \"name\" {\n  value = module.inner.name\n}\noutput \"again\" {\n  value = module.again.name\n}\n",
        ),
    ]);
    assert_eq!(show_short(output(&module, "all")), r#"["inner-a", "inner-again", "inner-x", "inner-deep"]"#);
}

/// What an output of a module is, with this call, and this entry of the manifest.
fn called(call: &str, entry: &str) -> Value {
    let root = format!("module \"m\" {{\n  {call}\n}}\noutput \"o\" {{\n  value = module.m.o\n}}\n");
    let manifest = format!("{{\"Modules\":[{{\"Key\":\"m\",{entry},\"Dir\":\".terraform/modules/m\"}}]}}");
    let module = evaluated(&[
        ("main.tf", &root),
        (".terraform/modules/modules.json", &manifest),
        (".terraform/modules/m/main.tf", "output \"o\" {\n  value = 1\n}\n"),
    ]);
    output(&module, "o").clone()
}

#[test]
fn what_was_fetched_from_elsewhere_is_not_what_is_called() {
    let registry = r#""Source":"registry.terraform.io/acme/vpc/aws","Version":"5.1.0""#;
    let cases = [
        ("source = \"acme/vpc/aws\"\n  version = \"~> 5.0\"", registry, true),
        ("source = \"registry.terraform.io/acme/vpc/aws\"", registry, true),
        ("source = \"acme/vpc/aws\"\n  version = \"~> 6.0\"", registry, false),
        ("source = \"acme/eks/aws\"\n  version = \"~> 5.0\"", registry, false),
        ("source = \"acme/vpc/aws//modules/x\"", r#""Source":"registry.terraform.io/acme/vpc/aws//modules/x""#, true),
        ("source = \"github.com/acme/vpc\"", r#""Source":"git::https://github.com/acme/vpc.git""#, true),
        ("source = \"git::https://x/y.git?ref=v2\"", r#""Source":"git::https://x/y.git?ref=v2""#, true),
        ("source = \"git::https://x/y.git?ref=v2\"", r#""Source":"git::https://x/y.git?ref=v1""#, false),
    ];
    for (call, entry, is_evaluated) in cases {
        let value = called(call, entry);
        assert_eq!(value.is_known(), is_evaluated, "{call} {entry}");
        if !is_evaluated {
            assert!(causes(&value)[0].starts_with("module.m ("), "{:?}", causes(&value));
        }
    }
}

#[test]
fn everything_around_an_opaque_module_is_evaluated() {
    let module = evaluated(&[(
        "main.tf",
        r#"
module "one" {
  source  = "acme/vpc/aws"
  version = "1.0.0"
  cidr    = aws_vpc.own.cidr_block
}
module "many" {
  source   = "git::https://x/y.git"
  for_each = toset(["a", "b"])
}
module "counted" {
  source = "git::https://x/y.git"
  count  = 2
}
resource "aws_vpc" "own" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "theirs" {
  vpc_id     = module.one.vpc_id
  cidr_block = cidrsubnet(aws_vpc.own.cidr_block, 8, 1)
}
output "part" {
  value = module.one.nested.list[0]
}
output "each" {
  value = module.many["a"].id
}
output "keys" {
  value = { for key, m in module.many : key => m.id }
}
output "counted" {
  value = module.counted[*].id
}
output "text" {
  value = "vpc-${module.one.vpc_id}"
}
"#,
    )]);
    let subnet = module.instances.iter().find(|i| i.addr.ty == "aws_subnet").unwrap();
    assert_eq!(subnet.attrs.get("cidr_block").unwrap().as_str().unwrap(), "10.0.1.0/24");
    assert_eq!(causes(subnet.attrs.get("vpc_id").unwrap()), ["module.one (acme/vpc/aws)"]);
    for (name, cause) in [
        ("part", "module.one (acme/vpc/aws)"),
        ("each", "module.many (git::https://x/y.git)"),
        ("keys", "module.many (git::https://x/y.git)"),
        ("counted", "module.counted (git::https://x/y.git)"),
        ("text", "module.one (acme/vpc/aws)"),
    ] {
        assert_eq!(causes(output(&module, name)), [cause], "{name}");
    }
    let opaque: Vec<&str> = module.opaque_calls.iter().map(|call| call.address.as_str()).collect();
    assert_eq!(opaque, ["module.one", "module.many", "module.counted"]);
}

#[test]
fn the_rest_of_a_root_module_with_an_opaque_module_is_judged() {
    let files = [(
        "main.tf",
        "module \"network\" {\n  source  = \"acme/network/aws\"\n  version = \"1.0.0\"\n}\nresource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\nresource \"aws_elasticache_replication_group\" \"r\" {\n  replication_group_id       = \"r\"\n  description                = \"r\"\n  engine                     = \"redis\"\n  node_type                  = \"cache.r7g.large\"\n  num_cache_clusters         = 1\n  automatic_failover_enabled = module.network.failover\n}\n",
    )];
    let folder = folder(&files);
    let checked = Checked::folder(folder.path());
    assert_eq!(checked.errors(), [""; 0]);
    let of = |rule: &str| -> Vec<String> {
        let told = checked.findings(rule).map(|f| {
            let because = f.undecided.as_ref().map_or("", |undecided| undecided.because.as_str());
            format!("{} {:?} {because}", f.check.policy, f.verdict)
        });
        told.collect()
    };
    assert!(of("s3-encrypted").contains(&"no-explicit-encryption Fail ".to_owned()), "{:?}", of("s3-encrypted"));
    assert!(of("redis-ha").contains(&"no-replica Fail ".to_owned()), "{:?}", of("redis-ha"));
    assert!(of("redis-ha").contains(&"no-failover Undecided opaque-module".to_owned()), "{:?}", of("redis-ha"));
}
