//! Random expressions, evaluated by the real Terraform where it is on the machine, and by infralint.
//!
//! `RANDOM_EXPRESSIONS=N` sets how many (0 for none), `RANDOM_SEED=N` from where; both are told when something differs.
//! A differing expression is made smaller as long as it differs.

mod oracle;
mod random;

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use oracle::{Case, compare, ours::Operands, terraform};
use random::{Expr, Random};
use serde_json::Value as Json;

fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expressions/files")
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

/// Whether a mistake may be one that Terraform does not see since it knows less: which arm is taken, or which type a
/// `try` gives.
fn may_know(text: &str, theirs: &Json, ours: &Json) -> bool {
    const DECIDING: [&str; 8] = ["==", "!=", "try(", "with(", "contains(", "length(", "<", ">="];
    theirs.get("?").is_some() && ours.get("errors").is_some() && DECIDING.iter().any(|word| text.contains(word))
}

/// How the answers to each expression differ.
fn differences(expressions: &[Expr]) -> Vec<Option<String>> {
    let texts: Vec<String> = expressions.iter().map(Expr::text).collect();
    let cases: Vec<Case> = texts.iter().cloned().map(Case::Expression).collect();
    let theirs: Vec<Json> = terraform::answers(&files(), &cases);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let ours = Operands::load(&files()).answers(&texts);
    let pairs = theirs.iter().zip(&ours).zip(texts);
    pairs
        .map(|((theirs, ours), text)| compare::difference(theirs, ours).filter(|_| !may_know(text, theirs, ours)))
        .collect()
}

/// The smallest expression found inside one that still differs, and how.
fn smallest(mut expression: Expr, mut difference: String) -> (Expr, String) {
    for _ in 0..12 {
        let candidates: Vec<Expr> = expression.smaller().into_iter().take(60).collect();
        let found = differences(&candidates).into_iter().zip(candidates).find_map(|(d, e)| Some((e, d?)));
        match found {
            Some((smaller, of_smaller)) => (expression, difference) = (smaller, of_smaller),
            None => break,
        }
    }
    (expression, difference)
}

#[test]
fn random_expressions_evaluate_as_terraform_does() {
    if !terraform::is_here() {
        return;
    }
    let count = setting("RANDOM_EXPRESSIONS").unwrap_or(150);
    let seed = setting("RANDOM_SEED").unwrap_or(1);
    let mut random = Random(seed);
    let expressions: Vec<Expr> = (0..count)
        .map(|i| {
            let depth = 1 + usize::try_from(i % 3).unwrap_or(0);
            random::expression(&mut random, 'a', depth)
        })
        .collect();
    let mut wrong = String::new();
    let differing = differences(&expressions).into_iter().zip(expressions).filter_map(|(d, e)| Some((e, d?)));
    for (i, (expression, difference)) in differing.enumerate() {
        // The first few are enough to see what is wrong.
        let shrunk = if i < 20 { smallest(expression.clone(), difference) } else { (expression.clone(), difference) };
        let _ = writeln!(wrong, "{}\n{}\n  of        {}", shrunk.0.text(), shrunk.1, expression.text());
    }
    assert!(wrong.is_empty(), "RANDOM_SEED={seed} RANDOM_EXPRESSIONS={count}\n{wrong}");
}

/// Values that what is not known before an apply may turn out to be.
const TURNS_OUT: [(&str, [&str; 2]); 9] = [
    ("local.ub", ["true", "false"]),
    ("local.un", ["0", "7"]),
    ("local.us", ["\"a\"", "\"zz\""]),
    ("local.uz", ["sensitive(\"a\")", "sensitive(\"zz\")"]),
    ("local.ul", ["tolist([\"a\", \"b\"])", "tolist([\"q\"])"]),
    ("local.ue", ["toset([\"a\", \"b\"])", "toset([\"q\"])"]),
    ("local.um", ["tomap({ a = \"x\", b = \"y\" })", "tomap({ q = \"z\" })"]),
    ("local.ut", ["[\"a\", 1]", "[\"q\", 5]"]),
    ("local.uo", ["{ a = \"x\", b = 1 }", "{ a = \"q\", b = 9 }"]),
];

/// The expression once everything is known; `None` where it is so already, or holds parts that stay unknown.
fn turned_out(text: &str, which: usize) -> Option<String> {
    let known = TURNS_OUT.iter().fold(text.to_owned(), |text, (name, values)| text.replace(name, values[which]));
    let open = ["local.pl", "local.pt", "local.po", "local.pe", "local.pm", "local.ud"];
    (known != text && !open.iter().any(|name| known.contains(name))).then_some(known)
}

/// An answer without what it says of sensitivity: Terraform takes what it does not know to be not sensitive now and then.
/// And without the types of collections: the arm of a conditional that is not chosen has a say in the chosen one's, so a
/// tuple turns out to be a list where the other arm is not known.
fn unmarked(answer: &Json) -> Json {
    match answer {
        Json::Array(items) => items.iter().map(unmarked).collect(),
        Json::Object(entries) => match ["~", "list", "map", "{}"].iter().find_map(|key| entries.get(*key)) {
            Some(inner) => unmarked(inner),
            None => Json::Object(entries.iter().map(|(key, entry)| (key.clone(), unmarked(entry))).collect()),
        },
        plain => plain.clone(),
    }
}

/// What is known here and not in Terraform holds whatever the unknown turns out to be.
#[test]
fn what_is_known_here_alone_holds_for_every_value() {
    if !terraform::is_here() {
        return;
    }
    let count = setting("RANDOM_EXPRESSIONS").unwrap_or(150);
    let seed = setting("RANDOM_SEED").unwrap_or(2);
    let mut random = Random(seed);
    let texts = (0..count * 20).map(|_| random::expression(&mut random, 'a', 2).text());
    let texts: Vec<String> = texts.filter(|text| turned_out(text, 0).is_some()).collect();
    let all: Vec<&str> = texts.iter().map(String::as_str).collect();
    let ours = Operands::load(&files()).answers(&all);
    let is_known = |answer: &Json| !answer.to_string().contains("{\"?\":") && answer.get("errors").is_none();
    let known: Vec<(&String, &Json)> = texts.iter().zip(&ours).filter(|(_, answer)| is_known(answer)).collect();
    let mut wrong = String::new();
    for which in [0, 1] {
        let cases = known.iter().filter_map(|(text, _)| turned_out(text, which)).map(Case::Expression);
        let theirs = terraform::answers(&files(), &cases.collect::<Vec<_>>());
        for ((text, ours), theirs) in known.iter().zip(&theirs).filter(|(_, theirs)| theirs.get("errors").is_none()) {
            if let Some(difference) = compare::difference(&unmarked(theirs), &unmarked(ours)) {
                let _ =
                    writeln!(wrong, "{text}\n  which is {}\n{difference}", turned_out(text, which).unwrap_or_default());
            }
        }
    }
    assert!(wrong.is_empty(), "RANDOM_SEED={seed} RANDOM_EXPRESSIONS={count}\n{wrong}");
    assert!(known.len() > 10, "only {} expressions with unknown parts are known", known.len());
}
