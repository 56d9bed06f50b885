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

/// Says why a command could not do its work. When nobody listens, the exit code still says it.
pub(super) fn complain(failure: &Failure) {
    let _nobody_listens = writeln!(io::stderr().lock(), "error: {failure}");
}

/// Says something beside the results, on the standard error. When nobody listens, the exit code still says it.
pub(super) fn remark(text: &str) {
    let _nobody_listens = io::stderr().lock().write_all(text.as_bytes());
}
