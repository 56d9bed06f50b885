//! `--format checkstyle`: the XML that checkstyle writes, which many CI systems read.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::{
    entry::{Entries, Entry, Home},
    xml::escaped,
};
use crate::{check::Report, diag::Level, source::Sources};

/// The report as checkstyle's XML: a `file` for each file, in the order of the report.
#[must_use]
pub fn checkstyle(sources: &Sources, report: &Report) -> String {
    let entries = Entries::all(sources, report);
    let mut by_file: IndexMap<&str, Vec<&Entry<'_>>> = IndexMap::new();
    for entry in &entries {
        by_file.entry(file(entry)).or_default().push(entry);
    }
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"10.0\">\n".to_owned();
    for (name, entries) in by_file {
        let _ = writeln!(out, "  <file name=\"{}\">", escaped(name));
        entries.iter().for_each(|entry| error(entry, &mut out));
        out.push_str("  </file>\n");
    }
    out.push_str("</checkstyle>\n");
    out
}

/// Where there is no file, the root module's folder stands for it.
fn file<'e>(entry: &'e Entry<'_>) -> &'e str {
    entry.spot.as_ref().map_or(entry.root_module.unwrap_or("."), |spot| &spot.file)
}

fn error(entry: &Entry<'_>, out: &mut String) {
    let (line, column) = entry.spot.as_ref().map_or((1, 1), |spot| (spot.line, spot.column));
    let _ = writeln!(
        out,
        "    <error line=\"{line}\" column=\"{column}\" severity=\"{}\" message=\"{}\" source=\"infralint.{}\"/>",
        severity(entry),
        escaped(&entry.line()),
        escaped(&entry.name.replace('/', ".")),
    );
}

/// Checkstyle's own words; `ignore` is one of them.
const fn severity(entry: &Entry<'_>) -> &'static str {
    match (entry.home, entry.level) {
        (Home::Waived | Home::Known, _) => "ignore",
        (_, Level::Error) => "error",
        (_, Level::Warning) => "warning",
        (_, Level::Info) => "info",
    }
}
