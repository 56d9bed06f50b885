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
