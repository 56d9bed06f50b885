//! Whether every path that was asked for led to something: a gate that checked nothing must not say yes.

use std::path::Path;

use crate::{
    config::{LoadOptions, Repository},
    diag::Diagnostic,
    source::{Sources, normalise},
};

/// An error for each path without a root module. Silent where loading has reported what was wrong with the paths.
pub(super) fn uncovered(sources: &Sources, options: &LoadOptions, repository: &Repository) -> Vec<Diagnostic> {
    if repository.diagnostics.iter().any(Diagnostic::is_error) {
        return Vec::new();
    }
    let paths = options.paths.iter().map(|path| normalise(&sources.root().join(path)));
    let bare = paths.filter(|path| !is_covered(sources, path, repository));
    bare.map(|path| nothing_at(&sources.display(&path), repository)).collect()
}

fn is_covered(sources: &Sources, path: &Path, repository: &Repository) -> bool {
    let folder = if path.is_file() { path.parent().unwrap_or(path) } else { path };
    let shown = sources.display(folder);
    let roots = repository.root_modules.iter().map(|root| &*root.path);
    let others = repository.in_other_workspaces.iter().map(|root| &**root);
    roots.chain(others).any(|root| is_at_or_below(root, &shown))
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    folder == "." || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn nothing_at(path: &str, repository: &Repository) -> Diagnostic {
    let called = repository.called_only.iter().filter(|dir| is_at_or_below(dir, path)).count();
    let detail = match called {
        0 => format!("There are no Terraform files at or below \"{path}\", so there is nothing to check."),
        _ => format!(
            "The Terraform files at or below \"{path}\" are modules that others call. They are judged with the values \
             they are called with: check the root modules that call them."
        ),
    };
    Diagnostic::placeless("No root module found", detail)
}
