//! Which schema a configuration is held against, what imported ones give to evaluation, and which values are refused.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::Path};

use infralint::{
    addr::Mode,
    config::{self, LoadOptions},
    diag::{Diagnostic, Level},
    schema::{Rule, aws, compile::Document, limits},
    source::Sources,
    value::{Because, Marks, Value},
    world::{self, RootModule},
};

/// What is said of files, and what they evaluate to.
struct Evaluated {
    sources: Sources,
    module: RootModule,
    diagnostics: Vec<Diagnostic>,
}

fn evaluate(files: &[(&str, &str)], schemas: &Path) -> Evaluated {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let sources = Sources::new(root.clone());
    let schema_dirs = vec![schemas.to_path_buf()];
    let options = LoadOptions { paths: vec![root], schema_dirs, ..LoadOptions::default() };
    let repository = config::load(&sources, &options);
    let module = world::evaluate(&sources, &repository, 0);
    let of_loading = repository.diagnostics.iter().chain(repository.modules.values().flat_map(|m| &m.diagnostics));
    let diagnostics = of_loading.chain(&module.diagnostics).cloned().collect();
    Evaluated { sources, module, diagnostics }
}

impl Evaluated {
    /// `main.tf:3: error: summary`, sorted, with the lines of the labels behind.
    fn said(&self) -> Vec<String> {
        let line = |place: infralint::source::Place| {
            let file = self.sources.get(place.file);
            format!("{}:{}", file.path, file.position(place.span.start).line)
        };
        let told = |d: &Diagnostic| {
            let labels: String = d.labels.iter().map(|label| format!(" < {}", line(label.place))).collect();
            format!("{}: {}: {}{labels}", d.place.map(line).unwrap_or_default(), d.level.as_str(), d.summary)
        };
        let mut said: Vec<String> = self.diagnostics.iter().map(told).collect();
        said.sort();
        said
    }

    fn attribute(&self, resource: &str, name: &str) -> &Value {
        let instance = self.module.instances.iter().find(|i| i.addr.to_string().ends_with(resource)).unwrap();
        instance.attrs.get(name).unwrap()
    }
}

fn said(text: &str) -> Vec<String> {
    evaluate(&[("main.tf", text)], Path::new("/nonexistent")).said()
}

#[test]
fn another_version_of_the_provider_is_said_once_and_what_it_may_have_is_no_mistake() {
    let with = |version: &str, lock: Option<&str>| {
        let version = if version.is_empty() { String::new() } else { format!("version = {version:?}") };
        let main = format!(
            "terraform {{\n  required_providers {{\n    aws = {{\n      source = \"hashicorp/aws\"\n      {version}\n    }}\n  }}\n}}\n\
             resource \"aws_vpc\" \"a\" {{\n  cidr_block = \"10.0.0.0/16\"\n  novelty    = 1\n}}\n\
             resource \"aws_dynamodb_table\" \"a\" {{\n  name         = \"a\"\n  billing_mode = \"NOVEL\"\n}}\n"
        );
        let lock =
            lock.map(|lock| format!("provider \"registry.terraform.io/hashicorp/aws\" {{\n  version = {lock:?}\n}}\n"));
        let mut files = vec![("main.tf", main.as_str())];
        files.extend(lock.as_deref().map(|lock| (".terraform.lock.hcl", lock)));
        evaluate(&files, Path::new("/nonexistent"))
    };
    let strict = [
        "main.tf:11: error: Unsupported argument",
        r#"main.tf:15: error: expected billing_mode to be one of ["PROVISIONED" "PAY_PER_REQUEST"], got NOVEL"#,
    ];
    let note = ["main.tf:9: info: Provider schema of another version"];
    for (version, lock, word) in [
        ("", None, None),
        ("~> 5.0", None, None),
        (">= 5.0", None, None),
        ("", Some("5.100.0"), None),
        ("", Some("5.31.0"), None),
        ("~> 6.0", None, Some("newer")),
        ("6.2.0", None, Some("newer")),
        (">= 5.0", Some("6.2.0"), Some("newer")),
        ("~> 4.0", None, Some("older")),
        ("4.67.0", None, Some("older")),
        ("", Some("4.67.0"), Some("older")),
    ] {
        let found = with(version, lock);
        let at = format!("{version:?} {lock:?}");
        match word {
            None => assert_eq!(found.said(), strict, "{at}"),
            Some(word) => {
                assert_eq!(found.said(), note, "{at}");
                let detail = &found.diagnostics.iter().find(|d| d.level == Level::Info).unwrap().detail;
                assert!(detail.contains(word) && detail.contains("5.100.0"), "{detail}");
            }
        }
    }
}

#[test]
fn imported_schemas_give_resources_their_shape() {
    let folder = tempfile::tempdir().unwrap();
    let json = r#"{"provider_schemas":{"registry.terraform.io/acme/acme":{"provider":{"block":{}},
        "resource_schemas":{"acme_thing":{"block":{
          "attributes":{"name":{"type":"string","required":true},"note":{"type":"string","optional":true},
            "id":{"type":"string","computed":true},"token":{"type":"string","computed":true,"sensitive":true}},
          "block_types":{"rule":{"nesting_mode":"list","block":{"attributes":{"port":{"type":"number","optional":true}}}}}}}}}}}"#;
    let compiled = Document::parse(json).unwrap().compile("acme/acme", "1.2.0").unwrap();
    fs::write(folder.path().join("acme.schema"), compiled).unwrap();
    let main = r#"terraform {
  required_providers {
    acme = {
      source = "acme/acme"
    }
  }
}
resource "acme_thing" "a" {
  name = "a"
}
resource "acme_thing" "b" {
  name = acme_thing.a.id
  note = try(acme_thing.a.note, "other")
  rule {
    port = "8080"
  }
}
output "o" {
  value = acme_thing.a.naem
}
"#;
    let found = evaluate(&[("main.tf", main)], folder.path());
    assert_eq!(found.said(), ["main.tf:19: error: Unsupported attribute"]);
    let id = found.attribute("acme_thing.a", "id").as_unknown().unwrap();
    assert!(matches!(&id.because, Because::Attribute(a) if a.of.mode == Mode::Managed), "{id:?}");
    assert!(found.attribute("acme_thing.a", "note").is_null());
    assert!(found.attribute("acme_thing.a", "rule").items().unwrap().is_empty());
    assert!(found.attribute("acme_thing.b", "note").is_null(), "a null of the schema is no mistake for `try`");
    let port = found.attribute("acme_thing.b", "rule").items().unwrap()[0].get("port").unwrap();
    assert_eq!(port.as_number(), Value::int(8080).as_number());
    let secret = "terraform {\n  required_providers {\n    acme = {\n      source = \"acme/acme\"\n    }\n  }\n}\nresource \"acme_thing\" \"a\" {\n  name = \"a\"\n}\nresource \"acme_thing\" \"b\" {\n  name = acme_thing.a.token\n}\n";
    let found = evaluate(&[("main.tf", secret)], folder.path());
    assert!(found.attribute("acme_thing.b", "name").marks.has(Marks::SENSITIVE));
}

#[test]
fn values_are_refused_wherever_they_come_from_and_never_when_unknown() {
    let table = |mode: &str| {
        format!("resource \"aws_dynamodb_table\" \"a\" {{\n  name         = \"a\"\n  billing_mode = {mode}\n}}\n")
    };
    let summary = r#"error: expected billing_mode to be one of ["PROVISIONED" "PAY_PER_REQUEST"], got PER_HOUR"#;
    assert_eq!(said(&table("\"PER_HOUR\"")), [format!("main.tf:3: {summary}")]);
    assert_eq!(
        said(&format!("{}variable \"m\" {{\n  default = \"PER_HOUR\"\n}}\n", table("var.m"))),
        [format!("main.tf:3: {summary} < main.tf:6")]
    );
    assert_eq!(said(&format!("{}locals {{\n  m = {{\n    a = \"PER_HOUR\"\n  }}\n}}\n", table("local.m.a"))).len(), 1);
    for fine in ["\"PROVISIONED\"", "null", "var.m", "aws_vpc.a.id"] {
        let rest =
            "variable \"m\" {\n  type = string\n}\nresource \"aws_vpc\" \"a\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
        let found = said(&format!("{}{rest}", table(fine)));
        assert!(!found.iter().any(|said| said.contains("billing_mode")), "{fine}: {found:?}");
    }
    let module = evaluate(
        &[
            (
                "main.tf",
                "module \"m\" {\n  source   = \"./m\"\n  for_each = { a = \"PER_HOUR\", b = \"PROVISIONED\" }\n  mode     = each.value\n}\n",
            ),
            ("m/main.tf", &format!("{}variable \"mode\" {{}}\n", table("var.mode"))),
        ],
        Path::new("/nonexistent"),
    );
    let found = module.said();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(&format!("m/main.tf:3: {summary} < main.tf:4")), "{found:?}");
}

#[test]
fn what_only_aws_refuses_is_a_warning_with_its_source() {
    let main = "resource \"aws_instance\" \"a\" {\n  ami           = \"ami-1\"\n  instance_type = \"t3.mikro\"\n}\n";
    let found = evaluate(&[("main.tf", main)], Path::new("/nonexistent"));
    assert_eq!(found.said(), ["main.tf:3: warning: Value that AWS does not know"]);
    assert!(found.diagnostics[0].detail.contains("botocore"), "{}", found.diagnostics[0].detail);
}

/// Whether a dotted path leads to an argument or a block.
fn is_in_schema(ty: &str, path: &str) -> bool {
    let mut block = aws().resource(ty).unwrap();
    let (blocks, name) = path.rsplit_once('.').unwrap_or(("", path));
    for step in blocks.split('.').filter(|step| !step.is_empty()) {
        let Some(nested) = block.block(step) else { return false };
        block = nested.block;
    }
    block.has_attribute(name) || block.block(name).is_some()
}

#[test]
fn every_row_about_values_names_an_argument_and_says_its_source() {
    let mut rows = 0;
    for ty in aws().resource_types() {
        for limit in limits(ty) {
            rows += 1;
            let mut block = aws().resource(ty).unwrap();
            let (blocks, name) = limit.path.rsplit_once('.').unwrap_or(("", limit.path));
            for step in blocks.split('.').filter(|step| !step.is_empty()) {
                block = block.block(step).unwrap().block;
            }
            let is_there = |name: &str| block.has_attribute(name) || block.block(name).is_some();
            assert!(is_there(name), "{ty} {}", limit.path);
            assert!(!limit.source.is_empty(), "{ty} {}", limit.path);
            if let Rule::Together(_, others) = &limit.rule {
                assert!(!others.is_empty() && others.iter().all(|other| is_in_schema(ty, other)), "{ty} {others:?}");
            }
        }
    }
    let tables = [include_str!("../src/schema/values.tsv"), include_str!("../src/schema/values-api.tsv")];
    let written: usize = tables.iter().map(|table| table.lines().filter(|line| !line.starts_with('#')).count()).sum();
    assert_eq!(rows, written, "a row of a kind there is not, or out of order");
    assert!(rows > 500, "{rows}");
}

/// The program may grow by less than a megabyte for all that is known of providers.
#[test]
fn the_embedded_tables_stay_small() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let is_data = |name: &str| name.ends_with(".tsv") || name.ends_with(".schema");
    let data = files.filter(|entry| is_data(&entry.file_name().to_string_lossy()));
    let bytes: u64 = data.map(|entry| entry.metadata().unwrap().len()).sum();
    assert!((500_000..1_000_000).contains(&bytes), "{bytes} bytes");
}
