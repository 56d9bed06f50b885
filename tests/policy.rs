//! The policy language, statement by statement of the compatibility checklist: `c049_…` tests statement 49.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

#[path = "policy/blocks.rs"]
mod blocks;
#[path = "policy/engine.rs"]
mod engine;
#[path = "policy/expressions.rs"]
mod expressions;
#[path = "policy/functions.rs"]
mod functions;
#[path = "policy/harness.rs"]
mod harness;
#[path = "policy/improvements.rs"]
mod improvements;
#[path = "policy/inputs.rs"]
mod inputs;
#[path = "policy/lookups.rs"]
mod lookups;
#[path = "policy/mocks.rs"]
mod mocks;
#[path = "policy/native.rs"]
mod native;
#[path = "policy/rules.rs"]
mod rules;
#[path = "policy/values.rs"]
mod values;
#[path = "policy/verdicts.rs"]
mod verdicts;
#[path = "policy/wrong.rs"]
mod wrong;

/// How many statements the checklist has.
const STATEMENTS: usize = 130;

/// The numbers of the statements that functions marked as tests are named after, each with how often.
fn tested_statements() -> BTreeMap<usize, usize> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/policy");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2) {
            let name = pair[1].strip_prefix("fn c").filter(|_| pair[0] == "#[test]");
            let number = name.and_then(|name| name.split_once('_')).and_then(|(digits, _)| digits.parse().ok());
            number.into_iter().for_each(|number| *found.entry(number).or_default() += 1);
        }
    }
    found
}

#[test]
fn every_statement_of_the_checklist_has_a_test() {
    let tested: Vec<usize> = tested_statements().into_keys().collect();
    let all: Vec<usize> = (1..=STATEMENTS).collect();
    assert_eq!(tested, all);
}
