//! `infralint init`: settings, a hook and a pipeline for the repository that is here. Each file is shown before it is written;
//! what is there already stays as it is.

mod files;
mod found;

use std::{
    fs::{self, OpenOptions},
    io::{BufRead, Write},
    path::Path,
};

use self::{
    files::{Proposal, proposals},
    found::Found,
};
use super::{Failure, args::InitArgs, environment::Environment, output};
use crate::source::{Sources, find_root};

pub(super) const ABOUT: &str = "\
Prepare a repository: settings, a pre-commit hook, and a pipeline that applies only what was judged.

It looks at what is here: root modules and where their state is, stages, where the repository is hosted, which of the files \
there are. Each new file is shown before anything is asked; a file that is there already is never changed, and what to add to \
it is said instead.";

pub(super) const CODES: &str = "\
Examples:
  infralint init                 show, ask, write
  infralint init --dry-run       show
  infralint init --yes           show, write
  infralint init --ci gitlab     where it does not see that by itself

Exit codes: 0 written, or nothing to write, 1 not written because nobody said yes, 2 it could not be done.";

/// Runs the command.
pub(super) fn run(args: &InitArgs, environment: &Environment) -> Result<u8, Failure> {
    let folder = environment.absolute(&args.path);
    if !folder.is_dir() {
        return Err(Failure::new(format!("{}: there is no such folder.", args.path.display())));
    }
    let sources = Sources::new(find_root(&folder));
    let found = Found::look(&sources, args.ci);
    output::print(&found.told())?;
    if found.root_modules.is_empty() {
        return Err(Failure::new("there is no root module here, so there is nothing to prepare for."));
    }
    let (new, kept): (Vec<_>, Vec<_>) =
        proposals(&found).into_iter().partition(|proposal| !is_there(sources.root(), proposal.path));
    for proposal in &kept {
        output::print(&format!("\n{} is there already and stays as it is.{}\n", proposal.path, proposal.advice))?;
    }
    if new.is_empty() {
        output::print("\nNothing is to be written.\n")?;
        return Ok(0);
    }
    for proposal in &new {
        output::print(&shown(proposal))?;
    }
    if args.dry_run {
        return Ok(0);
    }
    if !args.yes && !says_yes(new.len(), environment.is_typed) {
        output::remark("nothing was written.\n");
        return Ok(1);
    }
    for proposal in &new {
        write(sources.root(), proposal)?;
        output::print(&format!("wrote {}\n", proposal.path))?;
    }
    output::print(NEXT)?;
    Ok(0)
}

const NEXT: &str = "\nNext: read what is marked with CHANGE in them, run `infralint check`, commit.\n";

/// Whatever has the name counts: also a link that leads nowhere.
fn is_there(root: &Path, path: &str) -> bool {
    fs::symlink_metadata(root.join(path)).is_ok()
}

fn shown(proposal: &Proposal) -> String {
    let lines =
        proposal.text.lines().map(|line| if line.is_empty() { "  |\n".to_owned() } else { format!("  | {line}\n") });
    format!("\n{}, new: {}\n{}", proposal.path, proposal.purpose, lines.collect::<String>())
}

/// Only `yes` and `y` write.
fn says_yes(count: usize, is_typed: bool) -> bool {
    let files = if count == 1 { "this file" } else { "these files" };
    output::remark(&format!("\nWrite {files}? (yes/no) "));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    if !is_typed {
        output::remark("\n");
    }
    read.is_ok() && matches!(answer.trim(), "yes" | "y")
}

/// Makes a file that is not there; one that has come meanwhile is not touched.
fn write(root: &Path, proposal: &Proposal) -> Result<(), Failure> {
    let path = root.join(proposal.path);
    let failed = |error: std::io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
    file.write_all(proposal.text.as_bytes()).map_err(failed)
}
