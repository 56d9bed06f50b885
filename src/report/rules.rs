//! What is to be said of policy files: for people, and as JSON.

use serde::Serialize;

use super::{Look, diagnostics, json::Message, paint::Paint};
use crate::{check::RuleReport, diag::Level, source::Sources};

/// For people: every diagnostic, and how many there are.
#[must_use]
pub fn rules(sources: &Sources, report: &RuleReport, look: Look) -> String {
    let Counts { errors, warnings, notes } = counts(report);
    let line = format!("{errors} errors, {warnings} warnings, {notes} notes in {} files", report.files);
    let paint = Paint { on: look.color };
    format!("{}{}\n", diagnostics(sources, &report.diagnostics, look), paint.bold(&line))
}

/// Rises when something that a reader relies on changes; additions do not count.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Whole<'r> {
    version: u32,
    files: usize,
    summary: Counts,
    diagnostics: Vec<Message<'r>>,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
}

fn counts(report: &RuleReport) -> Counts {
    let count = |level| report.diagnostics.iter().filter(|d| d.level == level).count();
    Counts { errors: count(Level::Error), warnings: count(Level::Warning), notes: count(Level::Info) }
}

/// As JSON, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form; none of those here is such.
pub fn rules_json(sources: &Sources, report: &RuleReport) -> Result<String, serde_json::Error> {
    let whole = Whole {
        version: VERSION,
        files: report.files,
        summary: counts(report),
        diagnostics: report.diagnostics.iter().map(|diagnostic| Message::of(sources, diagnostic)).collect(),
    };
    serde_json::to_string_pretty(&whole).map(|text| text + "\n")
}
