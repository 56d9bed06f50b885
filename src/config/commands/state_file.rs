//! Whether a state that lies on a disk would be, or is, in the repository.

use std::{fs, path::Path};

use ignore::gitignore::GitignoreBuilder;

use super::directory::above;

const STATE: &str = "terraform.tfstate";

/// Why the state file of a root module is, or gets, into the repository: words that follow its name. Nothing where git
/// ignores it, and where there is neither a state nor a repository of git.
pub(super) fn exposed(repository: &Path, dir: &str) -> Option<&'static str> {
    let path = if dir == "." { STATE.to_owned() } else { format!("{dir}/{STATE}") };
    let there = repository.join(&path).is_file();
    if is_tracked(repository, &path) {
        return Some("is tracked by git");
    }
    if !there && !repository.join(".git").exists() || is_ignored(repository, dir, &path) {
        return None;
    }
    Some(if there { "is not ignored by git" } else { "would not be ignored by git" })
}

/// Git's index names each file it tracks, ended by a zero byte.
fn is_tracked(repository: &Path, path: &str) -> bool {
    let Ok(index) = fs::read(repository.join(".git/index")) else { return false };
    let name = [path.as_bytes(), b"\0"].concat();
    memchr::memmem::find_iter(&index, &name).any(|at| {
        // A longer path may end alike; the length of the name stands before it, in the lower bits of two.
        let flags = at.checked_sub(2).and_then(|from| index.get(from..at));
        flags.is_some_and(|flags| {
            flags.iter().rev().zip([0, 8]).map(|(b, s)| usize::from(*b) << s).sum::<usize>() & 0xFFF == path.len()
        })
    })
}

fn is_ignored(repository: &Path, dir: &str, path: &str) -> bool {
    let decided = above(dir).find_map(|folder| {
        let mut ignores = GitignoreBuilder::new(repository.join(folder));
        // A line that is no pattern ignores nothing.
        let _partly = ignores.add(repository.join(folder).join(".gitignore"));
        let ignores = ignores.build().ok()?;
        let matched = ignores.matched_path_or_any_parents(repository.join(path), false);
        (!matched.is_none()).then(|| matched.is_ignore())
    });
    decided.unwrap_or(false)
}
