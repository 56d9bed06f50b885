//! Reading the files of one module directory.

use std::path::Path;

use crate::{
    diag::Diagnostic,
    source::{FileId, ReadError, Sources, normalise},
};

/// The configuration files of a directory, by name, in the order Terraform reads them.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub primary: Vec<String>,
    pub overrides: Vec<String>,
}

/// Whether Terraform reads a file of this name as configuration.
pub(super) fn is_configuration(name: &str) -> bool {
    (name.ends_with(".tf") || name.ends_with(".tf.json")) && !is_ignored(name)
}

/// Hidden files, and what editors leave behind.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let stem = stem.strip_suffix(".tf").unwrap_or(stem);
    stem == "override" || stem.ends_with("_override")
}

/// The names of the files in a directory that `wanted` accepts, sorted.
///
/// # Errors
/// When the directory is not there or cannot be read.
pub(super) fn names_in(dir: &Path, wanted: impl Fn(&str) -> bool) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        if let Some(name) = name.to_str().filter(|name| wanted(name))
            && !is_dir(&entry)
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Whether an entry of a directory is a directory itself, or a link to one. Only of a link is the file system asked again.
pub(super) fn is_dir(entry: &std::fs::DirEntry) -> bool {
    entry.file_type().is_ok_and(|ty| ty.is_dir() || ty.is_symlink() && entry.path().is_dir())
}

/// # Errors
/// When the directory is not there or cannot be read.
pub(super) fn list(sources: &Sources, dir: &Path) -> std::io::Result<Listing> {
    let mut names = names_in(dir, is_configuration)?;
    // What an editor has not saved yet.
    names.extend(sources.names_instead(dir).into_iter().filter(|name| is_configuration(name)));
    names.sort();
    names.dedup();
    let (overrides, primary) = names.into_iter().partition(|name| is_override(name));
    Ok(Listing { primary, overrides })
}

/// Reads a file, or says with its name why that could not be.
pub(super) fn read(sources: &Sources, path: &Path, problems: &mut Vec<Diagnostic>) -> Option<FileId> {
    let path = normalise(path);
    match sources.read(&path) {
        Ok(file) => Some(file),
        Err(error) => {
            problems.push(unreadable(&sources.display(&path), &error));
            None
        }
    }
}

pub(super) fn unreadable(path: &str, error: &ReadError) -> Diagnostic {
    match error {
        ReadError::Encrypted => Diagnostic::placeless(
            "Invalid character encoding",
            format!(
                "{path} is encrypted with git-crypt. Unlock the repository (git-crypt unlock), or give the values with --var-file."
            ),
        ),
        ReadError::NotUtf8(_) => Diagnostic::placeless(
            "Invalid character encoding",
            format!(
                "{path} is not UTF-8: {error}. All configuration files must be UTF-8 encoded; save the file as UTF-8."
            ),
        ),
        error => Diagnostic::placeless("Failed to read file", format!("The file {path} could not be read: {error}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terraform_reads_these_names_and_merges_those() {
        let cases = [
            ("main.tf", true, false),
            ("main.tf.json", true, false),
            ("override.tf", true, true),
            ("override.tf.json", true, true),
            ("a_override.tf", true, true),
            ("overrides.tf", true, false),
            ("my-override.tf", true, false),
            (".hidden.tf", false, false),
            ("main.tf~", false, false),
            ("#main.tf#", false, false),
            ("terraform.tfvars", false, false),
            ("main.tfx", false, false),
        ];
        for (name, configuration, overriding) in cases {
            assert_eq!(is_configuration(name), configuration, "{name}");
            assert_eq!(is_configuration(name) && is_override(name), overriding, "{name}");
        }
    }
}
