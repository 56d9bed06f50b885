//! Asks git what has changed. The only place that runs it.

use std::{
    collections::{BTreeSet, HashSet},
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::Failure;
use crate::{check::Changes, source::normalise};

/// What has changed in the repository of a folder since a revision: since the last commit that it has in common with HEAD, up
/// to the files as they are now.
///
/// # Errors
/// When there is no git, no repository, or no such revision.
pub(super) fn changes(root: &Path, since: &str) -> Result<Changes, Failure> {
    let git = Git { root, since };
    let top = git.top()?;
    git.changes(&top, &git.base()?)
}

/// The same since HEAD, with files and folders that have changed whatever git says. Before the first commit everything has.
///
/// # Errors
/// When there is no git, or no repository.
pub(super) fn touched(root: &Path, given: &[PathBuf]) -> Result<Changes, Failure> {
    let git = Git { root, since: HEAD };
    let top = git.top()?;
    let mut changes = match git.base() {
        Ok(base) => git.changes(&top, &base)?,
        Err(_) => {
            let all = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
            let told: HashSet<PathBuf> = git.paths(&top, &all)?;
            Changes { since: HEAD.to_owned(), paths: told.iter().cloned().collect(), told }
        }
    };
    let is_given = |file: &&PathBuf| given.iter().any(|path| file.starts_with(path));
    let below: Vec<PathBuf> = changes.told.iter().filter(is_given).cloned().collect();
    changes.paths.extend(below);
    changes.paths.extend(given.iter().filter(|path| !path.is_dir()).cloned());
    Ok(changes)
}

const HEAD: &str = "HEAD";

struct Git<'a> {
    root: &'a Path,
    since: &'a str,
}

impl Git<'_> {
    /// The folder that git's paths are relative to, by the way that leads to ours.
    fn top(&self) -> Result<PathBuf, Failure> {
        let output = self.run(self.root, &["rev-parse", "--is-inside-work-tree", "--show-cdup"])?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut lines = text.lines();
        if !output.status.success() || lines.next() != Some("true") {
            let shown = self.root.display();
            return Err(self.failure(&format!("{shown} is no working tree of git.{}", said(&output))));
        }
        Ok(normalise(&self.root.join(lines.next().unwrap_or_default())))
    }

    /// The commit to compare with.
    fn base(&self) -> Result<String, Failure> {
        let commit = format!("{}^{{commit}}", self.since);
        let output = self.run(self.root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        let revision = line(&output);
        if !output.status.success() || revision.is_empty() {
            let hint = "A clone may lack it: fetch it (git fetch origin REV), or clone with more depth.";
            return Err(self.failure(&format!("git knows no commit \"{}\" here. {hint}", self.since)));
        }
        // Where nothing is known to be in common, as in a shallow clone, all that differs has changed.
        let output = self.run(self.root, &["merge-base", &revision, "HEAD"])?;
        let base = line(&output);
        Ok(if output.status.success() && !base.is_empty() { base } else { revision })
    }

    /// What differs from a commit.
    fn changes(&self, top: &Path, base: &str) -> Result<Changes, Failure> {
        let mut paths: BTreeSet<PathBuf> =
            self.paths(top, &["diff", "--name-only", "--no-renames", "-z", base, "--"])?;
        let untracked: Vec<PathBuf> = self.paths(top, &["ls-files", "--others", "--exclude-standard", "-z"])?;
        let mut told: HashSet<PathBuf> = self.paths(top, &["ls-files", "--cached", "--recurse-submodules", "-z"])?;
        told.extend(untracked.iter().cloned());
        paths.extend(untracked);
        Ok(Changes { since: self.since.to_owned(), paths, told })
    }

    /// Paths that a command tells, ended by zero bytes; of the whole working tree.
    fn paths<C: FromIterator<PathBuf>>(&self, top: &Path, arguments: &[&str]) -> Result<C, Failure> {
        let output = self.run(top, arguments)?;
        if !output.status.success() {
            let command = arguments.first().copied().unwrap_or_default();
            return Err(self.failure(&format!("git {command} failed.{}", said(&output))));
        }
        let names = output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Ok(names.map(|name| top.join(path(name))).collect())
    }

    fn run(&self, folder: &Path, arguments: &[&str]) -> Result<Output, Failure> {
        let mut command = Command::new("git");
        // What is colourful or external in somebody's settings is nothing to read here.
        command.arg("-C").arg(folder).args(["--no-pager", "--no-optional-locks", "-c", "core.quotePath=false"]);
        command.args(arguments).output().map_err(|error| self.failure(&format!("git cannot be run: {error}.")))
    }

    fn failure(&self, why: &str) -> Failure {
        Failure::new(format!("--changed-since {}: {why}", self.since))
    }
}

fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().trim().to_owned()
}

/// What git itself says.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let first = text.lines().next().unwrap_or_default().trim();
    if first.is_empty() { String::new() } else { format!(" git says: {first}") }
}

#[cfg(unix)]
fn path(name: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(name.to_vec())
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> OsString {
    String::from_utf8_lossy(name).into_owned().into()
}
