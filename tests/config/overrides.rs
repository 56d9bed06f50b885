//! Override files: arguments one by one, nested blocks of a type as a whole.

use infralint::{
    addr::{Mode, name},
    config::{Body, Expr, Module},
};

use super::repository::{Repo, only, summaries};

fn merged(repo: &Repo) -> std::sync::Arc<Module> {
    let repository = repo.load(&["main.tf"]);
    assert_eq!(summaries(&repository), Vec::<String>::new());
    only(&repository).module.clone()
}

fn text(repo: &Repo, module: &Module, expr: Expr) -> String {
    repo.sources.text_at(module.place(expr))
}

/// `name=value` of each argument, then `type{…}` of each nested block.
fn shown(repo: &Repo, module: &Module, body: &Body) -> String {
    let attributes = body.attributes.iter().map(|a| format!("{}={}", a.name, text(repo, module, a.value)));
    let blocks = body.blocks.iter().map(|b| format!("{}{{{}}}", b.ty, shown(repo, module, &b.body)));
    attributes.chain(blocks).collect::<Vec<_>>().join(" ")
}

#[test]
fn resources_are_merged_by_argument_and_by_block_type() {
    let repo = Repo::new(&[
        (
            "main.tf",
            "resource \"a\" \"b\" {\n  count = 2\n  x = 1\n  y = 1\n  keep {\n    k = 1\n  }\n  rule {\n    r = 1\n  }\n  rule {\n    r = 2\n  }\n  \
             lifecycle {\n    prevent_destroy = true\n    create_before_destroy = true\n  }\n}\n",
        ),
        ("a_override.tf", "resource \"a\" \"b\" {\n  y = 2\n  z = 2\n  rule {\n    r = 3\n  }\n}\n"),
        (
            "override.tf",
            "resource \"a\" \"b\" {\n  z = 3\n  for_each = {}\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n",
        ),
    ]);
    let module = merged(&repo);
    let resource = &module.resources[&(Mode::Managed, name("a"), name("b"))];
    assert_eq!(shown(&repo, &module, &resource.body), "x=1 y=2 z=3 keep{k=1} rule{r=3}");
    let lifecycle = resource.lifecycle.as_ref().unwrap();
    assert_eq!(shown(&repo, &module, &lifecycle.body), "prevent_destroy=false create_before_destroy=true");
    // Recorded: `count = 2` overridden with `for_each = toset(["x"])` plans a[0] and a[1].
    assert!(resource.count.is_some() && resource.for_each.is_none());
    let z = resource.body.attribute("z").unwrap();
    assert!(repo.sources.get(z.name_at.file).path.ends_with("override.tf"), "it points at the override");
}

#[test]
fn dynamic_blocks_are_of_the_type_they_make() {
    let base = "resource \"a\" \"b\" {\n  dynamic \"rule\" {\n    for_each = []\n    content {}\n  }\n  rule {}\n}\n";
    let over = "resource \"a\" \"b\" {\n  rule {\n    r = 1\n  }\n}\n";
    let repo = Repo::new(&[("main.tf", base), ("x_override.tf", over)]);
    let module = merged(&repo);
    assert_eq!(shown(&repo, &module, &module.resources[0].body), "rule{r=1}");
    let repo = Repo::new(&[("main.tf", over), ("x_override.tf", base)]);
    let module = merged(&repo);
    assert_eq!(shown(&repo, &module, &module.resources[0].body), "dynamic{for_each=[] content{}} rule{}");
}

#[test]
fn everything_else_that_can_be_overridden() {
    let repo = Repo::new(&[
        (
            "main.tf",
            "variable \"v\" {\n  default = \"1\"\n  nullable = false\n}\nlocals {\n  a = 1\n  b = 1\n}\noutput \"o\" {\n  value = 1\n  sensitive = true\n}\n\
             module \"m\" {\n  source = \"./m\"\n  x = 1\n}\nprovider \"p\" {\n  r = 1\n  s = 1\n}\nprovider \"p\" {\n  alias = \"q\"\n  r = 1\n}\n",
        ),
        (
            "a_override.tf",
            "variable \"v\" {\n  type = number\n}\nlocals {\n  b = 2\n}\noutput \"o\" {\n  value = 2\n}\nmodule \"m\" {\n  source = \"./n\"\n  y = 2\n}\n\
             provider \"p\" {\n  s = 2\n}\nprovider \"p\" {\n  alias = \"q\"\n  r = 2\n}\nprovider \"new\" {\n  r = 1\n}\n",
        ),
        ("m/main.tf", ""),
        ("n/main.tf", "variable \"x\" {}\nvariable \"y\" {}\n"),
    ]);
    let module = merged(&repo);
    let variable = &module.variables[0];
    assert!(variable.ty == infralint::value::Type::Number && !variable.nullable && variable.default.is_some());
    assert_eq!(text(&repo, &module, module.locals[1].value), "2");
    assert_eq!(text(&repo, &module, module.outputs[0].value.unwrap()), "2");
    assert!(module.outputs[0].sensitive);
    let call = &module.calls[0];
    assert!(matches!(&call.source, infralint::config::ModuleSource::Local { dir, .. } if &**dir == "n"));
    assert_eq!(call.arguments.len(), 2);
    let providers: Vec<String> = module
        .providers
        .iter()
        .map(|p| format!("{} {:?} {}", p.name, p.alias.map(|a| a.to_string()), shown(&repo, &module, &p.body)))
        .collect();
    assert_eq!(providers, ["p None r=1 s=2", "p Some(\"q\") r=2", "new None r=1"]);
}

#[test]
fn the_terraform_block_by_its_parts() {
    let repo = Repo::new(&[
        (
            "main.tf",
            "terraform {\n  required_version = \">= 1.0\"\n  backend \"s3\" {\n    bucket = \"a\"\n    key = \"k\"\n  }\n  required_providers {\n    \
             aws = { source = \"hashicorp/aws\", version = \"5.0.0\" }\n    x = \"1.0\"\n  }\n}\n",
        ),
        (
            "x_override.tf",
            "terraform {\n  required_version = \"1.11.4\"\n  backend \"local\" {}\n  required_providers {\n    x = \"2.0\"\n  }\n}\n",
        ),
    ]);
    let module = merged(&repo);
    assert_eq!(module.backend.as_ref().unwrap().labels[0].0, "local");
    assert_eq!(module.required_versions.len(), 1);
    assert_eq!(module.required_versions[0].0, "1.11.4");
    assert_eq!(module.required_providers[&name("x")].version.as_deref(), Some("2.0"));
    assert_eq!(module.required_providers[&name("aws")].source.as_deref(), Some("hashicorp/aws"));
}

#[test]
fn later_overrides_win() {
    let repo = Repo::new(&[
        ("main.tf", "locals {\n  a = 1\n}\n"),
        ("a_override.tf", "locals {\n  a = 2\n}\n"),
        ("b_override.tf", "locals {\n  a = 3\n}\nlocals {\n  a = 4\n}\n"),
        ("override.tf", "locals {\n  a = 5\n}\n"),
    ]);
    let module = merged(&repo);
    assert_eq!(text(&repo, &module, module.locals[0].value), "5", "as `terraform plan` says");
}
