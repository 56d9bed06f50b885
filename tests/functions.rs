//! Every function against what the real Terraform said: `tests/functions/recorded.json`, made by `record.py` of `cases.txt`.
//!
//! Values are compared as `terraform console` prints them, errors by their whole text. What differs on purpose stands in
//! `tests/functions/differences.txt` with a reason; an entry that no longer differs fails the test too.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod differences;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use infralint::{
    addr::Name,
    eval::{Context, Resolved, Scope, evaluate, expr::RefStep, functions::names},
    source::{Place, Sources},
    syntax::parse_expression,
    value::{Because, Type, Value, show},
};

/// Only `terraform_data.x` is declared here; it is not applied yet.
struct Resource(PathBuf);

impl Scope for Resource {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        let unknown = |ty| Value::unknown(ty, Because::Unsupported("the test wants it".into()));
        if root == "terraform_data"
            && let [_, RefStep::Attr(attribute, _), ..] = steps
        {
            let ty = if *attribute == "id" { Type::String } else { Type::Any };
            return Resolved { value: unknown(ty), used: 2 };
        }
        cx.error("Invalid reference", format!("There is no {root} here."), at);
        Resolved { value: Value::error(), used: 0 }
    }

    fn base(&self) -> &Path {
        &self.0
    }
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/functions")
}

/// What a case comes to: a value as shown, or the first error.
#[derive(PartialEq, Debug, Clone)]
enum Answer {
    Value(String),
    Error(String),
}

fn recorded() -> BTreeMap<String, Answer> {
    let text = std::fs::read_to_string(here().join("recorded.json")).unwrap();
    let all: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).unwrap();
    let answer = |fields: BTreeMap<String, String>| match fields.get("value") {
        Some(value) => Answer::Value(value.clone()),
        None => Answer::Error(one_line(&fields["error"])),
    };
    all.into_iter().map(|(case, fields)| (case, answer(fields))).collect()
}

/// Terraform wraps its messages; so line breaks and runs of spaces count as one space.
fn one_line(text: &str) -> String {
    // Terraform counts lines of YAML from zero, and leaves a zero out.
    let place = regex::Regex::new(r"on line \d+, column \d+: ").unwrap();
    let text = place.replace_all(text, "");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_end_matches('.').to_owned()
}

fn answer(expression: &str) -> Answer {
    let base = here().join("files");
    let sources = Sources::new(base.clone());
    let file = sources.add("case", expression);
    let (tree, root, mut diagnostics) = parse_expression(file, expression);
    let cx = Context::new(&sources);
    let value = evaluate(&cx, &Resource(base.clone()), &tree, root);
    diagnostics.extend(cx.take_diagnostics());
    match diagnostics.iter().find(|d| d.is_error()) {
        Some(error) => Answer::Error(one_line(&format!("{}: {}", error.summary, error.detail))),
        None if !value.is_known() && !value.marks.has(infralint::value::Marks::SENSITIVE) => {
            Answer::Value("(known after apply)".to_owned())
        }
        None => Answer::Value(show(&value).replace(&*base.to_string_lossy(), "<files>")),
    }
}

#[test]
fn functions_answer_as_terraform_does() {
    let known = differences::read(&here().join("differences.txt"));
    let mut wrong = Vec::new();
    let mut differing = 0;
    for (case, expected) in recorded() {
        let given = answer(&case);
        match (given == expected, known.get(&case)) {
            (false, None) => wrong.push(format!("{case}\n  terraform: {expected:?}\n  here:      {given:?}")),
            (true, Some(reason)) => wrong.push(format!("{case}\n  no longer differs ({reason})")),
            (false, Some(_)) => differing += 1,
            (true, None) => {}
        }
    }
    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(differing, known.len(), "a difference is listed for an expression that is not a case");
}

/// Every function of the real Terraform is here, and has cases.
#[test]
fn every_function_is_here_and_has_cases() {
    let text = std::fs::read_to_string(here().join("cases.txt")).unwrap();
    let cases: Vec<&str> = text.lines().collect();
    for name in names().into_iter().filter(|name| !matches!(*name, "try" | "can" | "templatestring")) {
        let of_it = cases.iter().filter(|case| case.contains(&format!("{name}("))).count();
        let least = if matches!(name, "timestamp" | "uuid" | "plantimestamp" | "bcrypt" | "base64gzip" | "rsadecrypt") {
            1
        } else {
            8
        };
        assert!(of_it >= least, "{name} has only {of_it} cases");
    }
    assert_eq!(names().len(), 118);
}

#[test]
fn the_table_is_sorted_by_name() {
    assert!(names().is_sorted());
}
