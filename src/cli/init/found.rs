//! What a repository is like, as far as it matters to what is prepared.

use std::{collections::BTreeSet, fs, path::Path};

use super::super::args::Pipeline;
use crate::{
    config::{self, BackendKind, LoadOptions, RootModule},
    source::Sources,
};

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) root_modules: Vec<Root>,
    /// Names of stages, sorted.
    pub(super) stages: BTreeSet<String>,
    pub(super) pipeline: Option<Pipeline>,
    /// Why that one, or why none: a sentence.
    because: String,
    /// A name of the branch that is released.
    pub(super) branch: String,
}

/// A root module.
#[derive(Debug)]
pub(super) struct Root {
    pub(super) path: String,
    /// The backend's type, where the state is shared.
    pub(super) backend: Option<String>,
    pub(super) stage: Option<String>,
}

impl Found {
    /// Looks at the whole repository; what is wrong with its files is for `check` to say.
    pub(super) fn look(sources: &Sources, wanted: Option<Pipeline>) -> Self {
        let options = LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() };
        let repository = config::load(sources, &options);
        let mut root_modules: Vec<Root> = repository.root_modules.iter().map(Root::of).collect();
        root_modules.dedup_by(|a, b| a.path == b.path);
        let stages = root_modules.iter().filter_map(|root| root.stage.clone()).collect();
        let root = sources.root();
        let (pipeline, because) = pipeline(root, wanted);
        Self { root_modules, stages, pipeline, because, branch: branch(root) }
    }

    /// Root modules that a pipeline can plan and apply: their state is not a file of one machine.
    pub(super) fn shared(&self) -> impl Iterator<Item = &Root> {
        self.root_modules.iter().filter(|root| root.backend.is_some())
    }

    /// For people.
    pub(super) fn told(&self) -> String {
        let modules = if self.root_modules.len() == 1 { "module" } else { "modules" };
        let mut told = format!("Found {} root {modules}:\n", self.root_modules.len());
        for root in &self.root_modules {
            let state = root.backend.as_deref().unwrap_or("none: its state is a file, so no pipeline applies it");
            told.push_str(&format!("  {}  (backend {state})\n", root.path));
        }
        let stages: Vec<&str> = self.stages.iter().map(String::as_str).collect();
        if !stages.is_empty() {
            told.push_str(&format!("Stages: {}\n", stages.join(", ")));
        }
        told.push_str(&format!("Pipeline: {}\n", self.because));
        told
    }
}

impl Root {
    fn of(root: &RootModule) -> Self {
        let backend = match &root.backend.kind {
            BackendKind::Named(ty) if ty.as_str() != "local" => Some(ty.to_string()),
            BackendKind::Cloud => Some("cloud".to_owned()),
            _ => None,
        };
        Self { path: root.path.to_string(), backend, stage: stage(&root.path) }
    }
}

/// Folders whose folders are stages.
const OF_STAGES: [&str; 6] = ["stages", "environments", "envs", "env", "accounts", "live"];

/// The folder under `stages/` and its like.
fn stage(path: &str) -> Option<String> {
    let mut folders = path.split('/').skip_while(|folder| !OF_STAGES.contains(folder));
    folders.nth(1).map(str::to_owned)
}

fn pipeline(root: &Path, wanted: Option<Pipeline>) -> (Option<Pipeline>, String) {
    if let Some(wanted) = wanted {
        return (Some(wanted).filter(|wanted| *wanted != Pipeline::None), format!("{}, as --ci says", wanted.name()));
    }
    let remote = remote(root).unwrap_or_default();
    let is_there = |name: &str| root.join(name).exists();
    let hints = [
        (is_there(".gitlab-ci.yml"), Pipeline::Gitlab, "there is a .gitlab-ci.yml"),
        (is_there(".github/workflows"), Pipeline::Github, "there is .github/workflows"),
        (remote.contains("github"), Pipeline::Github, "the remote is at GitHub"),
        (remote.contains("gitlab"), Pipeline::Gitlab, "the remote is at GitLab"),
    ];
    match hints.into_iter().find(|(holds, ..)| *holds) {
        Some((_, found, because)) => (Some(found), format!("{}, because {because}", found.name())),
        None => {
            (None, "none, because nothing says where the repository is hosted (--ci github, --ci gitlab)".to_owned())
        }
    }
}

/// The host of the remote `origin`, else of the first one.
fn remote(root: &Path) -> Option<String> {
    let config = fs::read_to_string(git_folder(root)?.join("config")).ok()?;
    let mut of = "";
    let mut found: Vec<(bool, &str)> = Vec::new();
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            of = line;
        } else if of.starts_with("[remote ")
            && let Some((key, url)) = line.split_once('=')
            && key.trim() == "url"
        {
            found.push((of != "[remote \"origin\"]", url.trim()));
        }
    }
    found.sort_by_key(|(is_other, _)| *is_other);
    found.first().map(|(_, url)| host(url).to_lowercase())
}

/// `https://user@host/x`, `ssh://git@host:22/x`, `git@host:x`.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split_once('@').filter(|(user, _)| !user.contains('/')).map_or(rest, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default()
}

/// The folder of git: in a further working tree a file names it.
fn git_folder(root: &Path) -> Option<std::path::PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let named = fs::read_to_string(&git).ok()?;
    let folder = root.join(named.trim().strip_prefix("gitdir:")?.trim());
    let common = fs::read_to_string(folder.join("commondir")).ok();
    Some(common.map_or_else(|| folder.clone(), |common| folder.join(common.trim())))
}

/// What the remote's head is, else `main`.
fn branch(root: &Path) -> String {
    let head = git_folder(root).and_then(|git| fs::read_to_string(git.join("refs/remotes/origin/HEAD")).ok());
    let name = head.as_deref().and_then(|text| text.trim().strip_prefix("ref: refs/remotes/origin/")).unwrap_or("main");
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
    if is_plain { name.to_owned() } else { "main".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let cases = [
            ("https://github.com/a/b.git", "github.com"),
            ("git@gitlab.example.com:a/b.git", "gitlab.example.com"),
            ("ssh://git@github.com:22/a/b", "github.com"),
            ("https://token@gitlab.com/github/b", "gitlab.com"),
            ("/srv/git@x/github.git", ""),
        ];
        for (url, expected) in cases {
            assert_eq!(host(url), expected, "{url}");
        }
    }

    #[test]
    fn stages_of_paths() {
        let cases =
            [("stages/test/main", Some("test")), ("infra/envs/prod", Some("prod")), ("main", None), ("stages", None)];
        for (path, expected) in cases {
            assert_eq!(stage(path).as_deref(), expected, "{path}");
        }
    }
}
