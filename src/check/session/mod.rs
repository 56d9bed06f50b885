//! A repository that is judged again and again while it changes under an editor.
//!
//! What a change does not concern is kept: a changed file concerns the root modules that reach its module, and those that
//! read their states. These alone are loaded, evaluated and judged again, by all rules; the others only by rules that
//! look beyond one root module (overlaps, shared states). What changes which root modules there are is a new beginning.
//! The report is the one that a run would make of the same texts (`tests/session.rs`).

mod concern;
mod kept;

use std::{
    collections::{BTreeSet, HashSet},
    path::PathBuf,
    sync::Arc,
};

use jiff::Timestamp;

use self::{
    concern::{Concern, Shape, concern},
    kept::{Kept, KeptEngine},
};
use super::{
    Report, Request, Settings,
    engine::{self, Evaluated, PolicyEngine},
    load_rules,
    run::{Run, finish, options, phases, with_stacks},
    settings,
};
use crate::{
    config::{LoadOptions, Repository},
    diag::Diagnostic,
    policy::RuleSet,
    source::Sources,
    world::World,
};

/// After so many passes everything is read anew, since texts that were read are never forgotten before.
const PASSES: usize = 500;

/// See the module.
#[derive(Debug)]
pub struct Session {
    sources: Sources,
    request: Request,
    set: RuleSet,
    settings: (Settings, Vec<Diagnostic>),
    repository: Repository,
    /// None when it is not known any more what everything comes to.
    world: Option<World>,
    kept: Kept,
    report: Report,
    /// Display paths of the files that were read in the last pass over everything.
    read: HashSet<Box<str>>,
    passes: usize,
}

impl Session {
    /// Judges a repository for the first time.
    #[must_use]
    pub fn open(root: PathBuf, request: Request) -> Self {
        let sources = Sources::new(root);
        let report = finish(&sources, &request, Run::default());
        let mut session = Self {
            sources,
            request,
            set: RuleSet::default(),
            settings: Default::default(),
            repository: Repository::default(),
            world: None,
            kept: Kept::default(),
            report,
            read: HashSet::new(),
            passes: 0,
        };
        session.isolated(Self::everything);
        session
    }

    #[must_use]
    pub const fn sources(&self) -> &Sources {
        &self.sources
    }

    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// As of the last pass; the modules of it are those that the report speaks of.
    #[must_use]
    pub const fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Everything as it was evaluated; none while something keeps a root module out of it.
    #[must_use]
    pub const fn world(&self) -> Option<&World> {
        self.world.as_ref()
    }

    /// Puts a text in the place of a file's, or gives the file its own again; the next pass sees it.
    pub fn write(&self, path: PathBuf, text: Option<Box<str>>) {
        self.sources.put_instead(path, text);
    }

    /// Judges again after changes of these files, and says which root modules were evaluated for that.
    pub fn refresh(&mut self, changed: &BTreeSet<PathBuf>, now: Timestamp) -> Vec<Arc<str>> {
        self.request.now = now;
        self.passes += 1;
        let concern = match &self.world {
            Some(world) if self.passes < PASSES => {
                concern(&self.sources, (&self.repository, world), &self.read, changed)
            }
            _ => Concern::Everything,
        };
        match concern {
            Concern::Nothing => Vec::new(),
            Concern::Everything => self.isolated(Self::everything),
            Concern::Some { dirs, roots } => self.isolated(|session| session.some(&dirs, &roots)),
        }
    }

    /// Does a pass on threads whose stacks are deep enough. Of one that meets a bug nothing but that is told, and the next
    /// one begins anew: nobody knows how far it came.
    fn isolated(&mut self, pass: impl FnOnce(&mut Self) -> Vec<Arc<str>> + Send) -> Vec<Arc<str>> {
        let jobs = self.request.jobs;
        let done = with_stacks(jobs, || super::isolated("the repository", || pass(self)));
        done.and_then(|done| done).unwrap_or_else(|bug| {
            self.world = None;
            self.report = finish(&self.sources, &self.request, Run::failed(*bug));
            Vec::new()
        })
    }

    fn everything(&mut self) -> Vec<Arc<str>> {
        self.passes = 0;
        self.world = None;
        self.kept = Kept::default();
        self.sources = self.sources.afresh();
        self.settings = settings::load(&self.sources);
        let options = options(&self.settings.0, &self.request);
        let (sources, rules) = (&self.sources, &self.request.rules);
        let (set, evaluated) =
            rayon::join(|| load_rules(sources, rules), || Evaluated::of(sources, || engine::load(sources, &options)));
        self.set = set;
        self.repository = evaluated.repository.clone();
        let ids = self.repository.root_modules.iter().map(|root| Arc::clone(&root.id)).collect();
        self.judge(evaluated);
        self.read = self.sources.on_disk().iter().map(|file| file.path.clone()).collect();
        ids
    }

    /// Loads and evaluates what is concerned, puts it in its place among the rest, and judges.
    fn some(&mut self, dirs: &BTreeSet<Box<str>>, roots: &BTreeSet<Box<str>>) -> Vec<Arc<str>> {
        let Some(world) = self.world.take() else { return self.everything() };
        let all = options(&self.settings.0, &self.request);
        let paths = dirs.iter().map(|dir| self.sources.root().join(&**dir)).collect();
        let options = LoadOptions { paths, shallow: true, ..all };
        let load = || {
            let mut part = engine::load(&self.sources, &options);
            part.root_modules.retain(|root| roots.contains(&*root.path));
            part
        };
        let part = Evaluated::of(&self.sources, load);
        let is_same = |dir: &str| {
            let shape = |of: &Repository| of.modules.get(dir).map(|module| Shape::of(module));
            shape(&self.repository) == shape(&part.repository)
        };
        let is_whole = part.failures.is_empty() && part.world.root_modules.len() == part.repository.root_modules.len();
        if !is_whole || !dirs.iter().all(|dir| is_same(dir)) {
            return self.everything();
        }
        let ids: Vec<Arc<str>> = part.repository.root_modules.iter().map(|root| Arc::clone(&root.id)).collect();
        match self.put(dirs, part, world) {
            Some(world) => {
                self.kept.forget(&ids);
                let evaluated = Evaluated { repository: self.repository.clone(), world, failures: Vec::new() };
                self.judge(evaluated);
                ids
            }
            None => self.everything(),
        }
    }

    /// The world with what is new in it; none when other root modules are there than before.
    fn put(&mut self, dirs: &BTreeSet<Box<str>>, part: Evaluated, mut world: World) -> Option<World> {
        let mut roots = std::mem::take(&mut world.root_modules);
        for (config, evaluated) in part.repository.root_modules.into_iter().zip(part.world.root_modules) {
            let at = self.repository.root_modules.binary_search_by(|root| root.id.cmp(&config.id)).ok()?;
            *self.repository.root_modules.get_mut(at)? = config;
            let at = roots.binary_search_by(|root| root.id.cmp(&evaluated.id)).ok()?;
            *roots.get_mut(at)? = evaluated;
        }
        let mut modules = part.repository.modules;
        for dir in dirs {
            self.repository.modules.insert(dir.clone(), modules.remove(dir)?);
        }
        Some(World::new(roots))
    }

    fn judge(&mut self, evaluated: Evaluated) {
        let failed = !evaluated.failures.is_empty();
        let (sources, request, kept) = (&self.sources, &self.request, &self.kept);
        let mut run = phases(sources, request, self.settings.clone(), |settings| {
            let (engine, diagnostics) = PolicyEngine::start(sources, request, &self.set, settings);
            (KeptEngine::new(engine.with_evaluated(evaluated), kept), diagnostics)
        });
        let world = std::mem::take(&mut run.world);
        // Where a bug keeps a root module out of the world, there is no place to put it in again.
        let is_whole = !failed && world.root_modules.len() == self.repository.root_modules.len();
        self.world = is_whole.then_some(world);
        self.report = finish(&self.sources, &self.request, run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check::RuleSources, diag::Level, policy::InputSources};

    #[test]
    fn a_bug_in_a_pass_is_told_and_the_next_one_begins_anew() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("main.tf");
        std::fs::write(&path, "locals {\n  a = 1\n}\n").expect("a file");
        let request = Request {
            load: LoadOptions { paths: vec![folder.path().to_owned()], ..LoadOptions::default() },
            rules: RuleSources { shipped: true, folders: Vec::new() },
            undecided: None,
            whole_try: false,
            fail_on: Level::Error,
            jobs: None,
            inputs: InputSources::default(),
            now: Timestamp::UNIX_EPOCH,
            only: super::super::Only::default(),
        };
        let mut session = Session::open(folder.path().to_owned(), request);
        assert_eq!(session.report().summary.root_modules, 1);
        session.isolated(|session| {
            assert!(session.report().diagnostics.len() > 1_000, "boom");
            Vec::new()
        });
        let told = session.report().diagnostics.first().map(|bug| (bug.summary.as_str(), bug.detail.contains("boom")));
        assert_eq!(told, Some(("Internal error", true)));
        assert_eq!(session.refresh(&BTreeSet::from([path]), Timestamp::UNIX_EPOCH).len(), 1);
        assert_eq!(session.report().diagnostics, []);
    }
}
