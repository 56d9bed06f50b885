//! Findings and diagnostics, as an editor shows them.

use std::{collections::BTreeMap, path::PathBuf};

use lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, NumberOrString, Range};

use super::text;
use crate::{
    check::{Folded, Reported, Session, fold},
    diag::{self, Label, Level},
    policy::{Finding, Verdict},
    source::{Place, Sources},
    value::{Hop, What},
};

const SOURCE: &str = "infralint";

/// Everything that is said of a repository, by file.
pub(super) fn diagnostics(session: &Session) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let mut out = Published { sources: session.sources(), by_file: BTreeMap::new() };
    let report = session.report();
    for diagnostic in &report.diagnostics {
        out.diagnostic(diagnostic);
    }
    for folded in fold(unwaived(session)) {
        out.finding(&folded);
    }
    for said in &report.information {
        let diagnostic = out.plain(said.place, Level::Info, (said.check.to_string(), said.message.clone()));
        out.put(said.place, diagnostic);
    }
    out.by_file
}

/// What nobody has accepted.
pub(super) fn unwaived(session: &Session) -> impl Iterator<Item = &Reported> {
    session.report().findings.iter().filter(|reported| reported.waiver.is_none())
}

/// The places that a finding is shown at: what was judged, and the line that decides, where somebody wrote that.
pub(super) fn places(sources: &Sources, finding: &Finding) -> Vec<Place> {
    let decided = finding.origin.last().filter(|hop| is_written(hop.what)).map(|hop| hop.at);
    let path = |place: Place| sources.get(place.file).path.clone();
    let is_elsewhere = |at: &Place| path(*at) != path(finding.place) || at.span != finding.place.span;
    std::iter::once(finding.place).chain(decided.filter(is_elsewhere)).collect()
}

const fn is_written(what: What) -> bool {
    matches!(
        what,
        What::Attribute
            | What::Local
            | What::Output
            | What::ModuleArgument
            | What::VariableDefault
            | What::VariableFile
            | What::Element
            | What::Count
            | What::ForEach
            | What::Backend
            | What::BackendFile
            | What::CommandLine
    )
}

struct Published<'s> {
    sources: &'s Sources,
    by_file: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

impl Published<'_> {
    fn put(&mut self, place: Place, diagnostic: Diagnostic) {
        let file = self.sources.get(place.file);
        if file.is_on_disk {
            self.by_file.entry(self.sources.root().join(&*file.path)).or_default().push(diagnostic);
        }
    }

    fn range(&self, place: Place) -> Range {
        text::range(&self.sources.get(place.file), place.span)
    }

    fn plain(&self, place: Place, level: Level, (code, message): (String, String)) -> Diagnostic {
        Diagnostic {
            range: self.range(place),
            severity: Some(severity(level)),
            code: (!code.is_empty()).then_some(NumberOrString::String(code)),
            source: Some(SOURCE.to_owned()),
            message,
            ..Diagnostic::default()
        }
    }

    /// One about the configuration itself. What has no place is told where editors look for it: in the settings, which
    /// need not be there.
    fn diagnostic(&mut self, diagnostic: &diag::Diagnostic) {
        let message = format!("{}\n{}", diagnostic.summary, diagnostic.detail);
        let Some(place) = diagnostic.place else {
            let path = self.sources.root().join(crate::check::SETTINGS_FILE);
            let told = Diagnostic {
                severity: Some(severity(diagnostic.level)),
                source: Some(SOURCE.to_owned()),
                message,
                ..Diagnostic::default()
            };
            return self.by_file.entry(path).or_default().push(told);
        };
        let mut told = self.plain(place, diagnostic.level, (String::new(), message));
        told.related_information = some(self.labels(&diagnostic.labels));
        if diagnostic.summary.contains("eprecated") {
            told.tags = Some(vec![DiagnosticTag::DEPRECATED]);
        }
        self.put(place, told);
    }

    fn finding(&mut self, folded: &Folded<'_>) {
        let finding = &folded.first.finding;
        let places = places(self.sources, finding);
        for (i, place) in places.iter().enumerate() {
            let mut told = self.plain(*place, finding.level, (finding.check.to_string(), message(folded)));
            let mut related = self.hops(&finding.origin);
            if i > 0 {
                related.extend(self.related(finding.place, "judged here".to_owned()));
            }
            related.extend(self.labels(&finding.labels));
            told.related_information = some(related);
            self.put(*place, told);
        }
    }

    fn related(&self, place: Place, message: String) -> Option<DiagnosticRelatedInformation> {
        let location = text::location(self.sources, place)?;
        Some(DiagnosticRelatedInformation { location, message })
    }

    fn labels(&self, labels: &[Label]) -> Vec<DiagnosticRelatedInformation> {
        labels.iter().filter_map(|label| self.related(label.place, label.text.clone())).collect()
    }

    fn hops(&self, hops: &[Hop]) -> Vec<DiagnosticRelatedInformation> {
        let told = hops.iter().filter_map(|hop| self.related(hop.at, hop_name(self.sources, hop)));
        told.collect()
    }
}

/// A hop in words: `var.replicas (module argument)`.
pub(super) fn hop_name(sources: &Sources, hop: &Hop) -> String {
    let name = sources.text_at(hop.name);
    let name = name.lines().next().unwrap_or("").trim();
    if name.is_empty() { hop.what.as_str().to_owned() } else { format!("{name} ({})", hop.what.as_str()) }
}

fn message(folded: &Folded<'_>) -> String {
    let finding = &folded.first.finding;
    let mut text = finding.message.clone();
    if let Some(undecided) = &finding.undecided {
        text.push_str(&format!("\nundecided: {} is not known; decided by {}", undecided.what, undecided.decided_by));
    }
    if !finding.why.is_empty() {
        text.push_str(&format!("\nwhy: {}", finding.why));
    }
    if finding.verdict != Verdict::Undecided && !finding.help.is_empty() {
        text.push_str(&format!("\nfix: {}", finding.help));
    }
    text.push_str(&format!("\nfound in: {}", found_in(folded)));
    text
}

/// Root modules that are named; of more only these.
const NAMED: usize = 4;

fn found_in(folded: &Folded<'_>) -> String {
    let shown = |reported: &Reported| {
        let finding = &reported.finding;
        let workspace = finding.workspace.as_ref().map(|name| format!(", workspace {name}")).unwrap_or_default();
        let address = finding.address.as_ref().map(|address| format!(", {address}")).unwrap_or_default();
        format!("{}{workspace}{address}", finding.root_module)
    };
    let mut all: Vec<String> = folded.all().map(shown).collect();
    all.dedup();
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{more}", all.join("; "))
}

fn severity(level: Level) -> DiagnosticSeverity {
    match level {
        Level::Error => DiagnosticSeverity::ERROR,
        Level::Warning => DiagnosticSeverity::WARNING,
        Level::Info => DiagnosticSeverity::INFORMATION,
    }
}

fn some<T>(all: Vec<T>) -> Option<Vec<T>> {
    (!all.is_empty()).then_some(all)
}
