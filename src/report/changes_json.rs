//! What plans change, in the JSON contract.

use serde::Serialize;

use crate::{
    check::{Difference, JudgedPlan},
    policy::Verdict,
    world::planned::{Row, Totals},
};

/// A plan that was judged.
#[derive(Serialize)]
pub(super) struct Planned<'r> {
    root_module: &'r str,
    plan: &'r str,
    complete: bool,
    errored: bool,
    refresh_only: bool,
    counts: Counts,
    changes: Vec<Change<'r>>,
    drifted: &'r [String],
    failed_checks: &'r [String],
    differences: Vec<Differing<'r>>,
}

#[derive(Serialize)]
struct Counts {
    create: usize,
    update: usize,
    replace: usize,
    delete: usize,
    forget: usize,
    unchanged: usize,
    imported: usize,
    moved: usize,
}

#[derive(Serialize)]
struct Change<'r> {
    address: &'r str,
    action: &'static str,
    forced_by: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_lost: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposed: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_address: Option<&'r str>,
    imported: bool,
}

#[derive(Serialize)]
struct Differing<'r> {
    check: String,
    address: Option<&'r str>,
    source: &'static str,
    plan: &'static str,
    because: &'r str,
}

impl<'r> Planned<'r> {
    pub(super) fn of(judged: &'r JudgedPlan) -> Self {
        let changes = &judged.changes;
        let Totals { create, update, replace, delete, forget, unchanged, imported, moved } = changes.totals;
        Self {
            root_module: &judged.root_module,
            plan: &changes.plan,
            complete: changes.complete,
            errored: changes.errored,
            refresh_only: changes.refresh_only,
            counts: Counts { create, update, replace, delete, forget, unchanged, imported, moved },
            changes: changes.rows.iter().map(Change::of).collect(),
            drifted: &changes.drifted,
            failed_checks: &changes.failed_checks,
            differences: judged.differences.iter().map(Differing::of).collect(),
        }
    }
}

impl<'r> Change<'r> {
    fn of(row: &'r Row) -> Self {
        Self {
            address: &row.address,
            action: row.action.as_str(),
            forced_by: &row.forced_by,
            reason: row.reason.as_deref(),
            data_lost: row.keeps.filter(|_| row.action.is_destructive()),
            deposed: row.deposed.as_deref(),
            previous_address: row.previous.as_deref(),
            imported: row.imported,
        }
    }
}

impl<'r> Differing<'r> {
    fn of(difference: &'r Difference) -> Self {
        Self {
            check: difference.check.to_string(),
            address: difference.address.as_deref(),
            source: word(difference.source),
            plan: word(difference.plan),
            because: &difference.because,
        }
    }
}

const fn word(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        None => "pass",
        Some(Verdict::Fail) => "fail",
        Some(Verdict::Undecided) => "undecided",
        Some(Verdict::Error) => "error",
    }
}
