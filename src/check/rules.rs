//! Which rules a run judges by.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{RuleSources, order::sort_diagnostics};
use crate::{
    diag::Diagnostic,
    policy::{
        self, About, CheckId, Policy, RuleFile, RuleSet, files_below, is_test_file, lint, load_file, read_test, stem,
    },
    source::Sources,
};

/// A rule and its checks, for settings to name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RuleChecks {
    pub id: String,
    /// Policy labels.
    pub checks: Vec<String>,
}

/// What a check says of itself, for reports that describe checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DescribedCheck {
    pub id: CheckId,
    pub about: About,
}

/// The checks of rules, sorted; of policies with one name the first one speaks.
pub(super) fn described(set: &RuleSet) -> Vec<DescribedCheck> {
    let of_file = |file: &RuleFile| -> Vec<DescribedCheck> {
        let describe = |policy: &Policy| DescribedCheck {
            id: CheckId { rule: file.id.clone(), policy: policy.name.clone() },
            about: file.metadata.about(policy),
        };
        file.policies.iter().map(describe).collect()
    };
    let files = set.rules.iter().flat_map(|rule| &rule.files);
    let mut checks: Vec<DescribedCheck> = files.flat_map(|file| of_file(file)).collect();
    checks.sort_by(|a, b| a.id.cmp(&b.id));
    checks.dedup_by(|a, b| a.id == b.id);
    checks
}

/// The rules of all sources; of those with one id the last counts.
#[must_use]
pub fn load_rules(sources: &Sources, from: &RuleSources) -> RuleSet {
    let shipped = if from.shipped { shipped(sources) } else { RuleSet::default() };
    from.folders.iter().fold(shipped, |set, folder| set.replaced_by(RuleSet::load(sources, folder)))
}

/// The shipped rules, parsed on all threads.
fn shipped(sources: &Sources) -> RuleSet {
    let files = policy::shipped_files().par_iter();
    RuleSet::of(files.filter_map(|file| policy::load_shipped(sources, file)).collect())
}

/// What settings may name: also shipped rules that are left out of this run.
pub(super) fn known(sources: &Sources, from: &RuleSources, set: &RuleSet) -> Vec<RuleChecks> {
    let mut known = names(set);
    if !from.shipped {
        known.extend(names(&shipped(sources)));
    }
    known
}

fn names(set: &RuleSet) -> Vec<RuleChecks> {
    let checks = |rule: &crate::policy::Rule| {
        let policies = rule.files.iter().flat_map(|file| &file.policies);
        RuleChecks { id: rule.id.to_string(), checks: policies.map(|policy| policy.name.to_string()).collect() }
    };
    set.rules.iter().map(checks).collect()
}

/// What is to be said of policy files.
#[derive(Debug, Default)]
pub struct RuleReport {
    /// Files looked at.
    pub files: usize,
    /// In the one order.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether a file is so wrong that nothing can be judged by it.
    pub unusable: bool,
}

impl RuleReport {
    /// 0 without an error, 1 with one, 2 when a file cannot be used.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.unusable { 2 } else { u8::from(self.diagnostics.iter().any(Diagnostic::is_error)) }
    }
}

/// Reads all policy files and test files under the paths, and tells everything that is wrong with them.
#[must_use]
pub fn check_rules(sources: &Sources, paths: &[PathBuf]) -> RuleReport {
    let mut report = RuleReport::default();
    for path in paths {
        let (files, diagnostics) = files_below(path, |name| stem(name).is_some() || is_test_file(name));
        if files.is_empty() && diagnostics.is_empty() {
            let detail = format!("There is no policy file at or below {}.", sources.display(path));
            report.diagnostics.push(Diagnostic::placeless("No rules found", detail));
        }
        report.diagnostics.extend(diagnostics);
        report.unusable |= report.diagnostics.iter().any(Diagnostic::is_error);
        let of_files = files.par_iter().map(|file| checked(sources, file)).collect::<Vec<_>>();
        report.files += files.len();
        for (diagnostics, unusable) in of_files {
            report.diagnostics.extend(diagnostics);
            report.unusable |= unusable;
        }
    }
    sort_diagnostics(sources, &mut report.diagnostics);
    report
}

/// What is to be said of one file, and whether it cannot be used.
fn checked(sources: &Sources, path: &Path) -> (Vec<Diagnostic>, bool) {
    let file = match sources.read(path) {
        Ok(file) => file,
        Err(error) => {
            let detail = format!("{} could not be read: {error}.", sources.display(path));
            return (vec![Diagnostic::placeless("Failed to read rules", detail)], true);
        }
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some((id, extended)) = stem(&name) else {
        let diagnostics = read_test(sources, file).diagnostics;
        let unusable = diagnostics.iter().any(Diagnostic::is_error);
        return (diagnostics, unusable);
    };
    let rule = load_file(sources, file, id, extended);
    let mut diagnostics = rule.diagnostics.clone();
    diagnostics.extend(lint(&rule, extended));
    (diagnostics, rule.has_errors())
}
