//! `--format gitlab`: GitLab's Code Quality report, a list of issues.

use serde::Serialize;

use super::entry::{Entries, Entry, Home};
use crate::{check::Report, diag::Level, policy::Severity, source::Sources};

/// The report as JSON, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form; none of those here is such.
pub fn gitlab(sources: &Sources, report: &Report) -> Result<String, serde_json::Error> {
    let entries = Entries::all(sources, report);
    let issues: Vec<Issue<'_>> = entries.iter().map(Issue::of).collect();
    serde_json::to_string_pretty(&issues).map(|text| text + "\n")
}

#[derive(Serialize)]
struct Issue<'r> {
    #[serde(rename = "type")]
    ty: &'static str,
    check_name: &'r str,
    description: String,
    fingerprint: &'r str,
    severity: &'static str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'r> Issue<'r> {
    fn of(entry: &'r Entry<'_>) -> Self {
        let accepted = match entry.home {
            Home::Waived => "Waived: ",
            Home::Known => "In the baseline: ",
            _ => "",
        };
        Self {
            ty: "issue",
            check_name: &entry.name,
            description: format!("{accepted}{}", entry.line()),
            fingerprint: &entry.fingerprint,
            severity: severity(entry),
            location: Location::of(entry),
        }
    }
}

impl<'r> Location<'r> {
    /// GitLab wants a path of everything: where there is no file, it is the root module's folder.
    fn of(entry: &'r Entry<'_>) -> Self {
        match &entry.spot {
            Some(spot) => {
                // A span that ends at a line's start has nothing of that line.
                let end = if spot.end_column == 1 { spot.end_line - 1 } else { spot.end_line };
                Self { path: &spot.file, lines: Lines { begin: spot.line, end: end.max(spot.line) } }
            }
            None => Self { path: entry.root_module.unwrap_or("."), lines: Lines { begin: 1, end: 1 } },
        }
    }
}

/// The worst of GitLab's words is kept for what was not checked at all.
const fn severity(entry: &Entry<'_>) -> &'static str {
    match (entry.home, entry.level, entry.severity) {
        (Home::RuleError, ..) | (Home::Configuration, Level::Error, _) => "blocker",
        (Home::Waived | Home::Known | Home::Information, ..) | (_, Level::Info, _) => "info",
        (Home::Configuration, ..) | (Home::Undecided, Level::Warning, _) => "minor",
        (_, _, Some(Severity::Critical | Severity::High)) => "critical",
        (_, _, Some(Severity::Medium) | None) => "major",
        (_, _, Some(Severity::Low)) => "minor",
        (_, _, Some(Severity::Info)) => "info",
    }
}
