//! How far a run is, for whoever waits for it. Nothing here asks the clock: who watches does.

use std::{
    fmt,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    engine::{Engine, Evaluated, Judged},
    rules::RuleChecks,
};
use crate::{config::LoadOptions, source::Sources, world::World};

/// Something that is done. Steps come from any thread, those of one phase in no particular order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Files are read: there are so many root modules, each counted once for each workspace.
    Loaded { root_modules: usize },
    /// So many of them are evaluated.
    Evaluated { done: usize },
    /// So many of them are judged, of so many.
    Judged { done: usize, of: usize },
}

/// Who is told of steps; nobody by default.
#[derive(Clone, Default)]
pub struct Watch {
    told: Option<Arc<dyn Fn(Step) + Send + Sync>>,
    evaluated: Arc<AtomicUsize>,
}

impl Watch {
    /// Tells each step to a function, which must not take long.
    pub fn by(told: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self { told: Some(Arc::new(told)), evaluated: Arc::default() }
    }

    pub(super) fn tell(&self, step: Step) {
        if let Some(told) = &self.told {
            told(step);
        }
    }

    pub(super) fn one_evaluated(&self) {
        let before = self.evaluated.fetch_add(1, Ordering::Relaxed);
        self.tell(Step::Evaluated { done: before + 1 });
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("is_told", &self.told.is_some()).finish_non_exhaustive()
    }
}

/// An engine that tells what it has judged.
pub(super) struct Watched<E> {
    engine: E,
    watch: Watch,
    /// Rule files that were judged by, over all root modules.
    judged: AtomicUsize,
}

impl<E> Watched<E> {
    pub(super) fn new(engine: E, watch: &Watch) -> Self {
        Self { engine, watch: watch.clone(), judged: AtomicUsize::new(0) }
    }
}

impl<E: Engine> Engine for Watched<E> {
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
        let count = files.len();
        let judged = self.engine.judge(sources, world, root, files);
        let all = self.judged.fetch_add(count, Ordering::Relaxed) + count;
        self.watch.tell(Step::Judged { done: all / self.engine.files().max(1), of: world.judged().len() });
        judged
    }
}
