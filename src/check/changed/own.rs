//! What belongs to one root module alone.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    addr::fits,
    config::{self, Repository, RootModule, Workspaces},
    source::{Sources, normalise},
    world::World,
};

/// What one root module is made of.
pub(super) struct Own {
    /// Folders of configuration.
    pub(super) folders: BTreeSet<Box<str>>,
    /// Files of configuration and of variables that were read.
    pub(super) configuration: Vec<PathBuf>,
    /// What functions of the language looked at.
    pub(super) read: BTreeSet<PathBuf>,
    /// Backend configuration that `terraform init` is given.
    backend: Vec<PathBuf>,
    /// Data sources that read states, and how many of them are answered here.
    pub(super) states: usize,
    pub(super) resolved: usize,
    /// The paths of root modules whose states are read.
    pub(super) reads: BTreeSet<Arc<str>>,
}

impl Own {
    pub(super) fn of(sources: &Sources, (repository, world): (&Repository, &World), root: &RootModule) -> Self {
        let dir = sources.root().join(&*root.path);
        let folders: BTreeSet<Box<str>> = config::folders_of(repository, root).into_iter().collect();
        let modules = || folders.iter().filter_map(|folder| repository.modules.get(folder));
        let trees = modules().flat_map(|module| &module.trees).chain(root.variable_trees.iter());
        let files = trees.map(|tree| sources.get(tree.file)).filter(|file| file.is_on_disk);
        let configuration = files.map(|file| sources.root().join(&*file.path)).collect();
        let is_state =
            |(_, ty, _): &&(crate::addr::Mode, crate::addr::Name, crate::addr::Name)| *ty == "terraform_remote_state";
        let states = modules().map(|module| module.resources.keys().filter(is_state).count()).sum();
        let mut own = Self {
            configuration,
            read: BTreeSet::new(),
            backend: Vec::new(),
            states,
            resolved: 0,
            reads: BTreeSet::new(),
            folders,
        };
        let files = root.backend.init.iter().filter(|given| !given.contains('='));
        own.backend.extend(files.map(|file| normalise(&dir.join(file.as_str()))));
        if let Some(evaluated) = world.root_modules.iter().find(|evaluated| evaluated.id == root.id) {
            own.read.extend(evaluated.files_read.iter().map(|path| normalise(path)));
            let by_itself = evaluated.state_reads.iter().filter(|read| read.by == root.id);
            own.resolved = by_itself.map(|read| read.at).collect::<BTreeSet<_>>().len();
            let path_of = |id: &Arc<str>| {
                repository.all_root_modules().find(|root| root.id == *id).map(|root| Arc::clone(&root.path))
            };
            own.reads.extend(evaluated.state_reads.iter().filter_map(|read| path_of(&read.of)));
        }
        own
    }

    /// Files that are named for it: of workspaces, and for its backend.
    pub(super) fn files<'w>(
        &self,
        sources: &Sources,
        root: &RootModule,
        mut listed: impl Iterator<Item = &'w Workspaces>,
    ) -> Vec<PathBuf> {
        let dir = sources.root().join(&*root.path);
        let workspaces = listed.find(|workspaces| fits(&workspaces.root_module, &root.path));
        let var_files =
            workspaces.iter().flat_map(|workspaces| &workspaces.list).flat_map(|workspace| &workspace.var_files);
        let var_files = var_files.map(|(path, _)| normalise(&dir.join(path)));
        var_files.chain(self.backend.iter().cloned()).collect()
    }

    /// The links in its folders of configuration, also those that lead nowhere.
    pub(super) fn links(&self, sources: &Sources) -> Vec<PathBuf> {
        let entries = self.folders.iter().filter_map(|folder| std::fs::read_dir(sources.root().join(&**folder)).ok());
        let links = entries.flatten().flatten().filter(|entry| entry.file_type().is_ok_and(|ty| ty.is_symlink()));
        links.map(|entry| entry.path()).collect()
    }

    /// Whether a file that was read is known to be this root module's.
    pub(super) fn knows(&self, path: &Path) -> bool {
        self.read.contains(path)
            || self.backend.iter().any(|file| file == path)
            || self.configuration.iter().any(|file| file == path)
    }
}

/// A path without links, as far as it is there; what is not there may be what a link leads to.
pub(super) fn real(path: &Path) -> PathBuf {
    if let Ok(real) = std::fs::canonicalize(path) {
        return real;
    }
    let target = std::fs::read_link(path).ok().map(|target| path.parent().unwrap_or(path).join(target));
    let path = normalise(&target.unwrap_or_else(|| path.to_path_buf()));
    match (path.parent().and_then(|parent| std::fs::canonicalize(parent).ok()), path.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => path,
    }
}
