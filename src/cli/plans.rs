//! `--plan [ROOT=]FILE`: the JSON of a plan, from a file or the standard input.

use std::{fs::File, io::Read, path::Path};

use super::{Failure, environment::Environment};
use crate::check::PlanFile;

/// A larger plan is refused: its JSON takes ten times as much memory.
const MAX_BYTES: u64 = 512 << 20;

/// Reads what was typed.
///
/// # Errors
/// When it cannot be read, or is too large.
pub(super) fn read(typed: &str, environment: &Environment) -> Result<PlanFile, Failure> {
    let (root, name) = split(typed, environment);
    let bytes =
        if name == "-" { read_all(std::io::stdin().lock()) } else { read_file(&environment.absolute(Path::new(name))) };
    let bytes = bytes.map_err(|error| Failure::new(format!("--plan {name}: {error}")))?;
    let root_module = root.map(|root| environment.absolute(Path::new(root)));
    let path = environment.absolute(Path::new(name));
    let folder = path.parent().filter(|_| name != "-").map(Path::to_path_buf);
    let name = if name == "-" { "the plan on the standard input" } else { name };
    Ok(PlanFile { name: name.to_owned(), bytes, root_module, folder })
}

/// The root module, where one is named, and the file. A file may have an equals sign in its name.
fn split<'t>(typed: &'t str, environment: &Environment) -> (Option<&'t str>, &'t str) {
    let is_there = |path: &str| environment.absolute(Path::new(path)).exists();
    match typed.split_once('=') {
        Some((root, file)) if !root.is_empty() && !is_there(typed) => (Some(root), file),
        _ => (None, typed),
    }
}

fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    read_all(File::open(path)?)
}

fn read_all(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(std::io::Error::other(format!("the plan is larger than {} MiB", MAX_BYTES >> 20)));
    }
    Ok(bytes)
}
