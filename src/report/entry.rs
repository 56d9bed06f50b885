//! Everything that a report tells, an entry each: what the formats that are lists have in common.

use super::{fingerprint::Fingerprints, spot::Spot};
use crate::{
    check::{Folded, Report, Reported},
    diag::{Diagnostic, Level},
    policy::{Finding, Information, Severity, Verdict},
    source::Sources,
};

/// What an entry is. Each has one home in each format (`docs/formats.md`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Home {
    Failed,
    Undecided,
    /// A finding that somebody accepted.
    Waived,
    /// A finding that the baseline knows.
    Known,
    /// A rule that could not be evaluated.
    RuleError,
    /// About the configuration, the settings or the rules.
    Configuration,
    /// What a policy says of an object beside its verdict.
    Information,
}

/// One thing that is told.
#[derive(Clone, Debug)]
pub(super) struct Entry<'r> {
    pub(super) home: Home,
    pub(super) level: Level,
    /// Whether it alone makes the exit code other than 0.
    pub(super) fails: bool,
    /// How bad it is, of what a rule says.
    pub(super) severity: Option<Severity>,
    /// `redis-ha/no-replica`, or `configuration/unsupported-argument`.
    pub(super) name: String,
    /// What is wrong.
    pub(super) headline: String,
    /// Where, why, and the way out: a line each.
    pub(super) details: Vec<String>,
    pub(super) spot: Option<Spot>,
    /// None of a diagnostic.
    pub(super) root_module: Option<&'r str>,
    pub(super) address: Option<&'r str>,
    pub(super) fingerprint: String,
}

impl Entry<'_> {
    /// All that there is to say.
    pub(super) fn text(&self) -> String {
        let mut lines = vec![self.headline.clone()];
        lines.extend(self.details.iter().cloned());
        lines.join("\n")
    }

    /// The same in one line, a sentence each.
    pub(super) fn line(&self) -> String {
        let text = self.text();
        let sentences = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let ended = |line: String| if line.ends_with(['.', '!', '?', ':', ';', ',']) { line } else { line + "." };
        sentences.filter(|line| !line.is_empty()).map(ended).collect::<Vec<_>>().join(" ")
    }
}

/// Makes entries of one report.
pub(super) struct Entries<'r> {
    sources: &'r Sources,
    fail_on: Level,
    fingerprints: Fingerprints,
}

impl<'r> Entries<'r> {
    pub(super) fn new(sources: &'r Sources, report: &Report) -> Self {
        Self { sources, fail_on: report.fail_on, fingerprints: Fingerprints::default() }
    }

    /// All of a report: diagnostics, findings, those in the baseline, information.
    pub(super) fn all(sources: &'r Sources, report: &'r Report) -> Vec<Entry<'r>> {
        let mut make = Self::new(sources, report);
        let mut entries: Vec<Entry<'r>> = report.diagnostics.iter().map(|d| make.diagnostic(d)).collect();
        entries.extend(report.findings.iter().map(|reported| make.finding(reported)));
        entries.extend(report.apart.known.iter().map(|reported| make.known(reported)));
        entries.extend(report.information.iter().map(|said| make.information(said)));
        entries
    }

    pub(super) fn diagnostic(&mut self, diagnostic: &'r Diagnostic) -> Entry<'r> {
        Entry {
            home: Home::Configuration,
            level: diagnostic.level,
            fails: diagnostic.is_error(),
            severity: None,
            name: format!("configuration/{}", slug(&diagnostic.summary)),
            headline: diagnostic.summary.clone(),
            details: diagnostic.detail.lines().map(str::to_owned).collect(),
            spot: diagnostic.place.and_then(|place| Spot::of(self.sources, place)),
            root_module: None,
            address: None,
            fingerprint: self.fingerprints.diagnostic(self.sources, diagnostic),
        }
    }

    pub(super) fn finding(&mut self, reported: &'r Reported) -> Entry<'r> {
        let finding = &reported.finding;
        let mut details = vec![whereabouts(finding)];
        details.extend(self.further(reported));
        self.about(reported, details)
    }

    /// A finding that the baseline knows.
    pub(super) fn known(&mut self, reported: &'r Reported) -> Entry<'r> {
        Entry { home: Home::Known, fails: false, ..self.finding(reported) }
    }

    /// The same finding in several root modules, as one.
    pub(super) fn folded(&mut self, folded: &Folded<'r>) -> Entry<'r> {
        let mut details: Vec<String> = folded.all().map(|reported| whereabouts(&reported.finding)).collect();
        details.extend(self.further(folded.first));
        self.about(folded.first, details)
    }

    fn about(&mut self, reported: &'r Reported, details: Vec<String>) -> Entry<'r> {
        let finding = &reported.finding;
        Entry {
            home: home(reported),
            level: if finding.verdict == Verdict::Error { Level::Error } else { finding.level },
            fails: reported.fails(self.fail_on),
            severity: Some(finding.severity),
            name: finding.check.to_string(),
            headline: headline(finding),
            details,
            spot: Spot::of_finding(self.sources, finding),
            root_module: Some(&finding.root_module),
            address: finding.address.as_deref(),
            fingerprint: self.fingerprints.finding(finding),
        }
    }

    pub(super) fn information(&mut self, said: &'r Information) -> Entry<'r> {
        let address = said.address.as_deref();
        Entry {
            home: Home::Information,
            level: Level::Info,
            fails: false,
            severity: None,
            name: said.check.to_string(),
            headline: said.message.clone(),
            details: vec![found_in(&said.root_module, said.workspace.as_deref(), address)],
            spot: Spot::of(self.sources, said.place),
            root_module: Some(&said.root_module),
            address,
            fingerprint: self.fingerprints.information(said),
        }
    }

    /// What else there is to say; of a rule that could not be evaluated, only where it stands.
    fn further(&self, reported: &Reported) -> Vec<String> {
        let finding = &reported.finding;
        if finding.verdict == Verdict::Error {
            let spot = Spot::of(self.sources, finding.policy_at);
            return spot.map(|spot| format!("The rule: {}:{}", spot.file, spot.line)).into_iter().collect();
        }
        self.decided_at(finding).into_iter().chain(reasons(reported)).collect()
    }

    /// Where the value was decided, if that is another line.
    fn decided_at(&self, finding: &Finding) -> Option<String> {
        let last = finding.origin.last()?;
        let (at, judged) = (Spot::of(self.sources, last.at)?, Spot::of(self.sources, finding.place));
        let is_elsewhere = judged.is_none_or(|judged| (&judged.file, judged.line) != (&at.file, at.line));
        is_elsewhere.then(|| format!("Decided at {}:{}:{} ({}).", at.file, at.line, at.column, last.what.as_str()))
    }
}

const fn home(reported: &Reported) -> Home {
    match (&reported.waiver, reported.finding.verdict) {
        (Some(_), _) => Home::Waived,
        (None, Verdict::Fail) => Home::Failed,
        (None, Verdict::Undecided) => Home::Undecided,
        (None, Verdict::Error) => Home::RuleError,
    }
}

/// The message; that of an undecided finding says itself that it is one.
pub(super) fn headline(finding: &Finding) -> String {
    match finding.verdict {
        Verdict::Fail | Verdict::Undecided => finding.message.clone(),
        Verdict::Error => format!("the rule could not be evaluated: {}", finding.message),
    }
}

/// The address only where the message does not have it.
fn whereabouts(finding: &Finding) -> String {
    let address = finding.address.as_deref().filter(|address| !finding.message.contains(address));
    found_in(&finding.root_module, finding.workspace.as_deref(), address)
}

fn found_in(root_module: &str, workspace: Option<&str>, address: Option<&str>) -> String {
    let workspace = workspace.map_or_else(String::new, |workspace| format!(" (workspace {workspace})"));
    let address = address.map_or_else(String::new, |address| format!(": {address}"));
    format!("In {root_module}{workspace}{address}.")
}

/// What mends it; nobody knows that of what is undecided.
pub(super) fn way_out(finding: &Finding) -> &str {
    if finding.verdict == Verdict::Fail { &finding.help } else { "" }
}

/// What would decide it, why it matters, the way out, and why it is accepted.
fn reasons(reported: &Reported) -> Vec<String> {
    let finding = &reported.finding;
    let mut lines = Vec::new();
    if let Some(undecided) = &finding.undecided {
        lines.push(format!("Not known: {}. Decided by {}.", undecided.what, undecided.decided_by));
    }
    let help = way_out(finding);
    let labelled = [("", finding.why.as_str()), ("Fix: ", help)];
    lines.extend(labelled.iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| format!("{label}{text}")));
    if let Some(waiver) = &reported.waiver {
        let until = waiver.until.map_or_else(String::new, |day| format!(" until {day}"));
        lines.push(format!("Waived{until}: {}", waiver.reason));
    }
    lines
}

/// `Unsupported argument` as `unsupported-argument`.
pub(super) fn slug(summary: &str) -> String {
    let words = summary.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs() {
        let cases = [
            ("Unsupported argument", "unsupported-argument"),
            ("Invalid \"for_each\" set element", "invalid-for-each-set-element"),
            ("", ""),
        ];
        for (summary, expected) in cases {
            assert_eq!(slug(summary), expected);
        }
    }
}
