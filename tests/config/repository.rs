//! Small repositories in temporary folders.

use std::path::PathBuf;

use infralint::{
    config::{LoadOptions, Repository, RootModule, load},
    diag::Diagnostic,
    source::Sources,
};

/// A repository on disk that goes away with this.
pub(crate) struct Repo {
    dir: tempfile::TempDir,
    pub(crate) sources: Sources,
}

impl Repo {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let repo = Self { dir, sources: Sources::new(root) };
        for (path, text) in files {
            repo.write(path, text);
        }
        repo
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.dir.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    pub(crate) fn load(&self, paths: &[&str]) -> Repository {
        let paths = paths.iter().map(PathBuf::from).collect();
        load(&self.sources, &LoadOptions { paths, ..LoadOptions::default() })
    }
}

/// The paths of the root modules.
pub(crate) fn roots(repository: &Repository) -> Vec<&str> {
    repository.root_modules.iter().map(|root| &*root.path).collect()
}

pub(crate) fn only(repository: &Repository) -> &RootModule {
    match repository.root_modules.as_slice() {
        [root] => root,
        roots => panic!("{} root modules", roots.len()),
    }
}

/// Every diagnostic of a repository: its own, its root modules', its modules' in the order of their directories.
pub(crate) fn diagnostics(repository: &Repository) -> Vec<Diagnostic> {
    let mut all = repository.diagnostics.clone();
    all.extend(repository.root_modules.iter().flat_map(|root| root.diagnostics.clone()));
    let mut modules: Vec<_> = repository.modules.values().collect();
    modules.sort_by(|a, b| a.dir.cmp(&b.dir));
    all.extend(modules.iter().flat_map(|module| module.diagnostics.clone()));
    all
}

pub(crate) fn summaries(repository: &Repository) -> Vec<String> {
    diagnostics(repository).into_iter().map(|d| d.summary).collect()
}
