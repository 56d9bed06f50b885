//! The Terraform policy language: policy files are loaded, validated and evaluated here.
//!
//! ```text
//! text ─load─▶ RuleFile (blocks, static checks) ─bind─▶ BoundRule (inputs, levels) ─judge─▶ Outcome
//! ```

mod bind;
mod cycles;
mod datasource;
mod doubt;
mod environment;
mod finding;
mod fingerprint;
mod functions;
mod given;
mod grammar;
mod index;
mod judge;
mod lint;
mod load;
mod locals;
mod lookups;
mod members;
mod message;
mod metadata;
mod mutant;
mod mutate;
mod named;
pub mod native;
mod own;
mod policytest;
mod reason;
mod root;
mod rule;
mod set;
mod settings;
mod shipped;
mod static_checks;
mod subject;
mod verdict;
mod walk;

pub use bind::{Bound, BoundRule, bind};
pub use finding::{CheckId, Edit, Finding, Fix, Patch, PatchClass, Reason, Severity, Undecided, Verdict};
pub use functions::names as function_names;
pub use given::InputSources;
pub use judge::{CheckCount, Information, Outcome, judge, rules_without_match};
pub use lint::lint;
pub use load::{EXTENDED_ENDING, POLICY_ENDING, load_file, stem};
pub use metadata::{About, Metadata};
pub use mutate::{Mutation, Mutations, Tried, mutate};
pub use policytest::{
    EXTENDED_TEST_ENDING, FileResult, Mock, MockKind, MockResult, TEST_ENDING, TestFile, TestVerdict, Tests,
    is_test_file, mutate_file, read_test, run_file,
};
pub use rule::{
    Declared, Enforce, EnforcementLevel, Input, Local, Policy, PolicyKind, RequiredProvider, Rule, RuleFile,
    target_matches,
};
pub use set::{RuleSet, Shipped, files_below, is_shipped, load_policies, load_shipped, shipped_files};
pub use settings::{GivenInput, InputText, RuleSetting, RuleSettings, Stage, StageKind, UndecidedPolicy};
pub use shipped::prepare_shipped;
