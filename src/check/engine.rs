//! What a run does with each root module, behind one door, so that the phases can be tested without it.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    ops::Range,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{Request, Settings, isolate::isolated, plans::Plans, rules::RuleChecks};
use crate::{
    config::{self, LoadOptions, Module, Repository},
    diag::Diagnostic,
    eval::Context,
    policy::{self, BoundRule, CheckId, Finding, Information, Mutations, RuleSet, Stage, StageKind, UndecidedPolicy},
    source::Sources,
    world::{self, RootModule, World},
};

/// The configuration, and what came of it.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    pub(super) repository: Repository,
    pub(super) world: World,
    /// Root modules that a bug of ours keeps out of the world.
    pub(super) failures: Vec<Diagnostic>,
}

impl Evaluated {
    /// Loads configuration and evaluates each root module, on all threads. A bug met in here takes away the root module
    /// it is met in.
    pub(super) fn by(
        load: impl FnOnce() -> Repository,
        evaluate: impl Fn(&Repository, usize) -> RootModule + Sync,
    ) -> Self {
        let loaded = isolated("the repository", load);
        let repository = loaded.unwrap_or_else(|bug| Repository { diagnostics: vec![*bug], ..Repository::default() });
        let roots = repository.root_modules.par_iter().enumerate();
        let evaluated: Vec<Result<RootModule, _>> =
            roots.map(|(i, root)| isolated(&root.id, || evaluate(&repository, i))).collect();
        let mut world = World::default();
        let mut failures = Vec::new();
        for result in evaluated {
            match result {
                Ok(root) => world.root_modules.push(root),
                Err(failure) => failures.push(*failure),
            }
        }
        Self { repository, world, failures }
    }

    pub(super) fn of(sources: &Sources, load: impl FnOnce() -> Repository) -> Self {
        Self::by(load, |repository, root| world::evaluate(sources, repository, root)).beside_accounts(sources)
    }

    /// With what is known to exist in accounts.
    pub(super) fn beside_accounts(mut self, sources: &Sources) -> Self {
        let facts = std::sync::Arc::clone(&self.repository.account_facts);
        self.failures.extend(self.world.add_existing(sources, &facts));
        self
    }

    /// The same of configuration that is loaded, with plans of some root modules, and with plans of such as are not here.
    pub(super) fn planned(sources: &Sources, repository: Repository, plans: &Plans) -> Self {
        let evaluate = |repository: &Repository, root: usize| {
            let plan = repository.root_modules.get(root).and_then(|root| plans.of(&root.path));
            match plan {
                Some(plan) => world::evaluate_planned(sources, repository, (root, plan)),
                None => world::evaluate(sources, repository, root),
            }
        };
        let mut evaluated = Self::by(|| repository, evaluate);
        for (path, plan) in &plans.alone {
            match isolated(path, || world::planned_alone(sources, path, plan)) {
                Ok(root) => evaluated.world.root_modules.push(root),
                Err(failure) => evaluated.failures.push(*failure),
            }
        }
        evaluated.beside_accounts(sources)
    }
}

/// What some rules say of one root module.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) information: Vec<Information>,
    pub(super) passed: usize,
    /// The rules that selected something, whatever they said of it.
    pub(super) matched: BTreeSet<String>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Checks about what a plan changes, where there is none.
    pub(super) needs_plan: BTreeSet<CheckId>,
}

impl Judged {
    /// With what further rules say.
    pub(super) fn add(&mut self, more: Self) {
        self.findings.extend(more.findings);
        self.information.extend(more.information);
        self.passed += more.passed;
        self.matched.extend(more.matched);
        self.diagnostics.extend(more.diagnostics);
        self.needs_plan.extend(more.needs_plan);
    }
}

/// The work itself.
pub(super) trait Engine: Sync {
    /// What settings may name.
    fn known(&self) -> &[RuleChecks];
    /// The rules judged by, sorted.
    fn ids(&self) -> Vec<String>;
    /// How many rule files there are to judge by.
    fn files(&self) -> usize;
    fn evaluate(&self, sources: &Sources, options: &LoadOptions) -> Evaluated;
    /// Judges one root module by some of the rule files.
    fn judge(&self, sources: &Sources, world: &World, root: usize, files: Range<usize>) -> Judged;
}

/// Loads configuration on all threads.
pub(super) fn load(sources: &Sources, options: &LoadOptions) -> Repository {
    config::load_with(sources, options, &in_parallel)
}

/// Reads directories on all threads; one that meets a bug of ours is empty and says so.
fn in_parallel(dirs: Vec<Box<str>>, load: &(dyn Fn(&str) -> Module + Sync)) -> Vec<Module> {
    let one = |dir: Box<str>| {
        isolated(&dir, || load(&dir)).unwrap_or_else(|bug| Module {
            dir: dir.clone(),
            diagnostics: vec![*bug],
            ..Module::default()
        })
    };
    dirs.into_par_iter().map(one).collect()
}

/// The real one: configuration is loaded, evaluated, and judged by policies.
#[derive(Debug)]
pub(super) struct PolicyEngine {
    rules: Vec<BoundRule>,
    settings: Settings,
    known: Vec<RuleChecks>,
    /// The configuration, where it was evaluated while the rules were loaded.
    evaluated: Mutex<Option<Evaluated>>,
    /// What `core::timestamp()` says.
    now: String,
    /// As the request has it.
    whole_try: bool,
    undecided: Option<UndecidedPolicy>,
}

/// Names on the command line that no rule has an input of.
fn unknown_inputs(request: &Request, set: &RuleSet) -> Vec<Diagnostic> {
    let files = || set.rules.iter().flat_map(|rule| &rule.files);
    let is_known = |name: &str| files().any(|file| file.inputs.keys().any(|input| input == name));
    let unknown = request.inputs.given.iter().filter(|(name, _)| !is_known(name));
    unknown
        .map(|(name, _)| Diagnostic::placeless("Unknown input", format!("No rule has an input named \"{name}\".")))
        .collect()
}

impl PolicyEngine {
    /// Makes rules ready as the settings say; also tells what is wrong with them.
    pub(super) fn start(
        sources: &Sources,
        request: &Request,
        set: &RuleSet,
        settings: &Settings,
    ) -> (Self, Vec<Diagnostic>) {
        let mut resolved = settings.for_rules(set.rules.iter().map(|rule| &rule.id), request.undecided);
        let (inputs, wrong_inputs) = request.inputs.read(sources);
        resolved.inputs = inputs;
        let mut bound = policy::bind(&set.rules, &resolved, sources);
        bound.rules.retain(|rule| settings.is_enabled(&rule.file.id));
        let mut diagnostics = set.diagnostics.clone();
        diagnostics.extend(wrong_inputs);
        diagnostics.extend(unknown_inputs(request, set));
        diagnostics.extend(bound.diagnostics);
        let known = super::rules::known(sources, &request.rules, set);
        let (evaluated, now) = (Mutex::default(), request.now.to_string());
        (
            Self {
                rules: bound.rules,
                settings: settings.clone(),
                known,
                evaluated,
                now,
                whole_try: request.whole_try,
                undecided: request.undecided,
            },
            diagnostics,
        )
    }

    /// With configuration that is evaluated already.
    pub(super) fn with_evaluated(mut self, evaluated: Evaluated) -> Self {
        self.evaluated = Mutex::new(Some(evaluated));
        self
    }

    /// The rule files, in their order.
    pub(super) fn rules(&self) -> &[BoundRule] {
        &self.rules
    }

    /// Rules as they hold in a root module.
    fn rules_there<'r>(&self, module: &RootModule, rules: &'r [BoundRule]) -> Cow<'r, [BoundRule]> {
        if self.settings.is_usual(&module.path) {
            return Cow::Borrowed(rules);
        }
        let there = rules.iter().filter_map(|rule| self.settings.rule_there(&module.path, rule, self.undecided));
        Cow::Owned(there.collect())
    }

    /// What the settings say of a root module.
    fn stage_of(&self, module: &RootModule) -> Stage {
        self.settings.stage(&module.path, module.workspace.as_deref())
    }
}

/// Changes what rules read in everything a request is about.
pub(super) fn mutate(sources: &Sources, request: &Request, set: &RuleSet, found: &mut Mutations) {
    let (settings, _) = super::settings::load(sources);
    let (engine, _) = PolicyEngine::start(sources, request, set, &settings);
    let world = engine.evaluate(sources, &request.load).world;
    for (root, module) in world.root_modules.iter().enumerate() {
        let mut cx = Context::new(sources);
        cx.origins = module.origins.clone();
        cx.now = Some(engine.now.clone());
        cx.whole_try = request.whole_try;
        policy::mutate(&world, root, &engine.rules, (engine.stage_of(module), &cx), found);
    }
}

impl Engine for PolicyEngine {
    fn known(&self) -> &[RuleChecks] {
        &self.known
    }

    fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.rules.iter().map(|rule| rule.file.id.to_string()).collect();
        ids.dedup();
        ids
    }

    fn files(&self) -> usize {
        self.rules.len()
    }

    fn evaluate(&self, sources: &Sources, options: &LoadOptions) -> Evaluated {
        let already = self.evaluated.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut evaluated = already.unwrap_or_else(|| Evaluated::of(sources, || load(sources, options)));
        for module in &mut evaluated.world.root_modules {
            module.is_production = self.stage_of(module).kind == StageKind::Prod;
        }
        evaluated
    }

    fn judge(&self, sources: &Sources, world: &World, root: usize, files: Range<usize>) -> Judged {
        let mut cx = Context::new(sources);
        let Some(module) = world.root_modules.get(root) else { return Judged::default() };
        cx.origins = module.origins.clone();
        cx.now = Some(self.now.clone());
        cx.whole_try = self.whole_try;
        let rules = self.rules_there(module, self.rules.get(files).unwrap_or_default());
        let outcome = policy::judge(world, root, &rules, self.stage_of(module), &cx);
        let matched = outcome.checks.iter().filter(|count| count.matched()).map(|count| &count.check);
        Judged {
            passed: outcome.checks.iter().map(|count| count.passed).sum(),
            // A rule about plans has not matched nothing where there is no plan.
            matched: matched.chain(&outcome.needs_plan).map(|check| check.rule.to_string()).collect(),
            needs_plan: outcome.needs_plan.iter().cloned().collect(),
            findings: outcome.findings,
            information: outcome.information,
            diagnostics: cx.take_diagnostics(),
        }
    }
}
