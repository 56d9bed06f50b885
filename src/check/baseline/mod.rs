//! Baselines: what was found before and is not new. A finding is known by its check, root module, address and offending
//! value, so that the same fault elsewhere is new, and so is another value.

mod file;
mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use self::file::{Entries, Listed};
use super::{Reported, objects::Objects};
use crate::{
    diag::Diagnostic,
    policy::{CheckId, Finding, Verdict},
    source::Sources,
    world::World,
};

/// Which baseline a run is held against.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Baseline {
    /// Absolute, or relative to the repository's root.
    pub file: PathBuf,
    /// Whether everything that is found becomes known. What the file says of root modules that are not judged stays.
    pub renew: bool,
}

/// A baseline that is to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renewed {
    pub text: String,
    /// Findings in it; those that are new in it, and those that are not any more.
    pub findings: usize,
    pub added: usize,
    pub gone: usize,
}

/// What a finding is known by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Entry {
    root_module: String,
    workspace: Option<String>,
    check: String,
    address: Option<String>,
    value: Option<String>,
    verdict: String,
}

/// A baseline that was read.
#[derive(Debug)]
pub(super) struct Known {
    entries: Entries,
    renew: bool,
}

/// Findings held against a baseline.
pub(super) struct Compared {
    /// Of each finding, whether it is known.
    pub(super) are_known: Vec<bool>,
    /// A new text for the file, where one is asked for.
    pub(super) renewed: Option<Renewed>,
    /// Entries that no longer match.
    pub(super) said: Vec<Diagnostic>,
}

/// What a run has looked at.
pub(super) struct LookedAt<'a> {
    pub(super) sources: &'a Sources,
    pub(super) world: &'a World,
    /// Paths of root modules, with the workspaces they were evaluated in.
    pub(super) roots: BTreeSet<(&'a str, Option<&'a str>)>,
    /// Whether that is all there are, and in all workspaces.
    pub(super) all_roots: bool,
    pub(super) all_workspaces: bool,
    /// Rules judged by.
    pub(super) rules: &'a BTreeSet<String>,
    /// Checks that said nothing, since there is no plan.
    pub(super) silent: &'a BTreeSet<CheckId>,
}

impl Known {
    /// Reads a baseline, or tells what is wrong with it.
    pub(super) fn read(sources: &Sources, baseline: &Baseline) -> Result<Self, Vec<Diagnostic>> {
        let Baseline { file, renew } = baseline;
        if *renew && !sources.root().join(file).exists() {
            return Ok(Self { entries: Entries::new(), renew: true });
        }
        match sources.read(file) {
            Ok(id) => Ok(Self { entries: file::read(id, &sources.get(id))?, renew: *renew }),
            Err(error) => {
                let path = sources.display(file);
                let detail = format!("{path}: {error}. A baseline is written by --write-baseline {path}.");
                Err(vec![Diagnostic::placeless("Cannot read the baseline", detail)])
            }
        }
    }

    pub(super) const fn renews(&self) -> bool {
        self.renew
    }

    /// Marks the findings that are known, and tells what of the baseline was not found again. Waived ones need no baseline,
    /// and nobody knows what a rule that could not be evaluated would have said.
    pub(super) fn apply(&self, looked_at: &LookedAt<'_>, findings: &[Reported]) -> Result<Compared, Diagnostic> {
        let mut objects = Objects::new(looked_at.world);
        let mut found: BTreeMap<Entry, usize> = BTreeMap::new();
        let mut are_known = vec![false; findings.len()];
        for (reported, is_known) in findings.iter().zip(&mut are_known) {
            if reported.waiver.is_some() || reported.finding.verdict == Verdict::Error {
                continue;
            }
            let entry = Entry::of(looked_at.sources, &mut objects, &reported.finding);
            let listed = self.entries.get(&entry).map_or(0, |listed| listed.count);
            let count = found.entry(entry).or_default();
            *count += 1;
            *is_known = self.renew || *count <= listed;
        }
        let unmet = || self.entries.iter().filter(|(entry, _)| looked_at.covers(entry));
        if !self.renew {
            let gone = unmet().filter_map(|(entry, listed)| gone(entry, *listed, found.get(entry).copied()));
            return Ok(Compared { are_known, renewed: None, said: gone.collect() });
        }
        let count = |of: Option<&usize>| of.copied().unwrap_or_default();
        let gone = unmet().map(|(entry, listed)| listed.count.saturating_sub(count(found.get(entry)))).sum();
        let before = |entry: &Entry| self.entries.get(entry).map_or(0, |listed| listed.count);
        let added = found.iter().map(|(entry, count)| count.saturating_sub(before(entry))).sum();
        let kept = self.entries.iter().filter(|(entry, _)| !looked_at.covers(entry));
        let kept: Vec<(Entry, usize)> = kept.map(|(entry, listed)| (entry.clone(), listed.count)).collect();
        for (entry, count) in kept {
            found.entry(entry).or_insert(count);
        }
        let text = file::written(&found)
            .map_err(|error| Diagnostic::placeless("Cannot write the baseline", format!("{error}.")))?;
        let renewed = Renewed { text, findings: found.values().sum(), added, gone };
        Ok(Compared { are_known, renewed: Some(renewed), said: Vec::new() })
    }
}

impl LookedAt<'_> {
    /// Whether a run would have found an entry again, were it still there: its rule and its root module were judged, or there
    /// is no such root module any more.
    fn covers(&self, entry: &Entry) -> bool {
        let (rule, policy) = entry.check.split_once('/').unwrap_or((&entry.check, ""));
        let is_silent = self.silent.iter().any(|check| check.rule == *rule && check.policy == *policy);
        let path = entry.root_module.as_str();
        let is_gone = || self.all_roots || !self.sources.root().join(Path::new(path)).is_dir();
        let in_workspace = self.roots.contains(&(path, entry.workspace.as_deref()));
        let elsewhere = || self.all_workspaces && self.roots.iter().any(|(root, _)| *root == path);
        self.rules.contains(rule) && !is_silent && (in_workspace || elsewhere() || is_gone())
    }
}

impl Entry {
    fn of(sources: &Sources, objects: &mut Objects<'_>, finding: &Finding) -> Self {
        let verdict = if finding.verdict == Verdict::Undecided { "undecided" } else { "fail" };
        Self {
            root_module: finding.root_module.to_string(),
            workspace: finding.workspace.as_deref().map(ToOwned::to_owned),
            check: finding.check.to_string(),
            address: finding.address.clone(),
            value: value::offending(sources, objects, finding),
            verdict: verdict.to_owned(),
        }
    }
}

/// A warning about an entry that is there more often than it was found.
fn gone(entry: &Entry, listed: Listed, found: Option<usize>) -> Option<Diagnostic> {
    let found = found.unwrap_or_default();
    let missing = listed.count.checked_sub(found).filter(|missing| *missing > 0)?;
    let on = entry.address.as_ref().map(|address| format!(" on {address}")).unwrap_or_default();
    let value = entry.value.as_ref().map(|value| format!(" with {value}")).unwrap_or_default();
    let times = match (missing, found) {
        (_, 0) => "is not found any more".to_owned(),
        (_, found) => format!("is found {found} times, and listed {} times", listed.count),
    };
    let detail = format!(
        "{}{on} in {}{value} {times}. Write the baseline anew, so that it does not hide the same fault when it comes again.",
        entry.check, entry.root_module
    );
    Some(Diagnostic::warning("Baseline entry no longer matches", detail, listed.at))
}
