//! Waivers, and what was left out, in `--format json`.

use serde::Serialize;

use super::json::Location;
use crate::{
    check::{Scope, UsedWaiver, Waiver},
    source::Sources,
};

/// A waiver as a finding names it.
#[derive(Serialize)]
pub(super) struct By<'r> {
    reason: &'r str,
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'r str>,
    location: Location,
}

impl<'r> By<'r> {
    pub(super) fn of(sources: &Sources, waiver: &'r Waiver) -> Self {
        Self {
            reason: &waiver.reason,
            until: waiver.until.map(|day| day.to_string()),
            owner: waiver.owner.as_deref(),
            location: Location::of(sources, waiver.place),
        }
    }
}

/// A waiver that accepts something.
#[derive(Serialize)]
pub(super) struct Used<'r> {
    check: &'r str,
    findings: usize,
    #[serde(flatten)]
    by: By<'r>,
}

impl<'r> Used<'r> {
    pub(super) fn of(sources: &Sources, used: &'r UsedWaiver) -> Self {
        Self { check: &used.waiver.check, findings: used.findings, by: By::of(sources, &used.waiver) }
    }
}

/// Only what has changed.
#[derive(Serialize)]
pub(super) struct Changed<'r> {
    since: &'r str,
    judged: Vec<Judged<'r>>,
    left_out: Vec<&'r str>,
}

#[derive(Serialize)]
struct Judged<'r> {
    root_module: &'r str,
    because: &'r [String],
}

impl<'r> Changed<'r> {
    pub(super) fn of(scope: &'r Scope) -> Self {
        let judged = scope.judged.iter().map(|(root_module, because)| Judged { root_module, because });
        let left_out = scope.left_out.iter().map(|path| &**path);
        Self { since: &scope.since, judged: judged.collect(), left_out: left_out.collect() }
    }
}
