//! What takes findings away: waivers, and the baseline.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Reported, Request, Settings, UsedWaiver, Waiver,
    baseline::{Compared, Known, LookedAt},
    engine::Engine,
    rules::RuleChecks,
    run::Run,
    waive::Court,
};
use crate::{
    diag::Diagnostic,
    policy::Verdict,
    source::{Sources, normalise},
};

/// What findings are weighed with.
pub(super) struct Weighing<'a> {
    sources: &'a Sources,
    request: &'a Request,
    settings: &'a Settings,
    known: &'a [RuleChecks],
    /// The ids of the rules judged by.
    rules: BTreeSet<String>,
}

impl<'a> Weighing<'a> {
    pub(super) fn new<E: Engine>(
        sources: &'a Sources,
        request: &'a Request,
        (settings, engine): (&'a Settings, &'a E),
    ) -> Self {
        let rules = engine.ids().into_iter().collect();
        Self { sources, request, settings, known: engine.known(), rules }
    }

    /// Whether every root module of the repository is asked about.
    fn is_about_all(&self) -> bool {
        let load = &self.request.load;
        let root = self.sources.root();
        let is_root = |path: &std::path::PathBuf| normalise(&root.join(path)) == normalise(root);
        load.workspace.is_none()
            && self.request.only.since.is_none()
            && (load.paths.is_empty() || load.paths.iter().any(is_root))
    }

    /// Lets waivers take away what they accept.
    pub(super) fn waive(&self, run: &mut Run) {
        let with_plans = run.world.judged().iter().any(|root| root.instances.iter().any(|i| i.change.is_some()));
        let whole = self.is_about_all() && !with_plans && !was_not_judged(run);
        let court = Court {
            sources: self.sources,
            world: &run.world,
            settings: self.settings,
            known: self.known,
            today: self.request.today(),
            whole: whole.then_some(&self.rules),
            silent: &run.needs_plan,
        };
        let findings = run.findings.iter().map(|reported| &reported.finding);
        let (decided, said) = court.decide(std::mem::take(&mut run.comments), findings);
        for (reported, waiver) in run.findings.iter_mut().zip(decided) {
            reported.waiver = waiver;
        }
        run.diagnostics.extend(said);
    }

    /// Marks what the baseline knows, and tells what it knows in vain.
    pub(super) fn compare(&self, known: &Known, run: &mut Run) {
        let scope = run.apart.scope.as_ref();
        let roots = run.world.judged().iter().filter(|root| scope.is_none_or(|scope| scope.judges(&root.path)));
        let looked_at = LookedAt {
            sources: self.sources,
            world: &run.world,
            roots: roots.map(|root| (&*root.path, root.workspace.as_deref())).collect(),
            all_roots: self.is_about_all(),
            all_workspaces: self.request.load.workspace.is_none(),
            rules: &self.rules,
            silent: &run.needs_plan,
        };
        let not_judged = was_not_judged(run);
        if not_judged && known.renews() {
            let detail = "Not everything could be checked, so nobody knows what belongs into it. It is left as it is.";
            run.diagnostics.push(Diagnostic::placeless("Baseline not written", detail));
            return;
        }
        match known.apply(&looked_at, &run.findings) {
            Ok(Compared { are_known, renewed, said }) => {
                let mut are_known = are_known.into_iter();
                let findings = std::mem::take(&mut run.findings).into_iter();
                (run.apart.known, run.findings) = findings.partition(|_| are_known.next().unwrap_or_default());
                run.apart.renewed = renewed;
                run.diagnostics.extend(said.into_iter().filter(|_| !not_judged));
            }
            Err(failed) => run.diagnostics.push(failed),
        }
    }
}

/// Whether something could not be checked, so that a finding may be missing.
fn was_not_judged(run: &Run) -> bool {
    let is_error = |reported: &Reported| reported.finding.verdict == Verdict::Error;
    run.diagnostics.iter().any(Diagnostic::is_error) || run.findings.iter().any(is_error)
}

/// The waivers that findings name, in the order of the files and places they stand in.
pub(super) fn used(sources: &Sources, findings: &[Reported]) -> Vec<UsedWaiver> {
    let mut counts: HashMap<*const Waiver, usize> = HashMap::new();
    let mut used: Vec<UsedWaiver> = Vec::new();
    for waiver in findings.iter().filter_map(|reported| reported.waiver.as_ref()) {
        let at = *counts.entry(Arc::as_ptr(waiver)).or_insert(used.len());
        match used.get_mut(at) {
            Some(known) => known.findings += 1,
            None => used.push(UsedWaiver { waiver: Arc::clone(waiver), findings: 1 }),
        }
    }
    used.sort_by_cached_key(|used| {
        let place = used.waiver.place;
        (sources.get(place.file).path.clone(), place.span.start, used.waiver.check.clone())
    });
    used
}
