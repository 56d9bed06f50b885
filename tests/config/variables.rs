//! Values given to variables, and the types of variables.

use std::path::PathBuf;

use infralint::{
    config::{CommandLineValue, GivenValue, LoadOptions, Repository, load},
    value::{Type, Value, What, show},
};

use super::repository::{Repo, only, summaries};

fn given(repo: &Repo, repository: &Repository) -> Vec<(String, String, What)> {
    let values = only(repository).given.iter();
    values.map(|g| (g.name.to_string(), repo.sources.text_at(g.at), g.what)).collect()
}

#[test]
fn precedence_rises_as_in_terraform() {
    let repo = Repo::new(&[
        ("s/main.tf", "variable \"a\" {}\n"),
        ("s/terraform.tfvars", "a = \"tfvars\"\n"),
        ("s/terraform.tfvars.json", "{ \"a\": \"json\" }"),
        ("s/b.auto.tfvars", "a = \"b\"\n"),
        ("s/a.auto.tfvars.json", "{ \"a\": \"a\" }"),
        ("s/other.tfvars", "a = \"not read\"\n"),
        ("extra.tfvars", "a = \"extra\"\n"),
    ]);
    let options = LoadOptions {
        paths: vec![PathBuf::from("s")],
        vars: vec![("a".into(), "first".into()), ("a".into(), "last".into())],
        var_files: vec![PathBuf::from("extra.tfvars")],
        order: vec![CommandLineValue::Var(0), CommandLineValue::File(0), CommandLineValue::Var(1)],
        env_vars: vec![("a".into(), "env".into()), ("unknown".into(), "1".into())],
        ..LoadOptions::default()
    };
    let repository = load(&repo.sources, &options);
    assert_eq!(summaries(&repository), Vec::<String>::new());
    let texts: Vec<String> = given(&repo, &repository).into_iter().map(|g| g.1).collect();
    assert_eq!(
        texts,
        ["env", "\"tfvars\"", "\"json\"", "\"a\"", "\"b\"", "first", "\"extra\"", "last"],
        "the last one counts"
    );
    let root = only(&repository);
    let name = root.given.iter().map(|g| repo.sources.text_at(g.name_at).trim_matches('"').to_owned());
    assert!(name.into_iter().all(|name| name == "a"));
    assert!(matches!(&root.given[0].value, GivenValue::Text(text) if text == "env"));
    assert_eq!(root.given[0].what, What::VariableEnvironment);
    assert_eq!(root.given[1].what, What::VariableFile);
}

#[test]
fn undeclared_values_are_told_once() {
    let repo = Repo::new(&[
        ("s/a/main.tf", "variable \"x\" {}\nprovider \"p\" {\n  y = 1\n}\n"),
        ("s/b/main.tf", "provider \"p\" {\n  y = 1\n}\n"),
        ("s/b/terraform.tfvars", "z = 1\n"),
        ("v.tfvars", "x = 1\nw = 2\n"),
    ]);
    let options = LoadOptions {
        vars: vec![("x".into(), "1".into()), ("q".into(), "1".into())],
        var_files: vec![PathBuf::from("v.tfvars"), PathBuf::from("nope.tfvars")],
        ..LoadOptions::default()
    };
    let repository = load(&repo.sources, &options);
    let mut said: Vec<(String, String)> = super::repository::diagnostics(&repository)
        .into_iter()
        .map(|d| (d.summary, d.place.map(|p| repo.sources.text_at(p)).unwrap_or_default()))
        .collect();
    said.sort();
    let undeclared = "Value for undeclared variable";
    assert_eq!(
        said,
        [
            ("Failed to read variables file".to_owned(), String::new()),
            (undeclared.to_owned(), "q".to_owned()),
            (undeclared.to_owned(), "w".to_owned()),
            (undeclared.to_owned(), "z".to_owned()),
        ]
    );
}

#[test]
fn a_variable_file_holds_constants_and_no_blocks() {
    let repo = Repo::new(&[
        ("main.tf", "variable \"a\" {}\nvariable \"b\" {}\n"),
        ("terraform.tfvars", "a = upper(\"x\")\nb = var.a\nfoo {}\nvariable \"c\" {}\n"),
    ]);
    let mut said = summaries(&repo.load(&["."]));
    said.sort();
    assert_eq!(
        said,
        [
            "Function calls not allowed",
            "No value for required variable",
            "No value for required variable",
            "Unexpected \"foo\" block",
            "Variable declaration in .tfvars file",
            "Variables not allowed"
        ]
    );
}

#[test]
fn types_with_their_defaults() {
    let text = r#"
variable "v" {
  type = list(object({
    a = optional(object({ b = optional(string, "x"), c = optional(number) }), {})
    d = optional(map(object({ e = optional(bool, true) })))
    f = optional(list(string), ["q"])
    g = optional(tuple([object({ h = optional(number, -1) })]))
  }))
}
"#;
    let repo = Repo::new(&[("main.tf", text)]);
    let repository = repo.load(&["."]);
    assert_eq!(summaries(&repository), Vec::<String>::new());
    let variable = &only(&repository).module.variables[0];
    let Type::List(element) = &variable.ty else { panic!("{:?}", variable.ty) };
    let Type::Object(fields) = &**element else { panic!("{element:?}") };
    assert!(fields.iter().all(|field| field.optional) && fields.len() == 4);

    // What Terraform 1.11.4 makes of `[{}, { d = { k = {} }, a = { c = 2 }, g = [{}] }]`.
    let object = |entries: Vec<(&str, Value)>| Value::object(entries.into_iter().map(|(k, v)| (k.into(), v)).collect());
    let second = object(vec![
        ("d", object(vec![("k", object(vec![]))])),
        ("a", object(vec![("c", Value::int(2))])),
        ("g", Value::tuple(vec![object(vec![])])),
    ]);
    let filled = variable.type_defaults.apply(&Value::tuple(vec![object(vec![]), second]));
    let converted = infralint::value::convert(&filled, &variable.ty).unwrap();
    let items = converted.items().unwrap();
    let a = items[0].get("a").unwrap();
    assert_eq!(show(a.get("b").unwrap()), "\"x\"");
    assert!(
        a.get("c").unwrap().is_null() && items[0].get("d").unwrap().is_null() && items[0].get("g").unwrap().is_null()
    );
    assert_eq!(items[0].get("f").unwrap().items().unwrap().len(), 1);
    let a = items[1].get("a").unwrap();
    assert_eq!((show(a.get("b").unwrap()), show(a.get("c").unwrap())), ("\"x\"".to_owned(), "2".to_owned()));
    assert_eq!(items[1].get("d").unwrap().get("k").unwrap().get("e").unwrap().as_bool(), Some(true));
    assert_eq!(show(items[1].get("g").unwrap().items().unwrap()[0].get("h").unwrap()), "-1");
}

#[test]
fn defaults_of_optional_attributes_know_their_place() {
    let repo = Repo::new(&[("main.tf", "variable \"v\" {\n  type = object({ ha = optional(bool, false) })\n}\n")]);
    let repository = repo.load(&["."]);
    let (name, at) = only(&repository).module.variables[0].type_defaults.places[0].clone();
    assert_eq!((name.as_str(), repo.sources.text_at(at).as_str()), ("ha", "false"));
}
