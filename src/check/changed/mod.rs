//! Changed only: the root modules that are judged since something they are made of has changed. Everything is evaluated, so
//! that they are judged as they would be among all others.

mod own;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use self::own::Own;
use super::Request;
use crate::{
    config::{self, LoadOptions, Repository},
    diag::Diagnostic,
    source::Sources,
    world::World,
};

/// What has changed in a repository since a revision, as git tells it.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The revision as typed.
    pub since: String,
    /// Absolute paths of what was changed, added, renamed (both names) or deleted, also uncommitted and untracked.
    pub paths: BTreeSet<PathBuf>,
    /// Absolute paths of all files that git would tell of. About any other file it says nothing.
    pub told: HashSet<PathBuf>,
}

/// Which root modules were judged since something has changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scope {
    pub since: String,
    /// By path, each with what has changed.
    pub judged: BTreeMap<Arc<str>, Vec<String>>,
    /// Those nothing has changed for, sorted.
    pub left_out: Vec<Arc<str>>,
}

/// Causes that are told of one root module.
const MOST_TOLD: usize = 5;

impl Changes {
    /// The root modules that something has changed for.
    pub(super) fn scope(
        &self,
        sources: &Sources,
        (request, options): (&Request, &LoadOptions),
        (repository, world): (&Repository, &World),
    ) -> Scope {
        let looking = Looking::new(self, sources, (repository, world));
        let everywhere: Vec<String> = looking.everywhere(request);
        let mut judged: BTreeMap<Arc<str>, Vec<String>> = BTreeMap::new();
        for (root, own) in repository.all_root_modules().zip(&looking.own) {
            let causes = looking.causes(root, own, options);
            if !causes.is_empty() {
                judged.entry(Arc::clone(&root.path)).or_default().extend(causes);
            }
        }
        let before = judged.len();
        if !everywhere.is_empty() {
            for root in repository.all_root_modules() {
                judged.entry(Arc::clone(&root.path)).or_default().extend(everywhere.iter().cloned());
            }
        }
        let any = before > 0 || looking.missing.is_some();
        while looking.by_states(&mut judged, any) {}
        let mut scope = Scope { since: self.since.clone(), ..Scope::default() };
        for path in repository.root_modules.iter().map(|root| &root.path).collect::<BTreeSet<_>>() {
            match judged.remove(path) {
                Some(mut causes) => {
                    causes.dedup();
                    causes.truncate(MOST_TOLD);
                    scope.judged.insert(Arc::clone(path), causes);
                }
                None => scope.left_out.push(Arc::clone(path)),
            }
        }
        scope
    }
}

impl Changes {
    /// What is wrong with the modules that judged root modules are made of, and with those something has changed in.
    pub(super) fn told_of(
        &self,
        sources: &Sources,
        repository: &Repository,
        roots: &[&config::RootModule],
    ) -> Vec<Diagnostic> {
        let mut folders: BTreeSet<Box<str>> =
            roots.iter().flat_map(|root| config::folders_of(repository, root)).collect();
        folders.extend(self.paths.iter().filter_map(|path| path.parent()).map(|folder| sources.display(folder).into()));
        let modules = folders.iter().filter_map(|folder| repository.modules.get(folder));
        repository.diagnostics.iter().chain(modules.flat_map(|module| &module.diagnostics)).cloned().collect()
    }
}

impl Scope {
    #[must_use]
    pub fn judges(&self, root_module: &str) -> bool {
        self.judged.contains_key(root_module)
    }
}

/// Everything that is asked about each root module.
struct Looking<'a> {
    changes: &'a Changes,
    sources: &'a Sources,
    repository: &'a Repository,
    /// As git's paths are, where links are resolved.
    real: BTreeSet<PathBuf>,
    /// Paths without links, as they are asked for.
    resolved: RefCell<HashMap<PathBuf, PathBuf>>,
    /// Whether anything that has changed is not there any more.
    any_gone: bool,
    /// As they are shown.
    shown: Vec<String>,
    /// Of each root module of the repository, in its order.
    own: Vec<Own>,
    /// Configuration that is gone from a folder that may have been a root module.
    missing: Option<String>,
}

impl<'a> Looking<'a> {
    fn new(changes: &'a Changes, sources: &'a Sources, (repository, world): (&'a Repository, &'a World)) -> Self {
        let shown = changes.paths.iter().map(|path| sources.display(path)).collect();
        let own = repository.all_root_modules().map(|root| Own::of(sources, (repository, world), root)).collect();
        let real = changes.paths.iter().map(|path| own::real(path)).collect();
        let any_gone = changes.paths.iter().any(|path| !path.exists());
        let resolved = RefCell::default();
        let mut looking = Self { changes, sources, repository, real, resolved, any_gone, shown, own, missing: None };
        looking.missing = looking.missing();
        looking
    }

    /// Whether a path, or something below it, has changed; what that is.
    fn changed(&self, path: &Path) -> Option<String> {
        let at_or_below = |paths: &BTreeSet<PathBuf>, path: &Path| {
            let first = paths.range(path.to_path_buf()..).next().filter(|found| found.starts_with(path));
            // What git takes for one thing may be a folder here: another repository inside this one.
            let above = || path.ancestors().skip(1).find(|above| paths.contains(*above)).map(Path::to_path_buf);
            first.cloned().or_else(above)
        };
        let found = at_or_below(&self.changes.paths, path).or_else(|| at_or_below(&self.real, &self.real(path)))?;
        Some(self.sources.display(&found))
    }

    fn real(&self, path: &Path) -> PathBuf {
        if let Some(real) = self.resolved.borrow().get(path) {
            return real.clone();
        }
        let real = own::real(path);
        self.resolved.borrow_mut().insert(path.to_path_buf(), real.clone());
        real
    }

    /// Why a root module is affected by what is its own.
    fn causes(&self, root: &config::RootModule, own: &Own, options: &LoadOptions) -> Vec<String> {
        let mut causes = Vec::new();
        for path in &self.shown {
            let name = path.rsplit('/').next().unwrap_or_default();
            let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            let is_module = || config::is_configuration(name) && own.folders.contains(folder);
            if config::role_of(path, &root.path).is_some() || is_module() {
                causes.push(format!("{path} has changed"));
            }
        }
        let exact = own.files(self.sources, root, options.workspaces.iter());
        let links = if self.any_gone { own.links(self.sources) } else { Vec::new() };
        causes.extend(
            exact
                .iter()
                .chain(&own.configuration)
                .chain(&links)
                .filter_map(|file| self.changed(file))
                .map(|path| format!("{path} has changed")),
        );
        let read = own.read.iter().filter_map(|path| self.changed(path));
        causes.extend(read.map(|path| format!("{path} has changed, which a function reads")));
        let untold = exact.iter().chain(&own.read).chain(&own.configuration).find(|path| self.is_untold(path));
        causes.extend(untold.map(|path| format!("git says nothing of {}", self.sources.display(path))));
        causes.sort();
        causes.dedup();
        causes
    }

    /// Whether a file is read of which git would not tell that it has changed. What `terraform init` brings is decided by
    /// what git tells of.
    fn is_untold(&self, path: &Path) -> bool {
        let is_of_init = path.components().any(|part| part.as_os_str() == ".terraform");
        let told = &self.changes.told;
        !is_of_init && path.is_file() && !told.contains(path) && !told.contains(&self.real(path))
    }

    /// What has changed for all root modules alike.
    fn everywhere(&self, request: &Request) -> Vec<String> {
        let root = self.sources.root();
        let mut given: Vec<PathBuf> = vec![root.join(super::SETTINGS_FILE), root.join(".infralint")];
        given.extend(request.rules.folders.iter().map(|folder| root.join(folder)));
        given.extend(request.load.var_files.iter().map(|file| root.join(file)));
        given.extend(request.inputs.files.iter().map(|file| root.join(file)));
        let mut causes: Vec<String> = given.iter().filter_map(|path| self.changed(path)).collect();
        causes.extend(self.nobodys(request));
        causes.sort();
        causes.dedup();
        let told = causes.into_iter().map(|path| format!("{path} has changed, which counts everywhere"));
        told.chain(self.missing.iter().map(|path| format!("{path} is gone, which may have been a root module")))
            .collect()
    }

    /// What was read and has changed, and nobody knows for whom.
    fn nobodys(&self, request: &Request) -> Vec<String> {
        let mut read: BTreeSet<PathBuf> = self.sources.looked_at();
        read.extend(self.sources.on_disk().iter().map(|file| self.sources.root().join(&*file.path)));
        let baseline = request.only.baseline.as_ref().map(|baseline| self.sources.root().join(&baseline.file));
        let is_known = |path: &Path| {
            let shown = self.sources.display(path);
            let (folder, name) = shown.rsplit_once('/').unwrap_or((".", &shown));
            let of_root =
                || self.repository.all_root_modules().any(|root| config::role_of(&shown, &root.path).is_some());
            config::is_configuration(name) && self.repository.modules.contains_key(folder)
                || self.own.iter().any(|own| own.knows(path))
                || baseline.as_deref() == Some(path)
                || of_root()
        };
        let changed = read.into_iter().filter_map(|path| self.changed(&path).map(|shown| (path, shown)));
        changed.filter(|(path, _)| !is_known(path)).map(|(_, shown)| shown).collect()
    }

    /// Configuration that is gone, of a folder that has none any more and that nobody calls.
    fn missing(&self) -> Option<String> {
        let is_called = |folder: &str| self.own.iter().any(|own| own.folders.contains(folder));
        let is_missing = |path: &&String| {
            let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
            config::is_configuration(name)
                && !self.sources.root().join(&**path).exists()
                && !config::is_library(folder)
                && !is_called(folder)
                && !self.holds_configuration(folder)
        };
        self.shown.iter().find(is_missing).cloned()
    }

    fn holds_configuration(&self, folder: &str) -> bool {
        let entries = std::fs::read_dir(self.sources.root().join(folder)).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.file_name().to_str().is_some_and(config::is_configuration))
    }

    /// Adds root modules that read a state of an affected one, or one that nobody here keeps any more; whether any was added.
    fn by_states(&self, judged: &mut BTreeMap<Arc<str>, Vec<String>>, any: bool) -> bool {
        let mut added = Vec::new();
        for (config, own) in self.repository.root_modules.iter().zip(&self.own) {
            if own.states == 0 || judged.contains_key(&config.path) {
                continue;
            }
            let read = own.reads.iter().find(|path| judged.contains_key(path.as_ref()));
            if let Some(read) = read {
                added.push((Arc::clone(&config.path), format!("it reads the state of {read}")));
            } else if any && own.resolved < own.states {
                added.push((Arc::clone(&config.path), "it reads a state that no root module here keeps".to_owned()));
            }
        }
        let found = !added.is_empty();
        judged.extend(added.into_iter().map(|(path, cause)| (path, vec![cause])));
        found
    }
}
