//! Functions that look at files, relative to the directory Terraform runs in.

use std::path::{Component, Path, PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Call, Failure, Outcome, string};
use crate::value::{Type, Value};

/// A path argument as a path on this machine; `~` is the home directory, which is not known here.
pub(super) fn located(call: &Call<'_, '_>, path: &str) -> PathBuf {
    call.base.join(path)
}

/// The bytes of the file the first argument names. Every read is recorded.
pub(super) fn read(call: &Call<'_, '_>) -> Result<Vec<u8>, Failure> {
    let given = call.text(0);
    let path = located(call, given);
    call.cx.record_read(&path);
    let bytes = match std::fs::metadata(&path) {
        Ok(found) if found.len() > crate::source::MAX_FILE_BYTES => {
            return Err(Failure::at(0, format!("the file \"{given}\" is too large to be read here")));
        }
        Ok(_) => std::fs::read(&path),
        Err(error) => Err(error),
    };
    bytes.map_err(|error| Failure::at(0, unreadable(given, &error)))
}

fn unreadable(given: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!(
            "no file exists at \"{given}\"; this function works only with files that are distributed as part of \
             the configuration source code, so if this file will be created by a resource in this configuration \
             you must instead obtain this result from an attribute of that resource"
        ),
        _ => format!("failed to read file \"{given}\": {error}"),
    }
}

/// The text of the file the first argument names.
pub(super) fn read_text(call: &Call<'_, '_>) -> Result<String, Failure> {
    let given = call.text(0);
    String::from_utf8(read(call)?).map_err(|_| {
        Failure::at(
            0,
            format!(
                "contents of \"{given}\" are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded \
             contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead"
            ),
        )
    })
}

pub(super) fn file(call: &Call<'_, '_>) -> Outcome {
    Ok(string(&read_text(call)?))
}

pub(super) fn filebase64(call: &Call<'_, '_>) -> Outcome {
    Ok(Value::string(STANDARD.encode(read(call)?)))
}

/// Only a regular file counts; a directory is a mistake.
pub(super) fn fileexists(call: &Call<'_, '_>) -> Outcome {
    let given = call.text(0);
    let path = located(call, given);
    call.cx.record_read(&path);
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => Err(Failure::at(0, format!("\"{given}\" is a directory, not a file"))),
        Ok(found) if !found.is_file() => Err(Failure::at(0, format!("\"{given}\" is not a regular file"))),
        Ok(_) => Ok(Value::bool(true)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Value::bool(false)),
        Err(error) => Err(Failure::at(0, format!("failed to stat \"{given}\": {error}"))),
    }
}

/// The files below a directory that a pattern matches, with paths relative to it.
pub(super) fn fileset(call: &Call<'_, '_>) -> Outcome {
    let root = located(call, call.text(0));
    let pattern = cleaned(call.text(1));
    let glob = globset::GlobBuilder::new(&pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| Failure::at(1, format!("failed to glob pattern {pattern}: {}", error.kind())))?
        .compile_matcher();
    call.cx.record_read(&root);
    let mut names = Vec::new();
    walk(call, &root, &mut |path| {
        let shown = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        if glob.is_match(&shown) {
            names.push(string(&shown));
        }
    })?;
    Ok(Value::set(Type::String, names))
}

/// Every regular file below a directory, symbolic links to files included and links to directories not
/// followed in circles. A directory that is not there has none.
fn walk(call: &Call<'_, '_>, root: &Path, visit: &mut impl FnMut(&Path)) -> Result<(), Failure> {
    let mut waiting = vec![root.to_path_buf()];
    let mut seen = 0;
    while let Some(directory) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&directory) else { continue };
        for entry in entries.flatten() {
            seen += 1;
            call.bounded(seen)?;
            let path = entry.path();
            let is_link = entry.file_type().is_ok_and(|ty| ty.is_symlink());
            match std::fs::metadata(&path) {
                Ok(found) if found.is_file() => visit(&path),
                Ok(found) if found.is_dir() && !is_link => waiting.push(path),
                _ => {}
            }
        }
    }
    Ok(())
}

/// `a/./b//c` and `a/../b` without the detours, not asking the file system; nothing left is `.`.
pub(super) fn cleaned(path: &str) -> String {
    let mut out = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::ParentDir if out.has_root() => {}
            other => out.push(other),
        }
    }
    let out = out.to_string_lossy().into_owned();
    if out.is_empty() { ".".to_owned() } else { out }
}

/// Without links being followed.
pub(super) fn abspath(call: &Call<'_, '_>) -> Outcome {
    let path = located(call, call.text(0));
    Ok(string(&cleaned(&path.to_string_lossy())))
}

/// The part after the last slash, trailing slashes not counting.
pub(super) fn basename(call: &Call<'_, '_>) -> Outcome {
    let path = call.text(0);
    if path.is_empty() {
        return Ok(Value::string("."));
    }
    let trimmed = path.trim_end_matches('/');
    let last = trimmed.rsplit('/').next().unwrap_or_default();
    Ok(string(if trimmed.is_empty() { "/" } else { last }))
}

/// The part before the last slash, cleaned.
pub(super) fn dirname(call: &Call<'_, '_>) -> Outcome {
    let path = call.text(0);
    let directory = path.rfind('/').map_or("", |at| path.get(..=at).unwrap_or(""));
    Ok(string(&cleaned(directory)))
}

/// A leading `~` is the home directory of whoever runs Terraform.
pub(super) fn pathexpand(call: &Call<'_, '_>) -> Outcome {
    let path = call.text(0);
    if !path.starts_with('~') {
        return Ok(string(path));
    }
    if path.len() > 1 && !path.starts_with("~/") {
        return Err(Failure::new("cannot expand user-specific home dir"));
    }
    Ok(call.unknown(Type::String))
}
