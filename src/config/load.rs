//! Loading a repository in waves: each wave is a list of directories that are independent of each other.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    backend, calls,
    commands::Commands,
    cycles, discovery, installed,
    model::{LoadOptions, Module, Repository, RootModule},
    module::load_module,
    release::{self, Release},
    variable_files::{self, CommandLine},
    workspace,
};
use crate::{diag::Level, source::Sources};

/// Runs a function over directories, in any order or at once, and yields the results in the order of the directories.
pub type Executor<'e> = dyn Fn(Vec<Box<str>>, &(dyn Fn(&str) -> Module + Sync)) -> Vec<Module> + 'e;

/// Finds the root modules under the given paths and loads everything they call, one directory after the other.
#[must_use]
pub fn load(sources: &Sources, options: &LoadOptions) -> Repository {
    load_with(sources, options, &|dirs, load| dirs.iter().map(|dir| load(dir)).collect())
}

/// As [`load`], with an executor of the caller's: this room knows no threads.
#[must_use]
pub fn load_with(sources: &Sources, options: &LoadOptions, run: &Executor<'_>) -> Repository {
    let candidates = discovery::candidates(sources, options);
    let mut loader = Loader { sources, run, loaded: BTreeMap::new() };
    loader.load_all(candidates.dirs.clone());
    let roots = discovery::root_modules(&candidates, &loader.loaded, || loader.callers_elsewhere());
    let mut installed = loader.load_installed(&roots);
    cycles::cut(sources, &mut loader.loaded, &roots);
    calls::check(&mut loader.loaded);

    let called_only = candidates.dirs.difference(&roots).cloned().collect();
    let modules: HashMap<Box<str>, Arc<Module>> =
        loader.loaded.into_iter().map(|(dir, module)| (dir, Arc::new(module))).collect();
    let mut diagnostics = candidates.problems;
    let command_line = CommandLine::read(sources, options, &mut diagnostics);
    let mut root_modules: Vec<RootModule> = Vec::new();
    let mut in_other_workspaces = Vec::new();
    let mut commands = Commands::read(sources, &roots, &mut diagnostics);
    commands.uses_terragrunt |= candidates.terragrunt;
    for module in roots.iter().filter_map(|dir| modules.get(dir)) {
        let installed = installed.remove(&module.dir).unwrap_or_default();
        let runs = workspace::runs(sources, options, &module.dir, &mut diagnostics);
        if runs.is_empty() {
            in_other_workspaces.push(module.dir.clone());
        }
        for run in runs {
            let mut root = root_module(sources, (&command_line, &commands), module, run);
            root.installed.clone_from(&installed);
            root.terraform = release::of_terraform(&modules, &root);
            root.aws = release::of(sources, &modules, &root);
            root_modules.push(root);
        }
    }
    root_modules.sort_by(|a, b| a.id.cmp(&b.id));
    if root_modules.is_empty() {
        // Nothing at all is evaluated, since the name is wrong.
        let of_workspaces = diagnostics.iter_mut().filter(|diagnostic| diagnostic.level == Level::Info);
        of_workspaces.for_each(|diagnostic| diagnostic.level = Level::Error);
    }
    diagnostics.extend(command_line.undeclared(&root_modules));
    Repository { modules, root_modules, called_only, in_other_workspaces, diagnostics }
}

fn root_module(
    sources: &Sources,
    (command_line, commands): (&CommandLine, &Commands),
    module: &Arc<Module>,
    run: workspace::Run<'_>,
) -> RootModule {
    let mut diagnostics = Vec::new();
    let given = variable_files::given(sources, module, (command_line, run.listed), &mut diagnostics);
    let backend = backend::effective(sources, module, commands, &mut diagnostics);
    RootModule {
        id: run.id,
        path: Arc::from(&*module.dir),
        module: Arc::clone(module),
        installed: BTreeMap::new(),
        given: given.values,
        variable_trees: given.trees,
        backend,
        workspace: run.workspace,
        aws: Release::default(),
        terraform: Release::default(),
        diagnostics,
    }
}

/// The directory of each installed call, by root module.
type Installed = BTreeMap<Box<str>, BTreeMap<String, Box<str>>>;

struct Loader<'a> {
    sources: &'a Sources,
    run: &'a Executor<'a>,
    loaded: BTreeMap<Box<str>, Module>,
}

impl Loader<'_> {
    /// Loads these directories and everything they call.
    fn load_all(&mut self, mut wave: BTreeSet<Box<str>>) {
        loop {
            wave.retain(|dir| !self.loaded.contains_key(dir));
            if wave.is_empty() {
                return;
            }
            let dirs: Vec<Box<str>> = std::mem::take(&mut wave).into_iter().collect();
            for module in self.load_some(dirs) {
                wave.extend(discovery::local_calls(&module));
                self.loaded.insert(module.dir.clone(), module);
            }
        }
    }

    fn load_some(&self, dirs: Vec<Box<str>>) -> Vec<Module> {
        let sources = self.sources;
        (self.run)(dirs, &|dir| load_module(sources, dir))
    }

    /// The directories that modules outside the given paths call. What is read for this is not kept.
    fn callers_elsewhere(&self) -> BTreeSet<Box<str>> {
        let mut rest = discovery::everywhere(self.sources);
        rest.retain(|dir| !self.loaded.contains_key(dir));
        discovery::called(&self.load_some(rest))
    }

    /// Loads what `terraform init` has installed for these root modules.
    fn load_installed(&mut self, roots: &BTreeSet<Box<str>>) -> Installed {
        let mut all = BTreeMap::new();
        for root in roots {
            let calls = installed::read(self.sources, root);
            if !calls.is_empty() {
                self.load_all(calls.values().cloned().collect());
                all.insert(root.clone(), calls);
            }
        }
        all
    }
}
