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
    /// What could not be read, each with its path.
    pub errors: Vec<String>,
}

/// The directories at and below `start` that directly hold a file whose name `wanted` accepts.
///
/// Ignore files are honoured up to the repository's root, hidden folders are skipped, links to
/// folders are not followed (a link to a file counts as that file).
#[must_use]
pub fn directories_with(start: &Path, wanted: impl Fn(&str) -> bool) -> Walk {
    let mut walk = Walk::default();
    for entry in walker(start) {
        match entry {
            Ok(entry) if is_file_or_link(&entry) && entry.file_name().to_str().is_some_and(&wanted) => {
                walk.dirs.extend(entry.path().parent().map(Path::to_path_buf));
            }
            Ok(_) => {}
            Err(error) => walk.errors.push(error.to_string()),
        }
    }
    walk.errors.sort();
    walk
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
