//! Loading a repository in waves: each wave is a list of directories that are independent of each other.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    backend, calls,
    commands::Commands,
    cycles, discovery,
    installed::{self, Installed},
    model::{Conformity, LoadOptions, Module, Repository, RootModule},
    module::load_module,
    release::{self, Release},
    variable_files::{self, CommandLine},
    workspace,
};
use crate::{
    diag::{Diagnostic, Level},
    schema::Library,
    source::Sources,
};

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
    let silent = if candidates.whole { BTreeSet::new() } else { loader.load_read_states() };
    let elsewhere = discovery::elsewhere(&loader.loaded, &silent, &roots);
    let both = roots.union(&elsewhere).cloned().collect();
    let installed = loader.load_installed(&both);
    cycles::cut(sources, &mut loader.loaded, &both);
    calls::check(&mut loader.loaded);
    loader.silence(&silent);

    let called_only = candidates.dirs.difference(&roots).cloned().collect();
    let modules: HashMap<Box<str>, Arc<Module>> =
        loader.loaded.into_iter().map(|(dir, module)| (dir, Arc::new(module))).collect();
    let mut diagnostics = candidates.problems;
    let command_line = CommandLine::read(sources, options, &mut diagnostics);
    let declaring = Declaring { sources, options, command_line: &command_line, modules: &modules, installed };
    let uses_terragrunt = candidates.terragrunt;
    let (root_modules, in_other_workspaces) = declaring.root_modules(&roots, uses_terragrunt, &mut diagnostics);
    // What is wrong with those that nobody asked about is not told.
    let (elsewhere, _) = declaring.root_modules(&elsewhere, uses_terragrunt, &mut Vec::new());
    if root_modules.is_empty() {
        // Nothing at all is evaluated, since the name is wrong.
        let of_workspaces = diagnostics.iter_mut().filter(|diagnostic| diagnostic.level == Level::Info);
        of_workspaces.for_each(|diagnostic| diagnostic.level = Level::Error);
    }
    diagnostics.extend(command_line.undeclared(&root_modules));
    let schemas = schemas(options, &mut diagnostics);
    Repository {
        modules,
        root_modules,
        elsewhere,
        called_only,
        in_other_workspaces,
        schemas,
        account_facts: Arc::clone(&options.account_facts),
        conformity: Conformity::default(),
        diagnostics,
    }
}

/// The schemas that were imported.
fn schemas(options: &LoadOptions, problems: &mut Vec<Diagnostic>) -> Library {
    let (mut library, unreadable) = Library::read(&options.schema_dirs);
    problems.extend(unreadable.iter().map(|problem| {
        let detail = format!("{}: {}. Import it again.", problem.file.display(), problem.why);
        Diagnostic::new(Level::Warning, "Unreadable provider schema", detail, None)
    }));
    library.off = options.no_schema;
    library
}

/// What root modules are declared from.
struct Declaring<'a> {
    sources: &'a Sources,
    options: &'a LoadOptions,
    command_line: &'a CommandLine,
    modules: &'a HashMap<Box<str>, Arc<Module>>,
    installed: InstalledCalls,
}

impl Declaring<'_> {
    /// The root modules in these directories, one for each workspace, sorted; and the directories that have none.
    fn root_modules(
        &self,
        dirs: &BTreeSet<Box<str>>,
        uses_terragrunt: bool,
        problems: &mut Vec<Diagnostic>,
    ) -> (Vec<RootModule>, Vec<Box<str>>) {
        let (mut root_modules, mut in_other_workspaces) = (Vec::new(), Vec::new());
        if dirs.is_empty() {
            return (root_modules, in_other_workspaces);
        }
        let mut commands = Commands::read(self.sources, dirs, problems);
        commands.uses_terragrunt |= uses_terragrunt;
        let locks = release::Locks::default();
        for module in dirs.iter().filter_map(|dir| self.modules.get(dir)) {
            let runs = workspace::runs(self.sources, self.options, &module.dir, problems);
            if runs.is_empty() {
                in_other_workspaces.push(module.dir.clone());
            }
            for run in runs {
                let mut root = root_module(self.sources, (self.command_line, &commands), module, run);
                root.installed = self.installed.get(&module.dir).cloned().unwrap_or_default();
                root.terraform = release::of_terraform(self.modules, &root);
                root.aws = release::of(self.sources, self.modules, (&root, &locks));
                root_modules.push(root);
            }
        }
        root_modules.sort_by(|a, b| a.id.cmp(&b.id));
        (root_modules, in_other_workspaces)
    }
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
        variable_trees: given.trees.into(),
        backend,
        workspace: run.workspace,
        aws: Release::default(),
        terraform: Release::default(),
        diagnostics,
    }
}

/// What is installed for each root module, by call.
type InstalledCalls = BTreeMap<Box<str>, BTreeMap<String, Installed>>;

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

    /// Where a state of another root module is read, that may be any of the repository: loads what is not loaded yet, and
    /// says which directories those are.
    fn load_read_states(&mut self) -> BTreeSet<Box<str>> {
        let reads = |module: &Module| module.resources.keys().any(|(_, ty, _)| *ty == "terraform_remote_state");
        if !self.loaded.values().any(reads) {
            return BTreeSet::new();
        }
        let before: BTreeSet<Box<str>> = self.loaded.keys().cloned().collect();
        self.load_all(discovery::everywhere(self.sources).into_iter().collect());
        self.loaded.keys().filter(|dir| !before.contains(*dir)).cloned().collect()
    }

    /// What is wrong with files that nobody asked about is not told.
    fn silence(&mut self, dirs: &BTreeSet<Box<str>>) {
        for dir in dirs {
            if let Some(module) = self.loaded.get_mut(dir) {
                module.diagnostics.clear();
            }
        }
    }

    /// Loads what `terraform init` has installed for these root modules.
    fn load_installed(&mut self, roots: &BTreeSet<Box<str>>) -> InstalledCalls {
        let mut all = BTreeMap::new();
        for root in roots {
            let calls = installed::read(self.sources, root);
            if !calls.is_empty() {
                self.load_all(calls.values().map(|installed| installed.dir.clone()).collect());
                all.insert(root.clone(), calls);
            }
        }
        all
    }
}
