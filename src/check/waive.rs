//! Waivers: recorded decisions to accept a finding.

use std::sync::Arc;

use jiff::civil::Date;

use super::Waiver;
use crate::{
    addr::fits,
    diag::Diagnostic,
    policy::{Finding, Verdict},
};

/// The first waiver in force that accepts a finding. A rule that could not be evaluated is never accepted: nobody
/// knows what it would have said.
pub(super) fn waiver_of(waivers: &[Arc<Waiver>], finding: &Finding) -> Option<Arc<Waiver>> {
    if finding.verdict == Verdict::Error {
        return None;
    }
    waivers.iter().find(|waiver| accepts(waiver, finding)).cloned()
}

/// Those still in force on a day, and a warning for each of the others.
pub(super) fn in_force(waivers: &[Arc<Waiver>], today: Date) -> (Vec<Arc<Waiver>>, Vec<Diagnostic>) {
    let (expired, current): (Vec<_>, Vec<_>) =
        waivers.iter().cloned().partition(|waiver| waiver.until.is_some_and(|until| until < today));
    (current, expired.iter().map(|waiver| expiry(waiver)).collect())
}

fn expiry(waiver: &Waiver) -> Diagnostic {
    let until = waiver.until.map(|day| day.to_string()).unwrap_or_default();
    let detail = format!(
        "This waiver of \"{}\" ended on {until}, so what it accepted is reported again. Solve it, or decide anew and \
         write a later date.",
        waiver.check
    );
    Diagnostic::warning("Waiver has expired", detail, waiver.place)
}

fn accepts(waiver: &Waiver, finding: &Finding) -> bool {
    let address = finding.address.as_deref().unwrap_or("");
    let workspace = finding.workspace.as_deref().unwrap_or("");
    let fits_if_set = |pattern: &Option<String>, text: &str| pattern.as_ref().is_none_or(|p| fits(p, text));
    fits(&waiver.check, &finding.check.to_string())
        && fits_if_set(&waiver.root_module, &finding.root_module)
        && fits_if_set(&waiver.workspace, workspace)
        && fits_if_set(&waiver.address, address)
}
