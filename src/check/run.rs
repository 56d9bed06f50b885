//! The phases of a run.

use std::{collections::BTreeSet, num::NonZeroUsize};

use rayon::prelude::*;

use super::{
    Report, Reported, Request, Settings, Summary, coverage,
    engine::{self, Engine, Judged, PolicyEngine},
    isolate::isolated,
    order::{sort_diagnostics, sort_findings},
    rules::load_rules,
    settings, waive,
};
use crate::{
    config::{LoadOptions, Repository},
    diag::Diagnostic,
    policy::RuleSet,
    source::Sources,
    world::{RootModule, World},
};

/// Evaluation recurses as deep as its limits let it; the deepest needs less than this.
const STACK_BYTES: usize = 64 << 20;

/// Judges the root modules under the paths of a request.
#[must_use]
pub fn run(sources: &Sources, request: &Request) -> Report {
    run_with(sources, request, || load_rules(sources, &request.rules))
}

/// The same with rules that are loaded already.
pub(super) fn run_by(sources: &Sources, request: &Request, set: RuleSet) -> Report {
    run_with(sources, request, || set)
}

/// Evaluates the root modules under paths and judges nothing. What is wrong with the configuration comes with them.
#[must_use]
pub fn evaluated(sources: &Sources, options: &LoadOptions) -> (World, Vec<Diagnostic>) {
    let work = || {
        let loaded = isolated("the repository", || engine::load(sources, options));
        let repository = loaded.unwrap_or_else(|bug| Repository { diagnostics: vec![*bug], ..Repository::default() });
        let mut diagnostics: Vec<Diagnostic> = loading_diagnostics(&repository).collect();
        diagnostics.extend(coverage::uncovered(sources, options, &repository));
        let (world, failures) = evaluate_by(&repository, |i| crate::world::evaluate(sources, &repository, i));
        diagnostics.extend(failures);
        diagnostics.extend(world.root_modules.iter().flat_map(|root| root.diagnostics.iter().cloned()));
        sort_diagnostics(sources, &mut diagnostics);
        (world, diagnostics)
    };
    with_stacks(None, work).unwrap_or_else(|failure| (World::default(), vec![*failure]))
}

fn run_with(sources: &Sources, request: &Request, rules: impl FnOnce() -> RuleSet + Send) -> Report {
    with_threads(sources, request, || {
        // Neither needs the other. A bug met in here is met again, and told, where configuration is asked for.
        let (set, repository) =
            rayon::join(rules, || isolated("the repository", || engine::load(sources, &request.load)).ok());
        phases(sources, request, |settings| {
            let (engine, diagnostics) = PolicyEngine::start(sources, request, &set, settings);
            (engine.with_loaded(repository), diagnostics)
        })
    })
}

fn with_threads(sources: &Sources, request: &Request, work: impl FnOnce() -> Report + Send) -> Report {
    with_stacks(request.jobs, work)
        .unwrap_or_else(|failure| finish(sources, request, Run { diagnostics: vec![*failure], ..Run::default() }))
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
struct Run {
    findings: Vec<Reported>,
    diagnostics: Vec<Diagnostic>,
    summary: Summary,
}

/// The phases with a given engine; `start` makes it from the settings.
fn phases<E: Engine>(
    sources: &Sources,
    request: &Request,
    start: impl FnOnce(&Settings) -> (E, Vec<Diagnostic>),
) -> Report {
    let (settings, mut diagnostics) = settings::load(sources);
    let (engine, of_rules) = start(&settings);
    diagnostics.extend(of_rules);
    diagnostics.extend(settings::unknown_names(&settings, engine.known()));
    if diagnostics.iter().any(|d| d.is_error() && is_about_settings(sources, d)) {
        return finish(sources, request, Run { diagnostics, ..Run::default() });
    }
    let mut run = judge_everything(sources, request, &engine);
    run.diagnostics.extend(diagnostics);
    apply(&settings, request, &mut run);
    finish(sources, request, run)
}

/// Judging by settings that are not what was meant would only mislead.
fn is_about_settings(sources: &Sources, diagnostic: &Diagnostic) -> bool {
    diagnostic.place.is_some_and(|place| *sources.get(place.file).path == *settings::SETTINGS_FILE)
}

fn judge_everything<E: Engine>(sources: &Sources, request: &Request, engine: &E) -> Run {
    let mut run = Run::default();
    run.diagnostics.extend(no_rules(engine));
    let loaded = isolated("the repository", || engine.load(sources, &request.load));
    let repository = loaded.unwrap_or_else(|bug| Repository { diagnostics: vec![*bug], ..Repository::default() });
    run.diagnostics.extend(loading_diagnostics(&repository));
    run.diagnostics.extend(coverage::uncovered(sources, &request.load, &repository));
    let (world, failures) = evaluate(sources, &repository, engine);
    run.diagnostics.extend(failures);
    run.diagnostics.extend(world.root_modules.iter().flat_map(|root| root.diagnostics.iter().cloned()));
    run.summary.root_modules = repository.root_modules.len();
    run.summary.resource_instances =
        world.root_modules.iter().map(|root| root.instances.iter().filter(|i| i.repeat == 0).count()).sum();
    judge(sources, &world, engine, &mut run);
    run
}

/// Nothing is good only because nobody asked.
fn no_rules<E: Engine>(engine: &E) -> Option<Diagnostic> {
    let detail = "Every rule is left out or disabled, so nothing would be judged.";
    engine.ids().is_empty().then(|| Diagnostic::placeless("No rules to judge by", detail))
}

/// What was wrong with files and declarations, whoever uses them.
fn loading_diagnostics(repository: &Repository) -> impl Iterator<Item = Diagnostic> {
    let of_modules = repository.modules.values().flat_map(|module| &module.diagnostics);
    let of_roots = repository.root_modules.iter().flat_map(|root| &root.diagnostics);
    repository.diagnostics.iter().chain(of_modules).chain(of_roots).cloned()
}

fn evaluate<E: Engine>(sources: &Sources, repository: &Repository, engine: &E) -> (World, Vec<Diagnostic>) {
    evaluate_by(repository, |i| engine.evaluate(sources, repository, i))
}

fn evaluate_by(repository: &Repository, evaluate: impl Fn(usize) -> RootModule + Sync) -> (World, Vec<Diagnostic>) {
    let roots = repository.root_modules.par_iter().enumerate();
    let evaluated: Vec<Result<RootModule, _>> = roots.map(|(i, root)| isolated(&root.path, || evaluate(i))).collect();
    let mut world = World::default();
    let mut failures = Vec::new();
    for result in evaluated {
        match result {
            Ok(root) => world.root_modules.push(root),
            Err(failure) => failures.push(*failure),
        }
    }
    (world, failures)
}

fn judge<E: Engine>(sources: &Sources, world: &World, engine: &E, run: &mut Run) {
    let roots = world.root_modules.par_iter().enumerate();
    let judged: Vec<Result<Judged, _>> =
        roots.map(|(i, root)| isolated(&root.path, || engine.judge(sources, world, i))).collect();
    let mut matched = BTreeSet::new();
    for result in judged {
        let judged = result.unwrap_or_else(|failure| Judged { diagnostics: vec![*failure], ..Judged::default() });
        run.findings.extend(judged.findings.into_iter().map(|finding| Reported { finding, waiver: None }));
        run.diagnostics.extend(judged.diagnostics);
        run.summary.passed += judged.passed;
        matched.extend(judged.matched);
    }
    run.summary.rules_without_match = engine.ids().into_iter().filter(|id| !matched.contains(id)).collect();
}

/// Waivers, as the settings say.
fn apply(settings: &Settings, request: &Request, run: &mut Run) {
    let (waivers, expired) = waive::in_force(&settings.waivers, request.today());
    run.diagnostics.extend(expired);
    for reported in &mut run.findings {
        reported.waiver = waive::waiver_of(&waivers, &reported.finding);
    }
}

fn finish(sources: &Sources, request: &Request, mut run: Run) -> Report {
    sort_findings(sources, &mut run.findings);
    sort_diagnostics(sources, &mut run.diagnostics);
    run.summary.rules_without_match.sort_unstable();
    let summary = run.summary.counting(&run.findings, &run.diagnostics);
    Report { findings: run.findings, diagnostics: run.diagnostics, summary, fail_on: request.fail_on }
}

#[cfg(test)]
mod tests;
