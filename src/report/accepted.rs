//! What was not counted, and by whose word: waivers, the baseline, root modules that were left out.

use super::{human::at, prose};
use crate::{
    check::{Report, Scope, UsedWaiver, Waiver},
    source::Sources,
};

/// A line for each waiver that accepts something, and one about what was left out.
pub(super) fn lines(sources: &Sources, report: &Report, width: usize) -> String {
    let waivers = report.apart.waivers.iter().map(|used| waiver(sources, used));
    let lines = waivers.chain(report.apart.scope.as_ref().map(scope));
    lines.flat_map(|line| prose::wrap(&line, width)).map(|line| line + "\n").collect()
}

fn waiver(sources: &Sources, used: &UsedWaiver) -> String {
    let Waiver { check, reason, until, owner, place, .. } = &*used.waiver;
    let times = if used.findings == 1 { String::new() } else { format!(", {} findings", used.findings) };
    let until = until.map(|day| format!(" until {day}")).unwrap_or_default();
    let owner = owner.as_ref().map(|owner| format!(" by {owner}")).unwrap_or_default();
    prose::harmless(&format!("waived {check}{times}{until}{owner} at {}: {reason}", at(sources, *place)))
}

fn scope(scope: &Scope) -> String {
    let Scope { since, judged, left_out } = scope;
    let left_out = left_out.join(", ");
    prose::harmless(&match (judged.is_empty(), left_out.is_empty()) {
        (true, _) => format!("nothing has changed since {since} for any root module; left out: {left_out}"),
        (false, true) => format!("something has changed since {since} for every root module"),
        (false, false) => format!("left out, since nothing has changed for them since {since}: {left_out}"),
    })
}

/// Why root modules were judged, one line each; nothing where all were asked for.
#[must_use]
pub fn causes(report: &Report) -> String {
    let judged = report.apart.scope.iter().flat_map(|scope| &scope.judged);
    judged.map(|(path, causes)| prose::harmless(&format!("{path} is judged: {}", causes.join("; "))) + "\n").collect()
}
