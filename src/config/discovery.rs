//! Which directories Terraform runs in.
//!
//! Every folder under the given paths that holds configuration is a *candidate*. It is a root module when
//! one of these holds, asked in this order:
//!
//! 1. it has a `backend` or `cloud` block;
//! 2. it configures a provider: a `provider` block that says something (an empty one, as old modules have it to be
//!    handed a provider, does not count). Only below a folder named `modules` a caller weighs more than that;
//! 3. no module calls it, and it does not lie below a folder named `modules`.
//!
//! What is reached through a link to a folder is there already under its own name: it is a root module only by the first.
//!
//! A path given by its exact name is judged as a root module also when none of this holds, unless another
//! root module was found below it: `check modules/redis` judges that module by itself, `check stages/test` the root
//! modules of that stage and not the `outputs.tf` they share.
//!
//! Callers outside the given paths count too. The rest of the repository is read for them, once, and only when a
//! candidate is left about which nothing that was loaded decides.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{
    files,
    model::{LoadOptions, Module, ModuleSource},
};
use crate::{
    diag::Diagnostic,
    source::{Sources, directories_with, normalise},
};

/// The directories a run looks at.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub dirs: BTreeSet<Box<str>>,
    /// Those that a path names exactly.
    pub exact: BTreeSet<Box<str>>,
    /// Those reached through a link to a folder: root modules only where they have a state of their own to keep.
    pub linked: BTreeSet<Box<str>>,
    /// Whether a path is the repository's root, so that nothing lies elsewhere.
    pub whole: bool,
    /// Whether terragrunt is used anywhere below the paths.
    pub terragrunt: bool,
    pub problems: Vec<Diagnostic>,
}

/// The key of a directory: relative to the root with forward slashes where it lies below it, `.` for the root.
pub(super) fn directory_key(sources: &Sources, path: &Path) -> Box<str> {
    let relative = path.strip_prefix(sources.root()).unwrap_or(path);
    let short = normalise(relative);
    let outside = short.starts_with("..");
    let short = if outside { normalise(&sources.root().join(short)) } else { short };
    sources.display(&short).into()
}

/// Finds the candidates under the paths; no path means the whole repository.
pub(super) fn candidates(sources: &Sources, options: &LoadOptions) -> Candidates {
    let everything = [PathBuf::from(".")];
    let paths = if options.paths.is_empty() { &everything } else { options.paths.as_slice() };
    let mut found = Candidates::default();
    for path in paths {
        let absolute = sources.root().join(path);
        if absolute.is_dir() && options.shallow {
            found.itself(sources, &absolute);
        } else if absolute.is_dir() {
            found.below(sources, &absolute);
        } else if absolute.is_file() {
            found.beside(sources, &absolute);
        } else {
            let detail = format!(
                "There is no file or directory {}. Check the path; it is taken from the current directory.",
                path.display()
            );
            found.problems.push(Diagnostic::placeless("Path not found", detail));
        }
    }
    found
}

impl Candidates {
    fn below(&mut self, sources: &Sources, dir: &Path) {
        let terragrunt = Cell::new(false);
        let walk = directories_with(dir, |name| {
            terragrunt.set(terragrunt.get() || name == "terragrunt.hcl");
            files::is_configuration(name)
        });
        self.terragrunt |= terragrunt.get();
        for error in walk.errors {
            let detail = format!("{error}. What lies below it was not looked at.");
            self.problems.push(Diagnostic::placeless("Unreadable directory", detail));
        }
        self.dirs.extend(walk.dirs.iter().map(|dir| directory_key(sources, dir)));
        self.linked.extend(walk.linked.iter().map(|dir| directory_key(sources, dir)));
        self.dirs.extend(self.linked.iter().cloned());
        let itself = directory_key(sources, dir);
        self.whole |= &*itself == ".";
        // What is asked for by name is looked at even where git would ignore it.
        if self.dirs.contains(&itself) || holds_configuration(dir) {
            self.dirs.insert(itself.clone());
            self.exact.insert(itself);
        }
    }

    /// A file stands for its folder alone: editors and commit hooks name files.
    fn beside(&mut self, sources: &Sources, file: &Path) {
        if let Some(dir) = file.parent() {
            self.itself(sources, dir);
        }
    }

    fn itself(&mut self, sources: &Sources, dir: &Path) {
        if holds_configuration(dir) {
            let key = directory_key(sources, dir);
            self.dirs.insert(key.clone());
            self.exact.insert(key);
        }
    }
}

fn holds_configuration(dir: &Path) -> bool {
    files::names_in(dir, files::is_configuration).is_ok_and(|names| !names.is_empty())
}

/// The directories of the repository that hold configuration, all of them.
pub(super) fn everywhere(sources: &Sources) -> Vec<Box<str>> {
    let walk = directories_with(sources.root(), files::is_configuration);
    walk.dirs.iter().map(|dir| directory_key(sources, dir)).collect()
}

/// The directories that some module calls as a local module.
pub(super) fn called<'m>(modules: impl IntoIterator<Item = &'m Module>) -> BTreeSet<Box<str>> {
    let calls = modules.into_iter().flat_map(|module| {
        let own = module.dir.clone();
        local_calls(module).filter(move |dir| *dir != own)
    });
    calls.collect()
}

/// The directories a module calls.
pub(super) fn local_calls(module: &Module) -> impl Iterator<Item = Box<str>> {
    module.calls.values().filter_map(|call| match &call.source {
        ModuleSource::Local { dir, .. } => Some(dir.clone()),
        ModuleSource::Remote(_) | ModuleSource::Missing(_) => None,
    })
}

/// What is known of a candidate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Root,
    CalledOnly,
    /// A root module unless something outside the given paths calls it.
    Open,
}

/// Which candidates are root modules. `callers_elsewhere` yields the directories called from
/// anywhere in the repository, and is asked at most once.
pub(super) fn root_modules(
    candidates: &Candidates,
    loaded: &BTreeMap<Box<str>, Module>,
    callers_elsewhere: impl FnOnce() -> BTreeSet<Box<str>>,
) -> BTreeSet<Box<str>> {
    let called = called(loaded.values());
    let judged = |wanted: Verdict| {
        let modules = candidates.dirs.iter().filter_map(|dir| loaded.get(dir));
        let of = |module: &Module| {
            let is_copy = candidates.linked.contains(&module.dir) && module.backend.is_none();
            if is_copy { Verdict::CalledOnly } else { verdict(module, called.contains(&module.dir)) }
        };
        let wanted = modules.filter(|module| of(module) == wanted);
        wanted.map(|module| module.dir.clone()).collect::<BTreeSet<_>>()
    };
    let mut roots = judged(Verdict::Root);
    let mut open = judged(Verdict::Open);
    // An exact path with nothing below it is a root module whoever calls it: no need to look elsewhere for that.
    open.retain(|dir| !settled_by_name(candidates, dir));
    if !open.is_empty() {
        let elsewhere = if candidates.whole { BTreeSet::new() } else { callers_elsewhere() };
        roots.extend(open.into_iter().filter(|dir| !elsewhere.contains(dir)));
    }
    let named: Vec<Box<str>> = candidates.exact.iter().filter(|dir| !any_below(&roots, dir)).cloned().collect();
    roots.extend(named);
    roots
}

/// The root modules among directories that were loaded because states of others are read.
pub(super) fn elsewhere(
    loaded: &BTreeMap<Box<str>, Module>,
    dirs: &BTreeSet<Box<str>>,
    roots: &BTreeSet<Box<str>>,
) -> BTreeSet<Box<str>> {
    let found = Candidates { dirs: dirs.clone(), whole: true, ..Candidates::default() };
    let mut found = root_modules(&found, loaded, BTreeSet::new);
    found.retain(|dir| !roots.contains(dir));
    found
}

fn settled_by_name(candidates: &Candidates, dir: &str) -> bool {
    candidates.exact.contains(dir) && !any_below(&candidates.dirs, dir)
}

fn any_below(dirs: &BTreeSet<Box<str>>, dir: &str) -> bool {
    dirs.iter().any(|other| is_below(other, dir))
}

fn is_below(dir: &str, above: &str) -> bool {
    if above == "." {
        return dir != "." && !dir.starts_with("..") && !Path::new(dir).is_absolute();
    }
    dir.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

fn verdict(module: &Module, called: bool) -> Verdict {
    let library = lies_in_modules(&module.dir);
    let provider = configures_a_provider(module);
    if module.backend.is_some() || (provider && !library) {
        Verdict::Root
    } else if called || (library && !provider) {
        Verdict::CalledOnly
    } else {
        Verdict::Open
    }
}

pub(super) fn configures_a_provider(module: &Module) -> bool {
    module.providers.iter().any(|provider| !provider.body.attributes.is_empty() || !provider.body.blocks.is_empty())
}

/// The convention for modules that are there to be called; its examples are not.
pub(super) fn lies_in_modules(dir: &str) -> bool {
    let mut folders = dir.split('/').rev();
    let nearest = folders.find(|folder| ["modules", "examples", "example"].contains(folder));
    nearest == Some("modules")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_is_about_whole_folders() {
        let cases = [
            ("a/b", "a", true),
            ("ab", "a", false),
            ("a", "a", false),
            ("a", ".", true),
            (".", ".", false),
            ("/x", ".", false),
        ];
        for (dir, above, expected) in cases {
            assert_eq!(is_below(dir, above), expected, "{dir} below {above}");
        }
    }

    #[test]
    fn the_nearest_telling_folder_decides() {
        let cases = [
            ("modules/redis", true),
            ("a/modules/b/c", true),
            ("modules/redis/examples/basic", false),
            ("stages/test", false),
        ];
        for (dir, expected) in cases {
            assert_eq!(lies_in_modules(dir), expected, "{dir}");
        }
    }
}
