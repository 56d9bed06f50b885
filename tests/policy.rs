//! The policy language, statement by statement of the compatibility checklist: `c049_…` tests statement 49.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

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
#[path = "policy/inputs.rs"]
mod inputs;
#[path = "policy/lookups.rs"]
mod lookups;
#[path = "policy/mocks.rs"]
mod mocks;
#[path = "policy/rules.rs"]
mod rules;
#[path = "policy/values.rs"]
mod values;
#[path = "policy/verdicts.rs"]
mod verdicts;
