//! Which files say how Terraform is run: those beside root modules and above them, where such files stand by convention.

use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use super::directory::above;
use crate::config::files::is_dir;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    Makefile,
    Script,
    Pipeline,
    /// Only names a version of Terraform: a version manager's file, an image.
    Version,
    Terragrunt,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Found {
    /// Relative to the repository's root.
    pub path: String,
    /// The folder it speaks of.
    pub folder: String,
    pub kind: Kind,
}

/// Folders with scripts, beside root modules and above them.
const OF_SCRIPTS: [&str; 8] = ["bin", "scripts", "script", "ci", ".ci", "tools", "hack", "build"];
/// Folders with pipelines, each with what their files end with. They run at the repository's root.
const OF_PIPELINES: [&str; 6] =
    [".github/workflows", ".gitlab", ".gitlab/ci", ".circleci", ".buildkite", ".azure-pipelines"];
const PIPELINES: [&str; 15] = [
    ".gitlab-ci.yml",
    ".gitlab-ci.yaml",
    "azure-pipelines.yml",
    "azure-pipelines.yaml",
    "bitbucket-pipelines.yml",
    "buildspec.yml",
    "buildspec.yaml",
    "cloudbuild.yaml",
    ".drone.yml",
    ".travis.yml",
    ".woodpecker.yml",
    "atlantis.yaml",
    "atlantis.yml",
    "Taskfile.yml",
    "Taskfile.yaml",
];
const SCRIPTS: [&str; 5] = [".envrc", ".env", "Jenkinsfile", "justfile", "Justfile"];
const VERSIONS: [&str; 6] =
    [".terraform-version", ".tool-versions", "mise.toml", ".mise.toml", "Dockerfile", "docker-compose.yml"];
/// No script is longer.
const MAX_BYTES: u64 = 1 << 20;

/// The files around root modules, each once, in the order of their paths.
pub(super) fn around(repository: &Path, roots: &BTreeSet<Box<str>>) -> Vec<Found> {
    let mut folders: BTreeSet<&str> = roots.iter().flat_map(|root| above(root)).collect();
    folders.insert(".");
    // What lies outside of the repository is nobody's here.
    folders.retain(|folder| !folder.starts_with("..") && !Path::new(folder).is_absolute());
    let mut search = Search { repository, found: BTreeSet::new() };
    for folder in folders {
        search.folder(folder);
    }
    for folder in OF_PIPELINES {
        search.pipelines(folder);
    }
    search.found.into_iter().collect()
}

/// Whether a file of this path may say how Terraform is run in a folder, were it there: files without a telling name in
/// folders of scripts do too.
pub(in crate::config) fn says_how_to_run(path: &str, root: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    if OF_PIPELINES.contains(&folder) {
        return name.ends_with(".yml") || name.ends_with(".yaml");
    }
    let (parent, own) = folder.rsplit_once('/').unwrap_or((".", folder));
    let is_above = |wanted: &str| above(root).any(|folder| folder == wanted);
    kind_of(name).is_some() && is_above(folder) || OF_SCRIPTS.contains(&own) && is_above(parent)
}

struct Search<'r> {
    repository: &'r Path,
    found: BTreeSet<Found>,
}

impl Search<'_> {
    fn folder(&mut self, folder: &str) {
        for (name, is_dir) in self.entries(folder) {
            match kind_of(&name) {
                Some(kind) if !is_dir => self.add(folder, &name, (folder, kind)),
                None if is_dir && OF_SCRIPTS.contains(&name.as_str()) => self.scripts(&below(folder, &name)),
                _ => {}
            }
        }
    }

    fn scripts(&mut self, folder: &str) {
        for (name, is_dir) in self.entries(folder) {
            let kind = kind_of(&name).or_else(|| self.is_script(folder, &name).then_some(Kind::Script));
            if let Some(kind) = kind.filter(|kind| !is_dir && *kind != Kind::Makefile) {
                self.add(folder, &name, (folder, kind));
            }
        }
    }

    fn pipelines(&mut self, folder: &str) {
        for (name, is_dir) in self.entries(folder) {
            if !is_dir && (name.ends_with(".yml") || name.ends_with(".yaml")) {
                self.add(folder, &name, (".", Kind::Pipeline));
            }
        }
    }

    fn add(&mut self, folder: &str, name: &str, (of, kind): (&str, Kind)) {
        let path = below(folder, name);
        let small = fs::metadata(self.repository.join(&path)).is_ok_and(|about| about.len() <= MAX_BYTES);
        if small {
            self.found.insert(Found { path, folder: of.to_owned(), kind });
        }
    }

    /// Whether a file without a telling name begins as scripts do.
    fn is_script(&self, folder: &str, name: &str) -> bool {
        let mut start = [0; 2];
        let path: PathBuf = self.repository.join(folder).join(name);
        path.is_file()
            && fs::File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok())
            && start == *b"#!"
    }

    /// Names in a folder, and whether each is a folder; none where there is no such folder.
    fn entries(&self, folder: &str) -> Vec<(String, bool)> {
        let Ok(entries) = fs::read_dir(self.repository.join(folder)) else { return Vec::new() };
        let named = |entry: fs::DirEntry| Some((entry.file_name().into_string().ok()?, is_dir(&entry)));
        let mut entries: Vec<_> = entries.filter_map(|entry| named(entry.ok()?)).collect();
        entries.sort();
        entries
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    let lower = name.rsplit('.').next().unwrap_or_default();
    match name {
        "GNUmakefile" | "makefile" | "Makefile" => Some(Kind::Makefile),
        "terragrunt.hcl" | "terragrunt.hcl.json" | "root.hcl" => Some(Kind::Terragrunt),
        _ if PIPELINES.contains(&name) => Some(Kind::Pipeline),
        _ if SCRIPTS.contains(&name) || matches!(lower, "sh" | "bash" | "zsh") => Some(Kind::Script),
        _ if VERSIONS.contains(&name) || lower == "mk" => Some(Kind::Version),
        _ => None,
    }
}

fn below(folder: &str, name: &str) -> String {
    if folder == "." { name.to_owned() } else { format!("{folder}/{name}") }
}
