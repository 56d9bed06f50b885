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
fn bytes_of(call: &Call<'_, '_>) -> std::io::Result<Vec<u8>> {
    let path = located(call, call.text(0));
    call.cx.record_read(&path);
    if let Some(text) = call.cx.sources.text_instead(&crate::source::normalise(&path)) {
        return Ok(String::from(text).into_bytes());
    }
    let about = std::fs::metadata(&path)?;
    if about.len() > crate::source::MAX_FILE_BYTES {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "the file is too large"));
    }
    // Pipes and devices may never end.
    if !about.is_file() && !about.is_dir() {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a regular file"));
    }
    std::fs::read(&path)
}

/// For the functions that want the contents; a missing file is explained.
pub(super) fn read(call: &Call<'_, '_>) -> Result<Vec<u8>, Failure> {
    let given = call.text(0);
    bytes_of(call).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::at(
            0,
            format!(
                "no file exists at \"{given}\"; this function works only with files that are distributed as part of \
             the configuration source code, so if this file will be created by a resource in this configuration \
             you must instead obtain this result from an attribute of that resource"
            ),
        ),
        _ => Failure::at(0, format!("failed to read file: read {}: {}", cleaned(given), in_words(&error))),
    })
}

/// For the functions that hash a file: Terraform blames the call, in the system's words.
pub(super) fn read_plainly(call: &Call<'_, '_>) -> Result<Vec<u8>, Failure> {
    let given = cleaned(call.text(0));
    bytes_of(call).map_err(|error| {
        let doing = if error.kind() == std::io::ErrorKind::NotFound { "open" } else { "read" };
        Failure::new(format!("{doing} {given}: {}", in_words(&error)))
    })
}

/// As Go says it.
fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::IsADirectory => "is a directory".to_owned(),
        std::io::ErrorKind::NotADirectory => "not a directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// The text of the file the first argument names.
pub(super) fn read_text(call: &Call<'_, '_>) -> Result<String, Failure> {
    let given = call.text(0);
    String::from_utf8(read(call)?).map_err(|_| {
        Failure::new(format!(
            "contents of \"{given}\" are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded \
             contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead"
        ))
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
    let given = cleaned(call.text(0));
    let path = located(call, call.text(0));
    call.cx.record_read(&path);
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => Err(Failure::new(format!("\"{given}\" is a directory, not a file"))),
        Ok(found) if !found.is_file() => Err(Failure::new(format!("\"{given}\" is not a regular file"))),
        Ok(_) => Ok(Value::bool(true)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Value::bool(false)),
        Err(_) => Err(Failure::new(format!("failed to stat \"{given}\""))),
    }
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
