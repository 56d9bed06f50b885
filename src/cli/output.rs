//! Where text goes. The only place that writes to the standard streams.

use std::{
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

/// Writes a whole file.
pub(super) fn save(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

/// Writes a whole file, wholly or not at all, whether it was there before or not.
pub(super) fn save_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
    // What a link leads to is replaced, not the link.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let mode = std::fs::metadata(path).ok().map(|about| about.permissions());
    renamed(path, (text, mode)).map_err(failed)
}

/// Writes a file beside, and renames it.
fn renamed(path: &Path, (text, mode): (&str, Option<std::fs::Permissions>)) -> io::Result<()> {
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

/// Puts another text in place of a file's, wholly or not at all; refused where the file is not what it was any more.
pub(super) fn replace(path: &Path, (before, after): (&str, &str)) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
    // What a link leads to is replaced, not the link.
    let path = &path.canonicalize().map_err(failed)?;
    if std::fs::read_to_string(path).map_err(failed)? != before {
        return Err(Failure::new(format!("{} was changed meanwhile; it is left as it is", path.display())));
    }
    let mode = std::fs::metadata(path).map_err(failed)?.permissions();
    renamed(path, (after, Some(mode))).map_err(failed)
}

/// Says why a command could not do its work. When nobody listens, the exit code still says it.
pub(super) fn complain(failure: &Failure) {
    let _nobody_listens = writeln!(io::stderr().lock(), "error: {failure}");
}

/// Says something beside the results, on the standard error. When nobody listens, the exit code still says it.
pub(super) fn remark(text: &str) {
    let _nobody_listens = io::stderr().lock().write_all(text.as_bytes());
}
