//! Which rules a run judges by.

use rayon::prelude::*;

use super::RuleSources;
use crate::{
    policy::{self, RuleSet},
    source::Sources,
};

/// A rule and its checks, for settings to name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RuleChecks {
    pub id: String,
    /// Policy labels.
    pub checks: Vec<String>,
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
