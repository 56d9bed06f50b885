//! Judges a root module by rules.

use std::collections::HashSet;

use ecow::EcoString;
use smallvec::SmallVec;

use super::{
    BoundRule, CheckId, EnforcementLevel, Finding, Patch, PatchClass, Policy, RuleFile, Severity, Stage, StageKind,
    UndecidedPolicy, Verdict,
    bind::BoundPolicy,
    environment::{Environment, Facts, PolicyScope, Run},
    message::render,
    metadata::About,
    reason::sentence,
    rule::Enforce,
    subject::{Subject, select},
    verdict::{Decision, Failed, Question},
};
use crate::{
    diag::{Diagnostic, Level},
    eval::Context,
    source::Place,
    syntax::ExprId,
    value::{Hop, Origin, What},
    world::World,
};

/// What rules say of one root module.
#[derive(Debug, Default)]
pub struct Outcome {
    pub findings: Vec<Finding>,
    /// One for each policy that was judged by, in the order of the rules.
    pub checks: Vec<CheckCount>,
    pub information: Vec<Information>,
    /// Policies about what a plan changes; they say nothing of a configuration.
    pub needs_plan: Vec<CheckId>,
}

/// The objects a policy was asked about, by what it said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckCount {
    pub check: CheckId,
    pub passed: usize,
    pub failed: usize,
    pub undecided: usize,
    pub not_applicable: usize,
    /// The rule itself could not be evaluated.
    pub errors: usize,
    /// Hang on an error of the configuration that is reported: not decided, and no finding.
    pub unreported: usize,
}

impl CheckCount {
    pub(super) const fn new(check: CheckId) -> Self {
        Self { check, passed: 0, failed: 0, undecided: 0, not_applicable: 0, errors: 0, unreported: 0 }
    }

    /// Whether the policy's target selected anything.
    #[must_use]
    pub const fn matched(&self) -> bool {
        self.passed + self.failed + self.undecided + self.not_applicable + self.errors + self.unreported > 0
    }
}

/// An `info_message`: said of an object that passed or failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Information {
    pub check: CheckId,
    /// The root module's path.
    pub root_module: std::sync::Arc<str>,
    /// As that of a [`Finding`].
    pub workspace: Option<std::sync::Arc<str>>,
    pub address: Option<String>,
    pub message: String,
    /// The header of the object's block.
    pub place: Place,
    pub policy_at: Place,
}

/// Judges one root module of the world. `cx` holds the origins of that root module; warnings about the rules are
/// reported there.
#[must_use]
pub fn judge(world: &World, root: usize, rules: &[BoundRule], stage: Stage, cx: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(module) = world.root_modules.get(root) else { return outcome };
    let facts = Facts::new(world, root, module, stage);
    let mut reported = HashSet::new();
    for rule in rules {
        let env = Environment::new(&rule.file, &rule.inputs, Some(&facts));
        for policy in rule.policies() {
            Judge::new(cx, &env, policy, stage).policy(&facts, &mut outcome, &mut reported);
        }
    }
    outcome
}

/// Problems in messages that have been reported: the same message is wrong for many objects.
pub(super) type Reported = HashSet<(Option<Place>, String)>;

/// One policy, ready to judge.
pub(super) struct Judge<'a, 's> {
    cx: &'a Context<'s>,
    env: &'a Environment<'a>,
    policy: &'a Policy,
    level: EnforcementLevel,
    undecided: UndecidedPolicy,
    about: &'a About,
    check: CheckId,
}

impl<'a, 's> Judge<'a, 's> {
    pub(super) fn new(cx: &'a Context<'s>, env: &'a Environment<'a>, bound: BoundPolicy<'a>, stage: Stage) -> Self {
        let BoundPolicy { policy, level, about, .. } = bound;
        let check = CheckId { rule: env.file.id.clone(), policy: policy.name.clone() };
        Self { cx, env, policy, level, undecided: bound.undecided(stage), about, check }
    }

    const fn file(&self) -> &'a RuleFile {
        self.env.file
    }

    fn policy(&self, facts: &'a Facts<'a>, outcome: &mut Outcome, reported: &mut Reported) {
        if !self.is_for(facts.stage) {
            return;
        }
        if !facts.planned && !self.policy.judges_configuration() {
            outcome.needs_plan.push(self.check.clone());
            return;
        }
        let mut count = CheckCount::new(self.check.clone());
        for subject in select(facts, self.policy) {
            self.object(&subject, &mut count, outcome, reported);
        }
        outcome.checks.push(count);
    }

    /// Whether it judges stages of this kind.
    pub(super) fn is_for(&self, stage: Stage) -> bool {
        self.about.kinds.as_ref().is_none_or(|kinds| kinds.contains(&stage.kind))
    }

    /// The worst of the blocks' verdicts counts; all blocks of that verdict are shown, an error beside failures too.
    pub(super) fn object(
        &self,
        subject: &Subject<'_>,
        count: &mut CheckCount,
        outcome: &mut Outcome,
        reported: &mut Reported,
    ) {
        let decisions: SmallVec<[(&Enforce, Decision); 2]> =
            self.policy.enforces.iter().map(|e| (e, self.decide(subject, e))).collect();
        self.count(&decisions, count);
        let decided = |d: &Decision| matches!(d, Decision::Fail(_) | Decision::Error(_));
        let any_decided = decisions.iter().any(|(_, d)| decided(d));
        let before = outcome.findings.len();
        for (enforce, decision) in &decisions {
            self.inform(subject, enforce, decision, (outcome, reported));
            if any_decided && !decided(decision) {
                continue;
            }
            let Some(finding) = self.finding(subject, enforce, decision, reported) else { continue };
            // Blocks that hang on the same are not decided once.
            if !outcome.findings.iter().skip(before).any(|told| same_doubt(told, &finding)) {
                outcome.findings.push(finding);
            }
        }
    }

    fn decide(&self, subject: &Subject<'_>, enforce: &Enforce) -> Decision {
        Question { cx: self.cx, env: self.env, policy: self.policy, subject, enforce }.decide()
    }

    fn count(&self, decisions: &[(&Enforce, Decision)], count: &mut CheckCount) {
        let any = |test: fn(&Decision) -> bool| decisions.iter().any(|(_, d)| test(d));
        let counter = if any(|d| matches!(d, Decision::Error(_))) {
            &mut count.errors
        } else if any(|d| matches!(d, Decision::Fail(_))) {
            &mut count.failed
        } else if any(|d| matches!(d, Decision::Undecided(_))) {
            &mut count.undecided
        } else if any(|d| matches!(d, Decision::Silent)) {
            &mut count.unreported
        } else if decisions.is_empty() || any(|d| matches!(d, Decision::Pass)) {
            &mut count.passed
        } else {
            &mut count.not_applicable
        };
        *counter += 1;
    }

    fn finding(
        &self,
        subject: &Subject<'_>,
        enforce: &Enforce,
        decision: &Decision,
        reported: &mut Reported,
    ) -> Option<Finding> {
        match decision {
            Decision::Pass | Decision::NotApplicable | Decision::Silent => None,
            Decision::Fail(failed) => Some(self.failure(subject, enforce, failed, reported)),
            Decision::Undecided(cause) => {
                let undecided = cause.undecided()?;
                let message = sentence(&undecided);
                let level = self.undecided_level();
                let finding = self.base(subject, enforce, (Verdict::Undecided, level, message), cause.value.origin);
                Some(Finding { undecided: Some(undecided), ..finding })
            }
            Decision::Error(diagnostics) => Some(self.rule_error(subject, enforce, diagnostics)),
        }
    }

    fn failure(&self, subject: &Subject<'_>, enforce: &Enforce, failed: &Failed, reported: &mut Reported) -> Finding {
        let message = enforce.error_message.map(|id| self.message(subject, failed, id, reported));
        let message = message.unwrap_or_default();
        let message = if message.is_empty() { self.usual_message() } else { message };
        let mut finding = self.base(subject, enforce, (Verdict::Fail, self.failing_level(), message), failed.origin);
        finding.labels.extend(failed.related.iter().cloned());
        if let Some(fix) = enforce.fix {
            finding.help = self.message(subject, failed, fix, reported);
        }
        let patch = enforce.patch.map(|id| self.message(subject, failed, id, reported));
        let patch = patch.or_else(|| self.about.patch.clone()).filter(|text| !text.is_empty());
        finding.patch = patch.map(|text| Patch { class: self.about.patch_class.unwrap_or(PatchClass::Review), text });
        finding
    }

    /// A mere warning about what is only worth knowing is not even that.
    fn failing_level(&self) -> Level {
        let informs = self.level == EnforcementLevel::Advisory && self.about.severity == Some(Severity::Info);
        if informs { Level::Info } else { self.level.finding_level() }
    }

    /// What is not decided weighs no more than what failed.
    fn undecided_level(&self) -> Level {
        self.undecided.level().max(self.failing_level())
    }

    /// As the rule says, in a stage that is surely no production perhaps less.
    fn severity(&self, subject: &Subject<'_>) -> Severity {
        let stage = subject.facts.stage;
        let lower = self.about.nonprod_severity.filter(|_| stage.kind == StageKind::Nonprod && stage.is_named);
        lower.or(self.about.severity).unwrap_or(self.level.usual_severity())
    }

    fn usual_message(&self) -> String {
        let title = self.about.title.clone();
        title.unwrap_or_else(|| format!("The condition of {} does not hold.", self.policy.address()))
    }

    fn rule_error(&self, subject: &Subject<'_>, enforce: &Enforce, diagnostics: &[Diagnostic]) -> Finding {
        let first = diagnostics.iter().find(|d| d.is_error());
        let message = first.map(|d| format!("{}: {}", d.summary, d.detail)).unwrap_or_default();
        let mut finding = self.base(subject, enforce, (Verdict::Error, Level::Error, message), Origin::NONE);
        if let Some(at) = first.and_then(|d| d.place) {
            finding.policy_at = at;
        }
        finding
    }

    fn base(
        &self,
        subject: &Subject<'_>,
        enforce: &Enforce,
        (verdict, level, message): (Verdict, Level, String),
        origin: Origin,
    ) -> Finding {
        let origin = self.origin(origin);
        let mut labels = subject.calls();
        labels.retain(|label| !origin.iter().any(|hop| hop.at == label.place || hop.name == label.place));
        let judged = origin.first().filter(|hop| hop.what == What::Attribute);
        labels.extend(judged.and_then(|hop| subject.ignored(&self.cx.sources.text_at(hop.name))));
        Finding {
            check: self.check.clone(),
            verdict,
            level,
            severity: self.severity(subject),
            root_module: std::sync::Arc::clone(&subject.facts.module.path),
            workspace: subject.facts.module.workspace.clone(),
            address: subject.address(),
            message,
            why: self.about.why.clone().unwrap_or_default(),
            help: self.about.help.clone().unwrap_or_default(),
            patch: None,
            controls: self.about.controls.clone().unwrap_or_default(),
            place: origin.first().map_or_else(|| subject.place(), |hop| hop.at),
            origin,
            labels,
            undecided: None,
            policy_at: self.file().place(enforce.at),
        }
    }

    /// The hops of an origin that lie in the configuration, not in the policy file.
    fn origin(&self, origin: Origin) -> Vec<Hop> {
        let mut hops = self.cx.origins.chain(origin);
        let policy = self.file().tree.file;
        hops.retain(|hop| hop.at.file != policy && hop.name.file != policy);
        hops
    }

    fn inform(
        &self,
        subject: &Subject<'_>,
        enforce: &Enforce,
        decision: &Decision,
        (outcome, reported): (&mut Outcome, &mut Reported),
    ) {
        let Some(id) = enforce.info_message else { return };
        let failed = match decision {
            Decision::Pass => {
                Failed { assumed: super::doubt::Assumed::default(), origin: Origin::NONE, related: Vec::new() }
            }
            Decision::Fail(failed) => failed.clone(),
            _ => return,
        };
        outcome.information.push(Information {
            check: self.check.clone(),
            root_module: std::sync::Arc::clone(&subject.facts.module.path),
            workspace: subject.facts.module.workspace.clone(),
            address: subject.address(),
            message: self.message(subject, &failed, id, reported),
            place: subject.place(),
            policy_at: self.file().place(enforce.at),
        });
    }

    /// A message's text; what is wrong in it is reported once.
    fn message(&self, subject: &Subject<'_>, failed: &Failed, id: ExprId, reported: &mut Reported) -> String {
        let run = Run::new(self.env, failed.assumed.clone());
        let scope = PolicyScope { run: &run, policy: self.policy, subject };
        let (text, diagnostics) = render(self.cx, &scope, &self.file().tree, id);
        for diagnostic in diagnostics {
            if reported.insert((diagnostic.place, diagnostic.detail.clone())) {
                self.cx.report(Diagnostic { level: Level::Warning, ..diagnostic });
            }
        }
        text
    }
}

fn same_doubt(a: &Finding, b: &Finding) -> bool {
    a.undecided.is_some() && b.undecided.is_some() && a.message == b.message && a.place == b.place
}

/// The ids of rules no object was selected by, sorted.
#[must_use]
pub fn rules_without_match<'o>(rules: &[BoundRule], outcomes: impl Iterator<Item = &'o Outcome>) -> Vec<EcoString> {
    let checks = outcomes.flat_map(|outcome| &outcome.checks);
    let matched: HashSet<&EcoString> = checks.filter(|c| c.matched()).map(|c| &c.check.rule).collect();
    let mut without: Vec<EcoString> =
        rules.iter().map(|rule| rule.file.id.clone()).filter(|id| !matched.contains(id)).collect();
    without.sort();
    without.dedup();
    without
}
