//! `--format github`: workflow commands of GitHub Actions, which become annotations of a pull request.

use std::fmt::Write as _;

use super::{
    entry::{Entries, Entry, Home},
    prose::harmless,
    spot::Spot,
    summary::{counts, verdict},
};
use crate::{
    check::{Report, fold},
    diag::Level,
    source::Sources,
};

/// The report as workflow commands, a line each, and as lines of the log for what needs no annotation.
///
/// GitHub shows ten annotations of a level and step, so the same finding in several root modules is one.
#[must_use]
pub fn github(sources: &Sources, report: &Report) -> String {
    let mut make = Entries::new(sources, report);
    let mut entries: Vec<Entry<'_>> = report.diagnostics.iter().map(|d| make.diagnostic(d)).collect();
    let (open, waived): (Vec<_>, Vec<_>) = report.findings.iter().partition(|reported| reported.waiver.is_none());
    entries.extend(fold(open).iter().map(|folded| make.folded(folded)));
    // Of each level the first ones are shown, so those that make the run fail go first.
    entries.sort_by_key(|entry| !entry.fails);
    entries.extend(waived.into_iter().map(|reported| make.finding(reported)));
    entries.extend(report.apart.known.iter().map(|reported| make.known(reported)));
    entries.extend(report.information.iter().map(|said| make.information(said)));
    let mut out: String = entries.iter().map(told).collect();
    let verdict = verdict(report).map_or_else(String::new, |verdict| format!("; {verdict}"));
    let _ = writeln!(out, "{}", log(&format!("infralint {}{verdict}", counts(report))));
    out
}

fn told(entry: &Entry<'_>) -> String {
    match entry.home {
        Home::Waived => format!("{}\n", log(&format!("waived {}: {}", entry.name, entry.line()))),
        Home::Known => format!("{}\n", log(&format!("in the baseline {}: {}", entry.name, entry.line()))),
        Home::Information => format!("{}\n", log(&format!("info {}: {}", entry.name, entry.line()))),
        Home::Failed | Home::Undecided | Home::RuleError | Home::Configuration => command(entry),
    }
}

/// `::error file=main.tf,line=1,endLine=1,col=2,endColumn=5,title=redis-ha/no-replica::…`
fn command(entry: &Entry<'_>) -> String {
    let name = match entry.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let place = entry.spot.as_ref().map_or_else(String::new, place);
    format!("::{name} {place}title={}::{}\n", property(&entry.name), data(&harmless(&entry.text())))
}

/// Columns are taken only where the annotation is of one line.
fn place(spot: &Spot) -> String {
    let file = property(&spot.file);
    let lines = format!("file={file},line={},endLine={},", spot.line, spot.end_line);
    if spot.line == spot.end_line {
        format!("{lines}col={},endColumn={},", spot.column, spot.end_column.max(spot.column))
    } else {
        lines
    }
}

/// The message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line of the log, which is no command whatever is in it: runners also take `##[name]`, anywhere.
fn log(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    harmless(&line).replace("##[", "## [")
}
