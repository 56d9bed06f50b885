//! The phases of a run.

use std::{
    collections::{BTreeSet, HashMap},
    num::NonZeroUsize,
    ops::Range,
    sync::Arc,
};

use jiff::Timestamp;
use rayon::prelude::*;

use super::{
    Apart, DescribedCheck, Difference, JudgedPlan, PlanFile, Report, Reported, Request, Settings, Summary,
    baseline::Known,
    coverage,
    engine::{self, Engine, Evaluated, Judged, PolicyEngine},
    isolate::isolated,
    order::{sort_diagnostics, sort_findings, sort_information},
    plans::{Plans, Side, Sides},
    rules::{described, load_rules},
    settings, waive,
    watch::{Step, Watch, Watched},
    weigh, workspaces,
};
use crate::{
    account::Facts,
    config::{self, LoadOptions, Repository},
    diag::Diagnostic,
    policy::{CheckId, Information, RuleSet},
    source::Sources,
    world::{self, World},
};

/// Evaluation recurses as deep as its limits let it; the deepest needs less than this.
const STACK_BYTES: usize = 64 << 20;

/// Judges the root modules under the paths of a request.
#[must_use]
pub fn run(sources: &Sources, request: &Request) -> Report {
    run_watched(sources, request, &Watch::default())
}

/// The same, telling how far it is.
#[must_use]
pub fn run_watched(sources: &Sources, request: &Request, watch: &Watch) -> Report {
    run_with(sources, request, (|| load_rules(sources, &request.rules), watch))
}

/// The same with rules that are loaded already, and with plans if there are any.
pub(super) fn run_by(sources: &Sources, request: &Request, (set, plans): (RuleSet, &[PlanFile])) -> Report {
    if plans.is_empty() {
        run_with(sources, request, (|| set, &Watch::default()))
    } else {
        by_plans(sources, request, (plans, || set))
    }
}

/// Evaluates the root modules under paths and judges nothing. What is wrong with the configuration comes with them.
#[must_use]
pub fn evaluated(sources: &Sources, options: &LoadOptions) -> (World, Vec<Diagnostic>) {
    let work = || {
        let Evaluated { repository, world, failures } = Evaluated::of(sources, || engine::load(sources, options));
        let of_roots = repository.root_modules.iter().flat_map(|root| &root.diagnostics);
        let mut diagnostics: Vec<Diagnostic> = of_modules(&repository).chain(of_roots.cloned()).collect();
        diagnostics.extend(coverage::uncovered(sources, options, &repository));
        diagnostics.extend(failures);
        diagnostics.extend(world.root_modules.iter().flat_map(|root| root.diagnostics.iter().cloned()));
        sort_diagnostics(sources, &mut diagnostics);
        (world, diagnostics)
    };
    with_stacks(None, work).unwrap_or_else(|failure| (World::default(), vec![*failure]))
}

fn run_with(sources: &Sources, request: &Request, (rules, watch): (impl FnOnce() -> RuleSet + Send, &Watch)) -> Report {
    with_threads(sources, request, || {
        let settings = settings::load(sources);
        let options = options(&settings.0, request);
        // Neither needs the other.
        let (set, evaluated) = rayon::join(rules, || evaluate(sources, &options, watch));
        let mut run = phases(sources, request, settings, |settings| {
            let (engine, diagnostics) = PolicyEngine::start(sources, request, &set, settings);
            (Watched::new(engine.with_evaluated(evaluated), watch), diagnostics)
        });
        run.checks = described(&set);
        finish(sources, request, run)
    })
}

/// Loads and evaluates, telling each step.
fn evaluate(sources: &Sources, options: &LoadOptions, watch: &Watch) -> Evaluated {
    let load = || {
        let repository = engine::load(sources, options);
        watch.tell(Step::Loaded { root_modules: repository.root_modules.len() });
        repository
    };
    let one = |repository: &Repository, root: usize| {
        let evaluated = world::evaluate(sources, repository, root);
        watch.one_evaluated();
        evaluated
    };
    Evaluated::by(load, one).beside_accounts(sources)
}

/// Judges root modules by plans of them too. Each is judged twice, by its files alone and by its plan, and what is decided
/// differently is told; the report's findings are those of the plans. A plan of a root module that is not here is judged
/// alone.
#[must_use]
pub fn run_with_plans(sources: &Sources, request: &Request, files: &[PlanFile]) -> Report {
    by_plans(sources, request, (files, || load_rules(sources, &request.rules)))
}

fn by_plans(
    sources: &Sources,
    request: &Request,
    (files, rules): (&[PlanFile], impl FnOnce() -> RuleSet + Send),
) -> Report {
    with_threads(sources, request, || {
        let settings = settings::load(sources);
        let options = options(&settings.0, request);
        let loaded = isolated("the repository", || engine::load(sources, &options));
        let repository = loaded.unwrap_or_else(|bug| Repository { diagnostics: vec![*bug], ..Repository::default() });
        let plans = match Plans::read(sources, &repository, files) {
            Ok(plans) => plans,
            Err(diagnostics) => return finish(sources, request, Run { diagnostics, ..Run::default() }),
        };
        let set = rules();
        let judged = |evaluated: Evaluated| {
            let start = |settings: &Settings| {
                let (engine, diagnostics) = PolicyEngine::start(sources, request, &set, settings);
                (engine.with_evaluated(evaluated), diagnostics)
            };
            phases(sources, request, settings.clone(), start)
        };
        let mut run = judged(Evaluated::planned(sources, repository.clone(), &plans));
        run.plans = plans.judged();
        run.checks = described(&set);
        if !plans.by_root.is_empty() {
            compare(&plans, &judged(Evaluated::of(sources, || repository)), &mut run);
        }
        finish(sources, request, run)
    })
}

/// Tells what source and plan decide differently.
fn compare(plans: &Plans, of_source: &Run, run: &mut Run) {
    let (source, plan) = (verdicts(of_source), verdicts(run));
    let sides = Sides { source, plan, needs_plan: &of_source.needs_plan };
    let differences = plans.differences(&sides);
    run.diagnostics.extend(differences.iter().map(Difference::diagnostic));
    for judged in &mut run.plans {
        judged.differences = differences.iter().filter(|d| *d.root_module == *judged.root_module).cloned().collect();
    }
}

fn verdicts(run: &Run) -> Side<'_> {
    Side { world: &run.world, findings: run.findings.iter().map(|reported| &reported.finding).collect() }
}

fn with_threads(sources: &Sources, request: &Request, work: impl FnOnce() -> Report + Send) -> Report {
    with_stacks(request.jobs, work).unwrap_or_else(|failure| finish(sources, request, Run::failed(*failure)))
}

/// Works on threads whose stacks are deep enough to evaluate on.
pub(super) fn with_stacks<T: Send>(
    jobs: Option<NonZeroUsize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Box<Diagnostic>> {
    let mut pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).thread_name(|i| format!("infralint-{i}"));
    if let Some(jobs) = jobs {
        pool = pool.num_threads(jobs.get());
    }
    let pool = pool.build().map_err(|error| Diagnostic::placeless("Cannot start threads", error.to_string()))?;
    Ok(pool.install(work))
}

/// What the phases gather.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) findings: Vec<Reported>,
    information: Vec<Information>,
    pub(super) diagnostics: Vec<Diagnostic>,
    summary: Summary,
    /// How many evaluations a root module has, by its path, where there are several.
    evaluations: HashMap<Arc<str>, usize>,
    /// Checks that have nothing to say without a plan.
    pub(super) needs_plan: BTreeSet<CheckId>,
    /// What was judged.
    pub(super) world: World,
    plans: Vec<JudgedPlan>,
    /// What there was to judge by.
    checks: Vec<DescribedCheck>,
    /// Waivers in comments of what was judged.
    pub(super) comments: waive::Comments,
    pub(super) apart: Apart,
}

impl Run {
    /// One that a bug has ended.
    pub(super) fn failed(bug: Diagnostic) -> Self {
        Self { diagnostics: vec![bug], ..Self::default() }
    }
}

/// The phases with a given engine, but for the last one; `start` makes it from the settings.
pub(super) fn phases<E: Engine>(
    sources: &Sources,
    request: &Request,
    (settings, mut diagnostics): (Settings, Vec<Diagnostic>),
    start: impl FnOnce(&Settings) -> (E, Vec<Diagnostic>),
) -> Run {
    let (engine, of_rules) = start(&settings);
    diagnostics.extend(of_rules);
    diagnostics.extend(settings::unknown_names(&settings, engine.known()));
    diagnostics.extend(settings::missing_root_modules(&settings, sources));
    diagnostics.extend(too_old(&settings, &request.load.account_facts, request.now));
    if diagnostics.iter().any(|d| d.is_error() && is_about_settings(sources, d)) {
        return Run { diagnostics, ..Run::default() };
    }
    let known = match request.only.baseline.as_ref().map(|baseline| Known::read(sources, baseline)).transpose() {
        Ok(known) => known,
        Err(wrong) => return Run { diagnostics: wrong, ..Run::default() },
    };
    let mut run = judge_everything(sources, (request, &options(&settings, request)), &engine);
    if !request.load.schema_only && !diagnostics.iter().any(Diagnostic::is_error) {
        run.diagnostics.extend(no_rules(&engine));
    }
    run.diagnostics.extend(diagnostics);
    let weighing = weigh::Weighing::new(sources, request, (&settings, &engine));
    weighing.waive(&mut run);
    if let Some(known) = known {
        weighing.compare(&known, &mut run);
    }
    run.findings = workspaces::fold(run.findings, &run.evaluations);
    run.apart.known = workspaces::fold(run.apart.known, &run.evaluations);
    run.summary.known = run.apart.known.len();
    run.apart.waivers = weigh::used(sources, &run.findings);
    run
}

/// Facts that are older than the settings allow.
#[must_use]
pub fn too_old(settings: &Settings, facts: &Facts, now: Timestamp) -> Vec<Diagnostic> {
    let Some(max_age) = settings.facts_max_age else { return Vec::new() };
    let old = facts.recorded.iter().filter(|recorded| now.duration_since(recorded.at) > max_age);
    let told = old.map(|recorded| {
        let detail = format!(
            "{} was recorded at {}, and the settings allow an age of {max_age:#}. Record it again: infralint facts pull.",
            recorded.source, recorded.at
        );
        Diagnostic::placeless("Facts are too old", detail)
    });
    told.collect()
}

/// What to load, with the workspaces that the settings list.
pub(super) fn options(settings: &Settings, request: &Request) -> LoadOptions {
    LoadOptions { workspaces: settings.workspaces.clone(), ..request.load.clone() }
}

/// Judging by settings that are not what was meant would only mislead.
fn is_about_settings(sources: &Sources, diagnostic: &Diagnostic) -> bool {
    diagnostic.place.is_some_and(|place| *sources.get(place.file).path == *settings::SETTINGS_FILE)
}

fn judge_everything<E: Engine>(sources: &Sources, (request, options): (&Request, &LoadOptions), engine: &E) -> Run {
    let mut run = Run::default();
    let Evaluated { repository, world, failures } = engine.evaluate(sources, options);
    let changes = request.only.since.as_ref();
    run.apart.scope = changes.map(|changes| changes.scope(sources, (request, options), (&repository, &world)));
    let scope = run.apart.scope.clone();
    let judges = |path: &str| scope.as_ref().is_none_or(|scope| scope.judges(path));
    let roots: Vec<&config::RootModule> = repository.root_modules.iter().filter(|root| judges(&root.path)).collect();
    run.comments = waive::comments(sources, &repository, &roots);
    match changes {
        Some(changes) => run.diagnostics.extend(changes.told_of(sources, &repository, &roots)),
        None => run.diagnostics.extend(of_modules(&repository)),
    }
    let alone = world.root_modules.iter().filter(|root| root.is_plan_alone).count();
    if alone == 0 {
        run.diagnostics.extend(coverage::uncovered(sources, options, &repository));
    }
    run.diagnostics.extend(failures);
    run.evaluations = workspaces::evaluations(&world);
    run.evaluations.retain(|path, _| judges(path));
    let loaded = roots.iter().map(|root| (&root.path, root.workspace.as_deref(), &*root.diagnostics));
    run.diagnostics.extend(workspaces::diagnostics(loaded, &run.evaluations));
    let evaluated = world.root_modules.iter().filter(|root| judges(&root.path) || root.account.is_some());
    let evaluated = evaluated.map(|root| (&root.path, root.workspace.as_deref(), &*root.diagnostics));
    run.diagnostics.extend(workspaces::diagnostics(evaluated, &run.evaluations));
    run.diagnostics.extend(world::circles(&world));
    let paths: BTreeSet<&str> = roots.iter().map(|root| &*root.path).collect();
    run.summary.root_modules = paths.len() + alone;
    run.summary.workspaces = run.evaluations.values().sum();
    let judged: Vec<usize> = (0..world.judged().len()).filter(|i| judges(&world.root_modules[*i].path)).collect();
    let instances = judged.iter().flat_map(|i| &world.root_modules[*i].instances);
    run.summary.resource_instances = instances.filter(|instance| instance.repeat == 0).count();
    judge(sources, (&world, &judged), engine, &mut run);
    run.world = world;
    run
}

/// Nothing is good only because nobody asked.
fn no_rules<E: Engine>(engine: &E) -> Option<Diagnostic> {
    let detail = "Every rule is left out or disabled, so nothing would be judged.";
    engine.ids().is_empty().then(|| Diagnostic::placeless("No rules to judge by", detail))
}

/// What was wrong with files and declarations, whoever uses them.
fn of_modules(repository: &Repository) -> impl Iterator<Item = Diagnostic> {
    let of_modules = repository.modules.values().flat_map(|module| &module.diagnostics);
    repository.diagnostics.iter().chain(of_modules).cloned()
}

fn judge<E: Engine>(sources: &Sources, (world, roots): (&World, &[usize]), engine: &E, run: &mut Run) {
    let units: Vec<(usize, Range<usize>)> = units(roots, engine.files());
    let judged: Vec<Result<Judged, _>> = units
        .into_par_iter()
        .map(|(root, files)| isolated(&world.root_modules[root].id, || engine.judge(sources, world, root, files)))
        .collect();
    let mut matched = BTreeSet::new();
    for result in judged {
        // One bug may stop several units of one root module.
        let told = |failure: Box<Diagnostic>| (!run.diagnostics.contains(&failure)).then_some(*failure);
        let judged =
            result.unwrap_or_else(|failure| Judged { diagnostics: Vec::from_iter(told(failure)), ..Judged::default() });
        run.findings.extend(judged.findings.into_iter().map(Reported::new));
        run.information.extend(judged.information);
        run.diagnostics.extend(judged.diagnostics);
        run.summary.passed += judged.passed;
        run.needs_plan.extend(judged.needs_plan);
        matched.extend(judged.matched);
    }
    if run.apart.scope.is_none() {
        run.summary.rules_without_match = engine.ids().into_iter().filter(|id| !matched.contains(id)).collect();
    }
}

/// Which root modules to judge by which rule files at once: enough units to keep all threads at work to the end, and no
/// more, since the rules of one unit share what they look up.
fn units(roots: &[usize], files: usize) -> Vec<(usize, Range<usize>)> {
    const FOR_EACH_THREAD: usize = 8;
    let wanted = rayon::current_num_threads() * FOR_EACH_THREAD;
    let parts = wanted.div_ceil(roots.len().max(1)).clamp(1, files.max(1));
    let of_root = |part: usize| part * files / parts..(part + 1) * files / parts;
    roots.iter().flat_map(|root| (0..parts).map(move |part| (*root, of_root(part)))).collect()
}

pub(super) fn finish(sources: &Sources, request: &Request, mut run: Run) -> Report {
    sort_findings(sources, &mut run.findings);
    sort_findings(sources, &mut run.apart.known);
    sort_information(sources, &mut run.information);
    sort_diagnostics(sources, &mut run.diagnostics);
    run.summary.rules_without_match.sort_unstable();
    let summary = run.summary.counting(&run.findings, &run.diagnostics);
    let Run { findings, information, diagnostics, plans, checks, apart, .. } = run;
    let facts = Arc::clone(&request.load.account_facts);
    let (fail_on, now) = (request.fail_on, request.now);
    Report { findings, information, diagnostics, summary, fail_on, checks, plans, facts, now, apart }
}

#[cfg(test)]
mod tests;
