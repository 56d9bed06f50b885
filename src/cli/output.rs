//! Where text goes. The only place that writes to the standard streams.

use std::{
    fs::Permissions,
    io::{self, ErrorKind, Write},
    path::Path,
};

use super::Failure;

/// Writes to the standard output. Whoever closed the pipe has read enough.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to the standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a file, wholly or not at all. What is no regular file (a pipe, a device) is written to as it is.
pub(super) fn save(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
    // What a link leads to is written, not the link.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    match std::fs::metadata(&target) {
        Ok(about) if !about.is_file() => std::fs::write(&target, text).map_err(failed),
        about => put(&target, text, about.ok().map(|about| about.permissions())).map_err(failed),
    }
}

/// Puts another text in place of a file's, wholly or not at all; refused where the file is not what it was any more.
pub(super) fn replace(path: &Path, (before, after): (&str, &str)) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
    // What a link leads to is replaced, not the link.
    let path = &path.canonicalize().map_err(failed)?;
    if std::fs::read_to_string(path).map_err(failed)? != before {
        return Err(Failure::new(format!("{} was changed meanwhile; it is left as it is", path.display())));
    }
    let mode = std::fs::metadata(path).map_err(failed)?.permissions();
    put(path, after, Some(mode)).map_err(failed)
}

/// Writes beside the file and renames, so that nobody ever sees a part of it.
fn put(path: &Path, text: &str, mode: Option<Permissions>) -> io::Result<()> {
    let mut beside = path.to_path_buf().into_os_string();
    beside.push(format!(".{}.tmp", std::process::id()));
    let written = std::fs::write(&beside, text)
        .and_then(|()| mode.map_or(Ok(()), |mode| std::fs::set_permissions(&beside, mode)))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        // The failure that is told is the first one.
        let _nothing_to_clean = std::fs::remove_file(&beside);
    }
    written
}

/// Says why a command could not do its work. When nobody listens, the exit code still says it.
pub(super) fn complain(failure: &Failure) {
    let _nobody_listens = writeln!(io::stderr().lock(), "error: {failure}");
}

/// Says something beside the results, on the standard error. When nobody listens, the exit code still says it.
pub(super) fn remark(text: &str) {
    let _nobody_listens = io::stderr().lock().write_all(text.as_bytes());
}
