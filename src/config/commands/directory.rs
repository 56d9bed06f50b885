//! Where a command runs, as far as its text says so, and whether that is a given root module.

use std::path::Path;

use super::{Bindings, END, UNRESOLVED};
use crate::source::normalise;

/// Where a command runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::config) enum Directory {
    /// Wherever it is called, below a folder.
    Anywhere { below: String },
    /// From the folder its text stands in, or from one above it.
    Relative { from: String, path: String },
    /// From the repository's root.
    Absolute(String),
}

/// A command whose directory is a root module.
#[derive(Debug, Default)]
pub(in crate::config) struct Bound {
    /// What the open parts of the path are for this root module.
    holes: Bindings,
    /// Nothing but where it is called decides.
    pub anywhere: bool,
}

impl Bound {
    /// The word with what is known by the directory.
    pub(super) fn apply(&self, word: &str) -> String {
        let replace =
            |word: String, (hole, value): (&String, &String)| word.replace(&format!("{UNRESOLVED}{hole}{END}"), value);
        self.holes.iter().fold(word.to_owned(), replace)
    }
}

/// Folders that hold tools of the folder they lie in.
const OF_TOOLS: [&str; 9] = ["bin", "scripts", "script", "ci", ".ci", "tools", "hack", "lib", "build"];

impl Directory {
    /// A folder, by its path from the repository's root.
    pub(in crate::config) fn at(folder: &str) -> Self {
        Self::Absolute(folder.to_owned())
    }

    /// Of a script: where it stands, if that is a root module.
    pub(super) fn of_script(folder: &str, is_root: bool) -> Self {
        if is_root {
            return Self::Absolute(folder.to_owned());
        }
        let (parent, name) = folder.rsplit_once('/').unwrap_or((".", folder));
        let below = if OF_TOOLS.contains(&name) { parent } else { folder };
        Self::Anywhere { below: below.to_owned() }
    }

    /// After `cd path`; a path from the repository's root starts with a slash.
    pub(super) fn enter(&self, path: &str, folder: &str) -> Self {
        let path = sealed(path);
        if let Some(rest) = path.strip_prefix('/') {
            return Self::Absolute(rest.to_owned());
        }
        match self {
            Self::Anywhere { .. } => Self::Relative { from: folder.to_owned(), path },
            Self::Relative { from, path: before } => {
                Self::Relative { from: from.clone(), path: format!("{before}/{path}") }
            }
            Self::Absolute(before) => Self::Absolute(format!("{before}/{path}")),
        }
    }

    /// Whether a root module is where it runs, and what that says of what is open.
    pub(super) fn bind(&self, root: &str) -> Option<Bound> {
        match self {
            Self::Anywhere { below } => {
                above(root).any(|folder| folder == below).then(|| Bound { anywhere: true, ..Bound::default() })
            }
            Self::Absolute(path) => matching(path, root),
            Self::Relative { from, path } => above(from).find_map(|base| matching(&format!("{base}/{path}"), root)),
        }
    }
}

/// A folder, those above it, and the repository's root.
pub(in crate::config) fn above(folder: &str) -> impl Iterator<Item = &str> {
    let parents = std::iter::successors(Some(folder), |folder| folder.rsplit_once('/').map(|(parent, _)| parent));
    parents.filter(|folder| *folder != ".").chain(std::iter::once("."))
}

/// Slashes in what is not known are no separators.
const SLASH: char = '\u{3}';

fn sealed(path: &str) -> String {
    let mut open = false;
    let seal = |c: char| {
        open = (open || c == UNRESOLVED) && c != END;
        if open && c == '/' { SLASH } else { c }
    };
    path.chars().map(seal).collect()
}

fn matching(pattern: &str, root: &str) -> Option<Bound> {
    let pattern = normalise(Path::new(pattern)).to_string_lossy().into_owned();
    let root = if root == "." { "" } else { root };
    let mut holes = Bindings::new();
    let mut steps = 0;
    fits(&pattern, root, &mut holes, &mut steps).then(|| {
        let plain = |(hole, value): (String, String)| (hole.replace(SLASH, "/"), value);
        Bound { holes: holes.into_iter().map(plain).collect(), anywhere: false }
    })
}

/// Tries that are made for one path.
const MAX_STEPS: u32 = 2_000;

fn fits(pattern: &str, text: &str, holes: &mut Bindings, steps: &mut u32) -> bool {
    *steps += 1;
    if *steps > MAX_STEPS {
        return false;
    }
    let Some((literal, rest)) = pattern.split_once(UNRESOLVED) else { return pattern == text };
    let Some(text) = text.strip_prefix(literal) else { return false };
    let Some((hole, rest)) = rest.split_once(END) else { return false };
    if let Some(known) = holes.get(hole).cloned() {
        return text.strip_prefix(known.as_str()).is_some_and(|text| fits(rest, text, holes, steps));
    }
    // The shortest first, and never nothing: a path has no empty part.
    for (end, c) in text.char_indices() {
        let (part, after) = text.split_at(end + c.len_utf8());
        holes.insert(hole.to_owned(), part.to_owned());
        if fits(rest, after, holes, steps) {
            return true;
        }
        holes.remove(hole);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> String {
        text.replace('<', "\u{1}").replace('>', "\u{2}")
    }

    #[test]
    fn a_directory_is_a_root_module_or_not() {
        let absolute = |path: &str| Directory::Absolute(open(path));
        let relative = |from: &str, path: &str| Directory::of_script(from, false).enter(&open(path), from);
        let cases = [
            (absolute("stages/test/main"), "stages/test/main", Some("")),
            (absolute("stages/test/../prod"), "stages/prod", Some("")),
            (absolute("stages/<S>/main"), "stages/test/main", Some("test")),
            (absolute("stages/<S>/main"), "stages/test/jobs", None),
            (absolute("<S>"), "stages/test", Some("stages/test")),
            (absolute("<S>/<S>"), "a/a", Some("a")),
            (absolute("<S>/<S>"), "a/b", None),
            (relative("scripts", "stages/<S>"), "stages/test", Some("test")),
            (relative("scripts", "../stages/<S>"), "stages/test", Some("test")),
            (relative("ci/x", "/stages/<S>"), "stages/test", Some("test")),
            (Directory::of_script("infra/bin", false), "infra/a", Some("<S>")),
            (Directory::of_script("infra/bin", false), "other/a", None),
            (Directory::of_script("infra/a", true), "infra/a", Some("<S>")),
            (Directory::of_script("infra/a", true), "infra/a/b", None),
            (absolute("."), ".", Some("")),
        ];
        for (dir, root, hole) in cases {
            let found = dir.bind(root).map(|bound| bound.apply(&open("<S>")));
            let wanted = hole.map(|hole| if hole.is_empty() { open("<S>") } else { open(hole) });
            assert_eq!(found, wanted, "{dir:?} {root}");
        }
    }
}
