//! Waivers: recorded decisions to accept a finding, in comments and in the settings.

mod comments;
mod directive;
mod spot;
mod stale;
mod target;

use std::{collections::BTreeSet, sync::Arc};

use jiff::civil::Date;

pub(super) use self::comments::{Comments, of as comments};
use self::spot::{Spot, spots};
use super::{RuleChecks, Settings, Waiver, objects::Objects, settings::is_in_stage};
use crate::{
    addr::fits,
    diag::Diagnostic,
    policy::{CheckId, Finding, Verdict},
    source::Sources,
    world::World,
};

/// A waiver that accepts something.
#[derive(Clone, Debug)]
pub struct UsedWaiver {
    pub waiver: Arc<Waiver>,
    /// How many findings of the report name it.
    pub findings: usize,
}

/// What waivers are held against.
pub(super) struct Court<'a> {
    pub(super) sources: &'a Sources,
    pub(super) world: &'a World,
    pub(super) settings: &'a Settings,
    /// What may be named.
    pub(super) known: &'a [RuleChecks],
    pub(super) today: Date,
    /// The rules judged by, where everything was judged: then what is not used is of no use.
    pub(super) whole: Option<&'a BTreeSet<String>>,
    /// Checks that said nothing, since there is no plan.
    pub(super) silent: &'a BTreeSet<CheckId>,
}

impl Court<'_> {
    /// The waiver that accepts each finding; and what is to be said of waivers. A rule that could not be evaluated is never
    /// accepted: nobody knows what it would have said.
    pub(super) fn decide<'f>(
        &self,
        comments: Comments,
        findings: impl Iterator<Item = &'f Finding>,
    ) -> (Vec<Option<Arc<Waiver>>>, Vec<Diagnostic>) {
        let mut said = comments.problems;
        let in_comments = comments.waivers.into_iter().filter(|waiver| self.is_proper(waiver, &mut said));
        let all: Vec<Arc<Waiver>> =
            self.settings.waivers.iter().cloned().chain(in_comments.collect::<Vec<_>>()).collect();
        let (all, expired) = stale::in_force(all, self.today);
        said.extend(expired);
        let mut used = vec![false; all.len()];
        let mut objects = Objects::new(self.world);
        let by_place = all.iter().any(|waiver| waiver.within.is_some());
        let decided = findings.map(|finding| {
            let places = if by_place { spots(self.sources, &mut objects, finding) } else { Vec::new() };
            let mut first = None;
            for (waiver, used) in all.iter().zip(&mut used) {
                if self.accepts(waiver, finding, &places) {
                    *used = true;
                    first = first.or_else(|| Some(Arc::clone(waiver)));
                }
            }
            first
        });
        let decided = decided.collect();
        let unused = all.iter().zip(used).filter(|(_, used)| !used).map(|(waiver, _)| waiver);
        said.extend(unused.filter_map(|waiver| self.unused(waiver)));
        (decided, said)
    }

    fn accepts(&self, waiver: &Waiver, finding: &Finding, places: &[Spot]) -> bool {
        let check = finding.check.to_string();
        let workspace = finding.workspace.as_deref();
        let fits_if_set = |pattern: &Option<String>, text: &str| pattern.as_ref().is_none_or(|p| fits(p, text));
        let stage = waiver.stage.as_ref();
        finding.verdict != Verdict::Error
            && fits(&waiver.check, &check)
            && !self.settings.waiving.forbids(&check)
            && fits_if_set(&waiver.root_module, &finding.root_module)
            && fits_if_set(&waiver.workspace, workspace.unwrap_or_default())
            && fits_if_set(&waiver.address, finding.address.as_deref().unwrap_or_default())
            && stage.is_none_or(|stage| is_in_stage(&finding.root_module, workspace, stage))
            && waiver.within.as_ref().is_none_or(|within| places.iter().any(|spot| spot.is_in(within)))
    }
}
