//! `--summary`: how often each check found something, and in how many root modules.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{human::Writer, prose};
use crate::{
    check::{Report, Reported},
    diag::Level,
    policy::Verdict,
};

/// What is counted together.
#[derive(PartialEq, Eq, Hash)]
struct Key<'r> {
    level: Level,
    name: String,
    what: &'r str,
}

/// How often, and where.
#[derive(Default)]
struct Count<'r> {
    times: usize,
    root_modules: BTreeSet<&'r str>,
}

impl Writer<'_> {
    /// A line for each check and verdict, the heaviest first, those that were found most often first.
    pub(super) fn tally(&self, report: &Report, out: &mut String) {
        let mut counts: IndexMap<Key<'_>, Count<'_>> = IndexMap::new();
        for diagnostic in report.diagnostics.iter().filter(|d| !self.look.quiet || d.is_error()) {
            let key =
                Key { level: diagnostic.level, name: prose::harmless(&diagnostic.summary), what: "configuration" };
            counts.entry(key).or_default().times += 1;
        }
        let known = report.apart.known.iter().map(|reported| Key { what: "in the baseline", ..key(reported) });
        let keys = report.findings.iter().map(key).chain(known);
        for (reported, key) in report.findings.iter().chain(&report.apart.known).zip(keys) {
            let count = counts.entry(key).or_default();
            count.times += 1;
            count.root_modules.insert(&reported.finding.root_module);
        }
        counts.sort_by(|a, a_count, b, b_count| {
            (a.level, b_count.times, &a.name, a.what).cmp(&(b.level, a_count.times, &b.name, b.what))
        });
        self.rows_of(&counts, out);
    }

    fn rows_of(&self, counts: &IndexMap<Key<'_>, Count<'_>>, out: &mut String) {
        let widest = counts.keys().map(|key| key.name.chars().count()).max().unwrap_or(0);
        let digits = counts.values().map(|count| count.times.to_string().len()).max().unwrap_or(0);
        for (Key { level, name, what }, Count { times, root_modules }) in counts {
            let level_text = self.paint.level(*level, level.as_str());
            let space = " ".repeat(7 - level.as_str().len());
            let wheres = match root_modules.len() {
                0 => String::new(),
                1 => " in 1 root module".to_owned(),
                many => format!(" in {many} root modules"),
            };
            out.push_str(&format!("{level_text}{space}  {name:widest$}  {times:>digits$} {what}{wheres}\n"));
        }
        if !counts.is_empty() {
            out.push('\n');
        }
    }
}

fn key(reported: &Reported) -> Key<'_> {
    let finding = &reported.finding;
    let what = match (&reported.waiver, finding.verdict) {
        (Some(_), _) => "waived",
        (None, Verdict::Fail) => "failed",
        (None, Verdict::Undecided) => "undecided",
        (None, Verdict::Error) => "not evaluated",
    };
    Key { level: finding.level, name: prose::harmless(&finding.check.to_string()), what }
}
