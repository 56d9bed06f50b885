//! Verdicts that still hold.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    check::{
        RuleChecks,
        engine::{Engine, Evaluated, Judged, PolicyEngine},
    },
    config::LoadOptions,
    source::Sources,
    world::World,
};

/// What rules that look at nothing else said of root modules, by the root module's id and the rule files.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<ByUnit>);

type ByUnit = HashMap<(Arc<str>, Range<usize>), Judged>;

impl Kept {
    /// These root modules were evaluated again.
    pub(super) fn forget(&mut self, roots: &[Arc<str>]) {
        let judged = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        judged.retain(|(root, _), _| !roots.contains(root));
    }

    fn get(&self, key: &(Arc<str>, Range<usize>)) -> Option<Judged> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: (Arc<str>, Range<usize>), judged: Judged) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, judged);
    }
}

/// The real engine, which is asked only what is not known any more.
#[derive(Debug)]
pub(super) struct KeptEngine<'k> {
    engine: PolicyEngine,
    kept: &'k Kept,
    /// Of each rule file, whether what it says of a root module is decided by that one.
    keeps: Vec<bool>,
}

impl<'k> KeptEngine<'k> {
    pub(super) fn new(engine: PolicyEngine, kept: &'k Kept) -> Self {
        let keeps = engine.rules().iter().map(|rule| rule.file.is_about_one_root_module()).collect();
        Self { engine, kept, keeps }
    }

    /// Neighbours of one kind, in order.
    fn runs(&self, files: Range<usize>) -> Vec<(bool, Range<usize>)> {
        let mut runs: Vec<(bool, Range<usize>)> = Vec::new();
        for at in files {
            let keeps = self.keeps.get(at).copied().unwrap_or(false);
            match runs.last_mut() {
                Some((kind, run)) if *kind == keeps => run.end = at + 1,
                _ => runs.push((keeps, at..at + 1)),
            }
        }
        runs
    }
}

impl Engine for KeptEngine<'_> {
    fn known(&self) -> &[RuleChecks] {
        self.engine.known()
    }

    fn ids(&self) -> Vec<String> {
        self.engine.ids()
    }

    fn files(&self) -> usize {
        self.engine.files()
    }

    fn evaluate(&self, sources: &Sources, options: &LoadOptions) -> Evaluated {
        self.engine.evaluate(sources, options)
    }

    fn judge(&self, sources: &Sources, world: &World, root: usize, files: Range<usize>) -> Judged {
        let mut all = Judged::default();
        let Some(module) = world.root_modules.get(root) else { return all };
        for (keeps, run) in self.runs(files) {
            let key = (Arc::clone(&module.id), run.clone());
            let known = if keeps { self.kept.get(&key) } else { None };
            let judged = known.unwrap_or_else(|| {
                let judged = self.engine.judge(sources, world, root, run);
                if keeps {
                    self.kept.put(key, judged.clone());
                }
                judged
            });
            all.add(judged);
        }
        all
    }
}
