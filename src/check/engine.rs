//! What a run does with each root module, behind one door, so that the phases can be tested without it.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{Request, Settings, isolate::isolated, plans::Plans, rules::RuleChecks};
use crate::{
    config::{self, LoadOptions, Module, Repository},
    diag::Diagnostic,
    eval::Context,
    policy::{self, BoundRule, CheckId, Finding, Mutations, RuleSet},
    source::Sources,
    world::{self, RootModule, World},
};

/// What the rules say of one root module.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) passed: usize,
    /// The rules that selected something, whatever they said of it.
    pub(super) matched: BTreeSet<String>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Checks about what a plan changes, where there is none.
    pub(super) needs_plan: BTreeSet<CheckId>,
}

/// The work itself.
pub(super) trait Engine: Sync {
    /// What settings may name.
    fn known(&self) -> &[RuleChecks];
    /// The rules judged by, sorted.
    fn ids(&self) -> Vec<String>;
    fn load(&self, sources: &Sources, options: &LoadOptions) -> Repository;
    fn evaluate(&self, sources: &Sources, repository: &Repository, root: usize) -> RootModule;
    /// Root modules of which there is nothing but a plan.
    fn planned_alone(&self, _: &Sources) -> Vec<RootModule> {
        Vec::new()
    }
    fn judge(&self, sources: &Sources, world: &World, root: usize) -> Judged;
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

/// Loads configuration on all threads.
pub(super) fn load(sources: &Sources, options: &LoadOptions) -> Repository {
    config::load_with(sources, options, &in_parallel)
}

/// The real one: configuration is loaded, evaluated, and judged by policies.
#[derive(Debug)]
pub(super) struct PolicyEngine {
    rules: Vec<BoundRule>,
    settings: Settings,
    known: Vec<RuleChecks>,
    /// The configuration, where it was loaded while the rules were.
    loaded: Mutex<Option<Repository>>,
    /// What `core::timestamp()` says.
    now: String,
    plans: Plans,
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
        let (loaded, now) = (Mutex::default(), request.now.to_string());
        let plans = Plans::default();
        (Self { rules: bound.rules, settings: settings.clone(), known, loaded, now, plans }, diagnostics)
    }

    /// With plans of root modules.
    pub(super) fn with_plans(mut self, plans: Plans) -> Self {
        self.plans = plans;
        self
    }

    fn is_production(&self, path: &str, workspace: Option<&str>) -> bool {
        self.settings.stage(path, workspace).kind == policy::StageKind::Prod
    }

    /// With configuration that is loaded already.
    pub(super) fn with_loaded(mut self, repository: Option<Repository>) -> Self {
        self.loaded = Mutex::new(repository);
        self
    }
}

/// Changes what rules read in everything a request is about.
pub(super) fn mutate(sources: &Sources, request: &Request, set: &RuleSet, found: &mut Mutations) {
    let (settings, _) = super::settings::load(sources);
    let (engine, _) = PolicyEngine::start(sources, request, set, &settings);
    let repository = load(sources, &request.load);
    let roots = 0..repository.root_modules.len();
    let world = World::new(roots.map(|root| world::evaluate(sources, &repository, root)).collect());
    for (root, module) in world.root_modules.iter().enumerate() {
        let mut cx = Context::new(sources);
        cx.origins = module.origins.clone();
        cx.now = Some(engine.now.clone());
        let stage = settings.stage(&module.path, module.workspace.as_deref());
        policy::mutate(&world, root, &engine.rules, (stage, &cx), found);
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

    fn load(&self, sources: &Sources, options: &LoadOptions) -> Repository {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).take();
        loaded.unwrap_or_else(|| load(sources, options))
    }

    fn evaluate(&self, sources: &Sources, repository: &Repository, root: usize) -> RootModule {
        let plan = repository.root_modules.get(root).and_then(|root| self.plans.of(&root.path));
        let mut module = match plan {
            Some(plan) => world::evaluate_planned(sources, repository, (root, plan)),
            None => world::evaluate(sources, repository, root),
        };
        module.is_production = self.is_production(&module.path, module.workspace.as_deref());
        module
    }

    fn planned_alone(&self, sources: &Sources) -> Vec<RootModule> {
        let made = self.plans.alone.iter().map(|(path, plan)| {
            let mut module = world::planned_alone(sources, path, plan);
            module.is_production = self.is_production(path, None);
            module
        });
        made.collect()
    }

    fn judge(&self, sources: &Sources, world: &World, root: usize) -> Judged {
        let mut cx = Context::new(sources);
        let Some(module) = world.root_modules.get(root) else { return Judged::default() };
        cx.origins = module.origins.clone();
        cx.now = Some(self.now.clone());
        let stage = self.settings.stage(&module.path, module.workspace.as_deref());
        let outcome = policy::judge(world, root, &self.rules, stage, &cx);
        let matched = outcome.checks.iter().filter(|count| count.matched()).map(|count| &count.check);
        Judged {
            passed: outcome.checks.iter().map(|count| count.passed).sum(),
            // A rule about plans has not matched nothing where there is no plan.
            matched: matched.chain(&outcome.needs_plan).map(|check| check.rule.to_string()).collect(),
            needs_plan: outcome.needs_plan.into_iter().collect(),
            findings: outcome.findings,
            diagnostics: cx.take_diagnostics(),
        }
    }
}
