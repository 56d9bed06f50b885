//! Whether a state that lies on a disk would be, or is, in the repository.

use std::{fs, path::Path, sync::OnceLock};

use ignore::gitignore::GitignoreBuilder;

use super::directory::above;

const STATE: &str = "terraform.tfstate";

/// Why the state file of a root module is, or gets, into the repository: words that follow its name. Nothing where git
/// ignores it, and where there is neither a state nor a repository of git.
pub(super) fn exposed(repository: &Path, dir: &str, index: &Index) -> Option<&'static str> {
    let path = if dir == "." { STATE.to_owned() } else { format!("{dir}/{STATE}") };
    let there = repository.join(&path).is_file();
    if index.tracks(repository, &path) {
        return Some("is tracked by git");
    }
    if !there && !repository.join(".git").exists() || is_ignored(repository, dir, &path) {
        return None;
    }
    Some(if there { "is not ignored by git" } else { "would not be ignored by git" })
}

/// Git's index, read when first asked for: it names each file that git tracks, ended by a zero byte.
#[derive(Debug, Default)]
pub(super) struct Index(OnceLock<Vec<u8>>);

impl Index {
    fn tracks(&self, repository: &Path, path: &str) -> bool {
        // A repository without an index tracks nothing.
        let index = self.0.get_or_init(|| fs::read(repository.join(".git/index")).unwrap_or_default());
        let name = [path.as_bytes(), b"\0"].concat();
        memchr::memmem::find_iter(index, &name).any(|at| {
            // A longer path may end alike; the length of the name stands before it, in the lower bits of two.
            let flags = at.checked_sub(2).and_then(|from| index.get(from..at)).and_then(|two| two.try_into().ok());
            flags.is_some_and(|two: [u8; 2]| usize::from(u16::from_be_bytes(two) & 0xFFF) == path.len())
        })
    }
}

fn is_ignored(repository: &Path, dir: &str, path: &str) -> bool {
    let decided = above(dir).find_map(|folder| {
        let base = repository.join(folder);
        let mut ignores = GitignoreBuilder::new(&base);
        // A line that is no pattern ignores nothing.
        let _partly = ignores.add(base.join(".gitignore"));
        let ignores = ignores.build().ok()?;
        let inside = if folder == "." { Path::new(path) } else { Path::new(path).strip_prefix(folder).ok()? };
        let parents = inside.ancestors().filter(|part| !part.as_os_str().is_empty());
        let matched = parents.enumerate().map(|(i, part)| ignores.matched(part, i > 0)).find(|m| !m.is_none());
        matched.map(|matched| matched.is_ignore())
    });
    decided.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_exposed_unless_git_ignores_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        let write = |path: &str, text: &[u8]| fs::write(root.join(path), text).expect("a file");
        fs::create_dir_all(root.join("a/bootstrap")).expect("a folder");
        assert_eq!(exposed(root, "a/bootstrap", &Index::default()), None);
        fs::create_dir(root.join(".git")).expect("a folder");
        assert_eq!(exposed(root, "a/bootstrap", &Index::default()), Some("would not be ignored by git"));
        write("a/bootstrap/terraform.tfstate", b"{}");
        assert_eq!(exposed(root, "a/bootstrap", &Index::default()), Some("is not ignored by git"));
        write(".gitignore", b"*.tfstate\n");
        assert_eq!(exposed(root, "a/bootstrap", &Index::default()), None);
        write("a/bootstrap/.gitignore", b"!terraform.tfstate\n");
        assert_eq!(exposed(root, "a/bootstrap", &Index::default()), Some("is not ignored by git"));
        write("a/bootstrap/.gitignore", b"");
        let name = b"a/bootstrap/terraform.tfstate";
        write(".git/index", &[b"DIRC..", &[0, 29][..], name, b"\0"].concat());
        assert_eq!(exposed(root, "a/bootstrap", &Index::default()), Some("is tracked by git"));
        write(".git/index", &[b"DIRC..", &[0, 31][..], b"x/", name, b"\0"].concat());
        assert_eq!(exposed(root, "a/bootstrap", &Index::default()), None);
    }
}
