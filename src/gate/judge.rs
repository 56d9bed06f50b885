//! The verdict on a plan.

use crate::{
    check::{self, Report, Request},
    source::Sources,
};

/// Judges a root module by what is planned for it: `json` is what `terraform show -json` says.
#[must_use]
pub fn judge_plan(sources: &Sources, request: &Request, _json: &[u8]) -> Report {
    check::run(sources, request)
}
