//! What the change of a file concerns.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::{Path, PathBuf},
};

use crate::{
    config::{Module, ModuleSource, Repository},
    source::Sources,
    world::World,
};

/// What has to be done again.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Concern {
    Nothing,
    /// These modules, and of them the root modules.
    Some {
        dirs: BTreeSet<Box<str>>,
        roots: BTreeSet<Box<str>>,
    },
    Everything,
}

/// What of a module decides which root modules there are, and what belongs to each.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Shape {
    calls: BTreeSet<Option<Box<str>>>,
    has_backend: bool,
    providers: Vec<bool>,
    reads_states: bool,
}

impl Shape {
    pub(super) fn of(module: &Module) -> Self {
        let says_something = |body: &crate::config::Body| !body.attributes.is_empty() || !body.blocks.is_empty();
        let calls = module.calls.values().map(|call| match &call.source {
            ModuleSource::Local { dir, .. } => Some(dir.clone()),
            ModuleSource::Remote(_) | ModuleSource::Missing(_) => None,
        });
        Self {
            calls: calls.collect(),
            has_backend: module.backend.is_some(),
            providers: module.providers.iter().map(|provider| says_something(&provider.body)).collect(),
            reads_states: module.resources.keys().any(|(_, ty, _)| *ty == "terraform_remote_state"),
        }
    }
}

/// `read` are the display paths of all files that were read when everything was.
pub(super) fn concern(
    sources: &Sources,
    (repository, world): (&Repository, &World),
    read: &HashSet<Box<str>>,
    changed: &BTreeSet<PathBuf>,
) -> Concern {
    let mut first = BTreeSet::new();
    for path in changed {
        match of_file(sources, repository, read, path) {
            None => return Concern::Everything,
            Some(dirs) => first.extend(dirs),
        }
    }
    if first.is_empty() {
        return Concern::Nothing;
    }
    let dirs = reached(&repository_callers(repository), first);
    let is_root = |dir: &str| repository.root_modules.iter().any(|root| *root.path == *dir);
    let roots: BTreeSet<Box<str>> = dirs.iter().filter(|dir| is_root(dir)).cloned().collect();
    let readers = reached(&readers(world), roots);
    Concern::Some { dirs: dirs.union(&readers).cloned().collect(), roots: readers }
}

/// The modules that a file is of; none when it may be of anything.
fn of_file(
    sources: &Sources,
    repository: &Repository,
    read: &HashSet<Box<str>>,
    path: &Path,
) -> Option<BTreeSet<Box<str>>> {
    let shown = sources.display(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let dir = path.parent().map(|parent| sources.display(parent)).unwrap_or_default();
    let looked_at = || sources.looked_at().contains(path);
    if name.ends_with(".tf") || name.ends_with(".tf.json") {
        // A module that is not known yet may be anybody's, and what functions read is not known to be of one.
        let is_known = repository.modules.contains_key(dir.as_str()) && !looked_at();
        return is_known.then(|| BTreeSet::from([dir.into_boxed_str()]));
    }
    if name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
        let given = |root: &&crate::config::RootModule| {
            root.given.iter().any(|given| sources.shows(given.at.file, &shown)) || *root.path == *dir
        };
        let roots: BTreeSet<Box<str>> =
            repository.root_modules.iter().filter(given).map(|root| Box::from(&*root.path)).collect();
        // One that nobody was given so far may be what the settings name.
        return (!roots.is_empty()).then_some(roots);
    }
    let may_matter = read.contains(shown.as_str()) || looked_at() || is_read_by_name(&name);
    (!may_matter).then(BTreeSet::new)
}

/// Files that are looked for by their names: settings, rules, and what runs Terraform.
fn is_read_by_name(name: &str) -> bool {
    const ENDINGS: [&str; 8] = [".hcl", ".tfbackend", ".mk", ".sh", ".yml", ".yaml", ".json", "Makefile"];
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

type Edges<'r> = BTreeMap<&'r str, Vec<&'r str>>;

/// Who calls a module, by its directory.
fn repository_callers(repository: &Repository) -> Edges<'_> {
    let mut callers: Edges<'_> = BTreeMap::new();
    for module in repository.modules.values() {
        for call in module.calls.values() {
            if let ModuleSource::Local { dir, .. } = &call.source {
                callers.entry(&**dir).or_default().push(&module.dir);
            }
        }
    }
    for root in &repository.root_modules {
        for installed in root.installed.values() {
            callers.entry(&*installed.dir).or_default().push(&root.path);
        }
    }
    callers
}

/// Who reads the state of a root module, by its path.
fn readers(world: &World) -> Edges<'_> {
    let mut readers: Edges<'_> = BTreeMap::new();
    for root in &world.root_modules {
        for read in &root.state_reads {
            readers.entry(&*read.of).or_default().extend([&*read.by, &*root.path]);
        }
    }
    readers
}

/// What the edges lead to, with where they begin.
fn reached(edges: &Edges<'_>, from: BTreeSet<Box<str>>) -> BTreeSet<Box<str>> {
    let mut left: Vec<Box<str>> = from.iter().cloned().collect();
    let mut all = from;
    while let Some(dir) = left.pop() {
        for next in edges.get(&*dir).into_iter().flatten() {
            if all.insert(Box::from(*next)) {
                left.push(Box::from(*next));
            }
        }
    }
    all
}
