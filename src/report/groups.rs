//! Many findings, readable: what one check says stands together, the first few in full and the others a line each.

use indexmap::IndexMap;

use super::{
    human::{Writer, at},
    prose,
    summary::counted,
};
use crate::{
    check::Folded,
    diag::{Diagnostic, Level},
    policy::{CheckId, Verdict},
};

/// More of one kind than this are not all told in full.
const MANY: usize = 5;
/// So many of them are.
const IN_FULL: usize = 3;
/// So many of the others have a line each.
const MOST_LINES: usize = 20;

/// How much of a report people get to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Extent {
    /// Counts, and no finding.
    pub summary: bool,
    /// So many findings at most.
    pub max: Option<usize>,
    /// Everything in full.
    pub all: bool,
}

/// Findings of one check, verdict and level, in their order.
struct Group<'g, 'f> {
    check: &'f CheckId,
    level: Level,
    members: Vec<&'g Folded<'f>>,
}

/// Groups, in the order of the first of each.
fn groups<'g, 'f>(findings: &'g [Folded<'f>]) -> Vec<Group<'g, 'f>> {
    let mut groups: IndexMap<(&CheckId, Verdict, Level), Vec<&Folded<'f>>> = IndexMap::new();
    for folded in findings {
        let finding = &folded.first.finding;
        groups.entry((&finding.check, finding.verdict, finding.level)).or_default().push(folded);
    }
    let group = |((check, _, level), members)| Group { check, level, members };
    groups.into_iter().map(group).collect()
}

impl Writer<'_> {
    /// All findings, as far as the extent lets them.
    pub(super) fn findings(&self, findings: &[Folded<'_>], fail_on: Level, out: &mut String) {
        let mut groups = groups(findings);
        if self.extent.max.is_some() {
            groups.sort_by_key(|group| group.members.first().is_some_and(|one| !one.first.fails(fail_on)));
        }
        let mut room = self.extent.max.unwrap_or(usize::MAX);
        let mut hidden: Vec<String> = Vec::new();
        for group in &groups {
            let told = group.members.len().min(room);
            room -= told;
            self.group(group, told, out);
            if told < group.members.len() {
                hidden.push(format!("{} of {}", group.members.len() - told, group.check));
            }
        }
        if let (false, Some(max)) = (hidden.is_empty(), self.extent.max) {
            out.push_str(&format!("not told (--max {max}): {}\n\n", prose::harmless(&hidden.join(", "))));
        }
    }

    /// The first so many of a group.
    fn group(&self, group: &Group<'_, '_>, told: usize, out: &mut String) {
        let full = if told > MANY && !self.extent.all { IN_FULL } else { told };
        let (first, rest) = group.members.get(..told).unwrap_or_default().split_at(full);
        first.iter().for_each(|folded| self.finding(folded, out));
        if rest.is_empty() {
            return;
        }
        let name = format!("{}[{}]", group.level.as_str(), group.check);
        let heading =
            format!("{} like {}", counted(rest.len(), "more finding"), if full == 1 { "it" } else { "these" });
        self.heading(group.level, &name, &heading, out);
        let lines: Vec<[String; 2]> = rest.iter().map(|folded| self.in_a_line(folded)).collect();
        self.some(&lines, out);
        out.push('\n');
    }

    fn in_a_line(&self, folded: &Folded<'_>) -> [String; 2] {
        let finding = &folded.first.finding;
        let subject = prose::harmless(finding.address.as_deref().unwrap_or(&finding.root_module));
        let others = folded.others.len();
        let more = if others == 0 { String::new() } else { format!(" (and {others} like it)") };
        [at(self.sources, finding.place), subject + &more]
    }

    /// The first of many: where, and what.
    fn some(&self, lines: &[[String; 2]], out: &mut String) {
        let hidden = lines.len().saturating_sub(MOST_LINES);
        // Another line to say that one is left out would be no shorter.
        let told = if hidden > 1 { MOST_LINES } else { lines.len() };
        let first = lines.get(..told).unwrap_or_default();
        let widest = first.iter().map(|[place, _]| place.chars().count()).max().unwrap_or(0);
        let mut shown: Vec<String> = first.iter().map(|[place, what]| format!("{place:widest$}  {what}")).collect();
        if told < lines.len() {
            shown.push(format!("… and {hidden} more (--verbose tells all)"));
        }
        self.lines("at", &shown, out);
    }

    /// Diagnostics: of many with one summary the first few in full.
    pub(super) fn diagnostics<'d>(&self, diagnostics: impl Iterator<Item = &'d Diagnostic>, out: &mut String) {
        let mut groups: IndexMap<(Level, &str), Vec<&Diagnostic>> = IndexMap::new();
        for diagnostic in diagnostics {
            groups.entry((diagnostic.level, &diagnostic.summary)).or_default().push(diagnostic);
        }
        for ((level, summary), members) in groups {
            let full = if members.len() > MANY && !self.extent.all { IN_FULL } else { members.len() };
            let (first, rest) = members.split_at(full);
            first.iter().for_each(|diagnostic| self.diagnostic(diagnostic, out));
            if !rest.is_empty() {
                let heading = format!("{summary}: {} more times", rest.len());
                self.heading(level, level.as_str(), &heading, out);
                let lines: Vec<[String; 2]> = rest.iter().map(|diagnostic| self.diagnostic_line(diagnostic)).collect();
                self.some(&lines, out);
                out.push('\n');
            }
        }
    }

    fn diagnostic_line(&self, diagnostic: &Diagnostic) -> [String; 2] {
        let place = diagnostic.place.map_or_else(String::new, |place| at(self.sources, place));
        [place, prose::short(&diagnostic.detail, 80)]
    }
}
