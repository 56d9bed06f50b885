//! A folder that is there only for a while.

use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

/// A new empty folder; removed with everything in it when dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one inside of an existing folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(parent: &Path) -> io::Result<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        loop {
            let made = MADE.fetch_add(1, Ordering::Relaxed);
            let path = parent.join(format!("infralint-{}-{made}", std::process::id()));
            match private(&path) {
                // A folder of a process that had this id before.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made.and_then(|()| Ok(Self(path.canonicalize()?))),
            }
        }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file inside, with the folders it is in.
    ///
    /// # Errors
    /// When its path leads outside, or it cannot be written.
    pub fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let absolute = super::normalise(&self.0.join(path));
        if !absolute.starts_with(&self.0) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path leads outside"));
        }
        if let Some(folder) = absolute.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(absolute, text)
    }
}

/// What lies in it is nobody else's business.
fn private(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed stays in the folder for temporary files, where it does no harm.
        let _stays = std::fs::remove_dir_all(&self.0);
    }
}
