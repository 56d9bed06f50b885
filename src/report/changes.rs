//! What plans change, for people.

use super::{paint::Paint, prose};
use crate::{
    check::JudgedPlan,
    diag::Level,
    world::planned::{Action, Changes, Row, Totals},
};

/// Rows shown of what destroys nothing.
const MOST_SHOWN: usize = 20;

/// A plan: counts, then its changes, destructive ones first.
pub(super) fn changes(plan: &JudgedPlan, paint: Paint) -> String {
    let changes = &plan.changes;
    let mut out = format!("{}: {}\n", prose::harmless(&plan.root_module), prose::harmless(&counts(changes)));
    let (losses, others): (Vec<&Row>, Vec<&Row>) =
        changes.rows.iter().partition(|row| row.action.is_destructive() && row.keeps.is_some());
    let (destroyed, others): (Vec<&Row>, Vec<&Row>) = others.into_iter().partition(|row| row.action.is_destructive());
    for row in losses {
        out.push_str(&format!("  {} {}\n", paint.level(Level::Error, sign(row.action)), told(row)));
    }
    for row in destroyed {
        out.push_str(&format!("  {} {}\n", paint.level(Level::Warning, sign(row.action)), told(row)));
    }
    for row in others.iter().take(MOST_SHOWN) {
        out.push_str(&format!("  {} {}\n", sign(row.action), told(row)));
    }
    if let Some(more) = others.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        out.push_str(&format!("  … and {more} more\n"));
    }
    for remark in remarks(changes) {
        out.push_str(&format!("  {}\n", prose::harmless(&remark)));
    }
    out.push('\n');
    out
}

const fn sign(action: Action) -> &'static str {
    match action {
        Action::DeleteThenCreate => "-/+",
        Action::CreateThenDelete | Action::CreateThenForget => "+/-",
        Action::Delete => "  -",
        Action::Forget => "  .",
        Action::Update => "  ~",
        Action::Create => "  +",
        Action::Read => " <=",
        Action::NoOp => "   ",
    }
}

/// The counts of a plan, in one sentence.
fn counts(changes: &Changes) -> String {
    let Totals { create, update, replace, delete, forget, unchanged, imported, moved } = changes.totals;
    let all = [
        (replace, "to replace"),
        (delete, "to destroy"),
        (forget, "to forget"),
        (update, "to update in place"),
        (create, "to create"),
        (imported, "imported"),
        (moved, "moved"),
        (unchanged, "unchanged"),
    ];
    let told: Vec<String> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let told = if told.is_empty() { "no changes".to_owned() } else { told.join(", ") };
    format!("{} plans {told}", changes.plan)
}

/// The address, what is lost with it, and what forces it.
fn told(row: &Row) -> String {
    let mut text = row.address.clone();
    if let Some(key) = &row.deposed {
        text.push_str(&format!(" (deposed object {key})"));
    }
    if let Some(previous) = &row.previous {
        text.push_str(&format!(", until now {previous}"));
    }
    if row.imported {
        text.push_str(", imported");
    }
    if let Some(kept) = row.keeps.filter(|_| row.action.is_destructive() && row.deposed.is_none()) {
        text.push_str(&format!(", and with it {kept}"));
    }
    if let Some(why) = why(row) {
        text.push_str(&format!(": {why}"));
    }
    prose::harmless(&text)
}

/// Why Terraform destroys something, in words.
fn why(row: &Row) -> Option<String> {
    if !row.forced_by.is_empty() {
        return Some(format!("forced by {}", row.forced_by.join(", ")));
    }
    let why = match row.reason.as_deref()? {
        "replace_because_tainted" => "it is tainted",
        "replace_by_request" => "asked for with -replace",
        "replace_by_triggers" => "a resource in replace_triggered_by changes",
        "replace_because_cannot_update" => "the provider cannot update it",
        "delete_because_no_resource_config" => "the configuration has it no more",
        "delete_because_wrong_repetition" => "count or for_each came or went",
        "delete_because_count_index" => "beyond the count",
        "delete_because_each_key" => "its key is not in for_each",
        "delete_because_no_module" => "the configuration has its module no more",
        "delete_because_no_move_target" => "it moved to what is not in the configuration",
        _ => return None,
    };
    Some(why.to_owned())
}

/// What the plan is not, and what else is to know of it.
fn remarks(changes: &Changes) -> Vec<String> {
    let mut remarks = Vec::new();
    if changes.refresh_only {
        remarks.push("The plan changes nothing but the state.".to_owned());
    }
    if !changes.complete {
        remarks.push("The plan is about a part of the root module (-target, or deferred changes).".to_owned());
    }
    if changes.errored {
        remarks.push("Planning ended with an error, so the plan is incomplete and cannot be applied.".to_owned());
    }
    if !changes.drifted.is_empty() {
        remarks.push(format!("Changed outside of Terraform: {}.", changes.drifted.join(", ")));
    }
    if !changes.failed_checks.is_empty() {
        remarks.push(format!("Checks of the configuration that do not hold: {}.", changes.failed_checks.join(", ")));
    }
    remarks
}
