//! The Terraform policy language: policy files are loaded, validated and evaluated here.

mod finding;

pub use finding::{CheckId, Finding, Reason, Severity, Undecided, Verdict};
