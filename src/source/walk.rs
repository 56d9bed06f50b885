//! Walking a repository as git sees it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use ignore::{DirEntry, WalkBuilder};

/// What a walk came across.
#[derive(Debug, Default)]
pub struct Walk {
    /// Directories that directly hold a file with a wanted name, sorted.
    pub dirs: BTreeSet<PathBuf>,
    /// Directories that do so below a link to a folder of the repository, by the way through the link; not in `dirs`.
    pub linked: BTreeSet<PathBuf>,
    /// What could not be read, each with its path.
    pub errors: Vec<String>,
}

/// The directories at and below `start` that directly hold a file whose name `wanted` accepts.
///
/// Ignore files are honoured up to the repository's root, hidden folders are skipped. A link to a file counts as that file. Links
/// to folders of the repository are followed, those inside of them are not.
#[must_use]
pub fn directories_with(start: &Path, wanted: impl Fn(&str) -> bool) -> Walk {
    let mut walk = Walk::default();
    let mut links = Vec::new();
    for entry in walker(start) {
        match entry {
            Ok(entry) if is_link_to_folder(&entry) => links.push(entry.into_path()),
            Ok(entry) if is_wanted(&entry, &wanted) => {
                walk.dirs.extend(entry.path().parent().map(Path::to_path_buf));
            }
            Ok(_) => {}
            Err(error) => walk.errors.push(error.to_string()),
        }
    }
    links.sort();
    let root = std::fs::canonicalize(find_root(start)).ok();
    for link in links.iter().filter(|link| root.as_ref().is_some_and(|root| leads_below(link, root))) {
        let below = walker(link).flatten().filter(|entry| is_wanted(entry, &wanted));
        let dirs = below.filter_map(|entry| entry.path().parent().map(Path::to_path_buf));
        walk.linked.extend(dirs.take(MAX_LINKED.saturating_sub(walk.linked.len())));
    }
    walk.errors.sort();
    walk
}

/// Files below links that are looked at: links can multiply what is there.
const MAX_LINKED: usize = 1_000;

fn is_wanted(entry: &DirEntry, wanted: &impl Fn(&str) -> bool) -> bool {
    is_file_or_link(entry) && entry.file_name().to_str().is_some_and(wanted)
}

fn is_link_to_folder(entry: &DirEntry) -> bool {
    entry.path_is_symlink() && entry.path().is_dir()
}

/// Whether a link leads into the repository, and not to where it lies itself.
fn leads_below(link: &Path, root: &Path) -> bool {
    let (Ok(target), Some(Ok(own))) = (std::fs::canonicalize(link), link.parent().map(std::fs::canonicalize)) else {
        return false;
    };
    target.starts_with(root) && !own.starts_with(&target)
}

/// The user's own git settings are left out: the same repository gives the same answer everywhere.
fn walker(start: &Path) -> ignore::Walk {
    WalkBuilder::new(start).require_git(false).git_global(false).build()
}

fn is_file_or_link(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|ty| ty.is_file() || ty.is_symlink())
}

/// The root of the repository `start` lies in: the nearest folder at or above it that holds `.git` or
/// `.infralint.hcl`; without one, `start` itself, or its folder when it is a file.
#[must_use]
pub fn find_root(start: &Path) -> PathBuf {
    let folder = if start.is_file() { start.parent().unwrap_or(start) } else { start };
    let is_root = |dir: &&Path| dir.join(".git").exists() || dir.join(".infralint.hcl").is_file();
    folder.ancestors().find(is_root).unwrap_or(folder).to_path_buf()
}
