//! Which root modules belong to one stage, by where they lie.

use super::RootModule;

/// The folder of a root module that makes what the backends of others need.
const BOOTSTRAP: &str = "bootstrap";

/// Folders whose folders are stages.
const OF_STAGES: [&str; 5] = ["stages", "environments", "envs", "accounts", "live"];

/// The folder that stands for the stage of a root module: the one under `stages/` and the like, else the folder it
/// lies in.
#[must_use]
pub fn folder(root_module: &str) -> &str {
    let mut end = 0;
    let mut parts = root_module.split('/');
    for part in parts.by_ref() {
        end += part.len() + 1;
        if OF_STAGES.contains(&part) {
            break;
        }
    }
    let length = match parts.next() {
        Some(stage) => end + stage.len(),
        None => root_module.rfind('/').unwrap_or(0),
    };
    root_module.get(..length).unwrap_or_default()
}

/// Whether a folder for stages is on the way to a root module.
#[must_use]
pub fn is_named(root_module: &str) -> bool {
    let mut folders = root_module.split('/');
    folders.any(|folder| OF_STAGES.contains(&folder)) && folders.next().is_some()
}

/// Whether two root modules are the same part of two stages: `stages/test/main` and `stages/prod/main`.
#[must_use]
pub fn are_counterparts(a: &str, b: &str) -> bool {
    let (of_a, of_b) = (folder(a), folder(b));
    let parent = |folder: &str| folder.rfind('/').map_or(0, |at| at);
    !of_a.is_empty()
        && of_a != of_b
        && of_a.get(..parent(of_a)) == of_b.get(..parent(of_b))
        && a.get(of_a.len()..) == b.get(of_b.len()..)
}

/// The index of the root module that makes what the backend of another one needs: a folder named bootstrap, beside it or
/// beside a folder above it, else anywhere in its stage. None for a bootstrap root module itself. Root modules are
/// sorted by path.
#[must_use]
pub fn bootstrap(root_modules: &[RootModule], of: &str) -> Option<usize> {
    if of.rsplit('/').next() == Some(BOOTSTRAP) {
        return None;
    }
    let parents = std::iter::successors(of.rsplit_once('/').map(|(parent, _)| parent), |folder| {
        folder.rsplit_once('/').map(|(parent, _)| parent)
    });
    let beside = parents.map(|parent| format!("{parent}/{BOOTSTRAP}")).chain([BOOTSTRAP.to_owned()]);
    let at = |path: &String| root_modules.binary_search_by(|root| (*root.path).cmp(path)).ok();
    let mut beside: Vec<usize> = beside.filter_map(|path| at(&path)).collect();
    let stage = folder(of);
    let in_stage = |i: &usize| root_modules.get(*i).is_some_and(|root| folder(&root.path) == stage);
    beside.sort_by_key(|i| !in_stage(i));
    let elsewhere = || {
        let from = root_modules.partition_point(|root| &*root.path < stage);
        let near = root_modules.iter().enumerate().skip(from).take_while(|(_, root)| root.path.starts_with(stage));
        let mut named = near.filter(|(_, root)| root.path.rsplit('/').next() == Some(BOOTSTRAP));
        named.find(|(i, _)| in_stage(i)).map(|(i, _)| i)
    };
    beside.first().copied().filter(in_stage).or_else(elsewhere).or_else(|| beside.first().copied())
}

#[cfg(test)]
mod tests {
    use super::{are_counterparts, folder};

    #[test]
    fn counterparts_are_the_same_part_of_two_stages() {
        let cases = [
            ("stages/test/main", "stages/prod/main", true),
            ("stages/test/main", "stages/prod/bootstrap", false),
            ("stages/test/main", "stages/test/main", false),
            ("envs/prod", "envs/staging", true),
            ("a/stages/test/main", "b/stages/prod/main", false),
            (".", "stages/prod", false),
        ];
        for (a, b, expected) in cases {
            assert_eq!(are_counterparts(a, b), expected, "{a} and {b}");
        }
    }

    #[test]
    fn stages_by_path() {
        let cases = [
            ("stages/test/main", "stages/test"),
            ("stages/test/bootstrap", "stages/test"),
            ("infra/stages/test/eu/main", "infra/stages/test"),
            ("stages/prod", "stages/prod"),
            ("envs/prod/vpc", "envs/prod"),
            ("teams/a/network", "teams/a"),
            ("network", ""),
            (".", ""),
        ];
        for (path, stage) in cases {
            assert_eq!(folder(path), stage, "{path}");
        }
    }
}
