//! JSON syntax says the same as native syntax.

use infralint::{
    addr::{Mode, name},
    config::{Given, GivenValue, Module},
    syntax::ExprKind,
    value::Type,
};

use super::repository::{Repo, diagnostics, only, summaries};

const NATIVE: &str = r#"
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
  backend "s3" {
    bucket = "b"
    key    = "k"
  }
}
provider "aws" {
  alias  = "east"
  region = "us-east-1"
}
variable "v" {
  type      = map(object({ a = optional(string, "x") }))
  default   = {}
  sensitive = true
  validation {
    condition     = length(var.v) < 9
    error_message = "too many"
  }
}
locals {
  a = 1
  b = "${local.a}"
}
output "o" {
  value = local.a
}
resource "aws_x" "y" {
  for_each   = var.v
  provider   = aws.east
  depends_on = [data.aws_d.e]
  size       = 1
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [size]
    precondition {
      condition     = local.a > 0
      error_message = "no"
    }
  }
}
data "aws_d" "e" {}
module "m" {
  source    = "./m"
  size      = 1
  providers = { aws = aws.east }
}
check "c" {
  assert {
    condition     = local.a > 0
    error_message = "no"
  }
}
moved {
  from = aws_x.a
  to   = aws_x.y
}
"#;

const JSON: &str = r#"{
  "//": "a comment",
  "terraform": [{
    "required_version": ">= 1.5",
    "required_providers": { "aws": { "source": "hashicorp/aws", "version": "5.100.0" } },
    "backend": { "s3": { "bucket": "b", "key": "k" } }
  }],
  "provider": { "aws": [{ "alias": "east", "region": "us-east-1" }] },
  "variable": { "v": {
    "type": "map(object({ a = optional(string, \"x\") }))",
    "default": {},
    "sensitive": true,
    "validation": { "condition": "${length(var.v) < 9}", "error_message": "too many" }
  } },
  "locals": { "a": 1, "b": "${local.a}" },
  "output": { "o": { "value": "${local.a}" } },
  "resource": [{ "aws_x": { "y": {
    "//": "another",
    "for_each": "${var.v}",
    "provider": "aws.east",
    "depends_on": ["data.aws_d.e"],
    "size": 1,
    "lifecycle": {
      "prevent_destroy": true,
      "ignore_changes": ["size"],
      "precondition": [{ "condition": "${local.a > 0}", "error_message": "no" }]
    }
  } } }],
  "data": { "aws_d": { "e": {} } },
  "module": { "m": { "source": "./m", "size": 1, "providers": { "aws": "aws.east" } } },
  "check": { "c": { "assert": { "condition": "${local.a > 0}", "error_message": "no" } } },
  "moved": { "from": "aws_x.a", "to": "aws_x.y" }
}"#;

/// What a module declares, without places and expressions.
fn outline(module: &Module) -> String {
    let variable = &module.variables[0];
    let resource = &module.resources[&(Mode::Managed, name("aws_x"), name("y"))];
    let call = &module.calls[0];
    format!(
        "{:?}",
        (
            (&variable.ty, &variable.type_defaults.values.len(), variable.default.is_some(), variable.sensitive),
            (variable.validations.len(), module.locals.keys().collect::<Vec<_>>(), module.outputs.len()),
            module.resources.keys().collect::<Vec<_>>(),
            (
                resource.for_each.is_some(),
                resource.provider,
                resource.depends_on.is_some(),
                resource.preconditions.len()
            ),
            resource.body.attributes.iter().map(|a| a.name).collect::<Vec<_>>(),
            (&call.source, call.arguments.len(), &call.providers),
            module.providers.iter().map(|p| (p.name, p.alias, p.body.attributes.len())).collect::<Vec<_>>(),
            module.required_providers.iter().map(|(name, p)| (*name, &p.source, &p.version)).collect::<Vec<_>>(),
            module.required_versions.iter().map(|v| &v.0).collect::<Vec<_>>(),
            module.backend.as_ref().map(|b| (b.labels[0].0, b.body.attributes.len())),
            module.checks.values().map(|c| c.asserts.len()).collect::<Vec<_>>(),
            module.refactorings.len(),
        )
    )
}

fn module(file: &str, text: &str) -> String {
    let repo = Repo::new(&[(file, text), ("m/main.tf", "variable \"size\" {}\n")]);
    let repository = repo.load(&["."]);
    assert_eq!(summaries(&repository), Vec::<String>::new(), "{file}");
    outline(&only(&repository).module)
}

#[test]
fn json_declares_what_native_syntax_declares() {
    assert_eq!(module("main.tf.json", JSON), module("main.tf", NATIVE));
}

#[test]
fn mistakes_in_json_have_places() {
    let repo = Repo::new(&[(
        "main.tf.json",
        "{\n  \"variable\": { \"a\": { \"typ\": 1 } },\n  \"resource\": { \"x\": 1 },\n  \"varible\": {},\n  \"variable\": { \"b\": { \"type\": \"lst\" } }\n}",
    )]);
    let said: Vec<String> = diagnostics(&repo.load(&["."]))
        .iter()
        .map(|d| format!("{} {}", repo.sources.describe(d.place.unwrap()), d.summary))
        .collect();
    assert_eq!(
        said,
        [
            "main.tf.json:3,22-23 Incorrect JSON value type",
            "main.tf.json:4,3-12 Extraneous JSON object property",
            "main.tf.json:2,24-29 Extraneous JSON object property",
            "main.tf.json:5,33-36 Invalid type specification",
        ]
    );
}

#[test]
fn native_and_json_files_override_each_other() {
    let repo = Repo::new(&[
        ("main.tf", "variable \"a\" {\n  type = string\n}\nresource \"x\" \"y\" {\n  p = 1\n}\n"),
        (
            "over_override.tf.json",
            "{ \"variable\": { \"a\": { \"type\": \"number\" } }, \"resource\": { \"x\": { \"y\": { \"p\": 2 } } } }",
        ),
    ]);
    let repository = repo.load(&["."]);
    assert_eq!(summaries(&repository), Vec::<String>::new());
    let module = &only(&repository).module;
    assert_eq!(module.variables[0].ty, Type::Number);
    let p = module.resources[0].body.attribute("p").unwrap();
    assert_eq!(repo.sources.text_at(module.place(p.value)), "2");
}

#[test]
fn strings_of_json_variable_files_are_no_templates() {
    let repo = Repo::new(&[
        ("main.tf", "variable \"a\" {}\nvariable \"b\" {}\n"),
        ("terraform.tfvars.json", r#"{ "a": "${1+2}", "b": "plain" }"#),
    ]);
    let repository = repo.load(&["."]);
    assert_eq!(summaries(&repository), Vec::<String>::new());
    let given = &only(&repository).given;
    let text = |given: &Given| match &given.value {
        GivenValue::Expr { tree, id } => {
            let tree = &only(&repository).variable_trees[*tree as usize];
            matches!(tree.kind(*id), ExprKind::String(text) if tree.str(text) == "${1+2}")
        }
        GivenValue::Text(_) => false,
    };
    assert!(text(&given[0]), "recorded: terraform gives ${{1+2}}");
    assert!(matches!(given[1].value, GivenValue::Expr { .. }));
}
