//! A monorepo made of copies of this repository's stage `test`, each with its own names and addresses.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Writes `stages` stages and the modules they call below `directory`. Returns the bytes of configuration written.
///
/// # Errors
/// When something cannot be read or written.
pub(crate) fn write(directory: &Path, stages: u16) -> io::Result<u64> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut bytes = copy(&repository.join("modules"), &directory.join("modules"), &|text| text)?;
    for number in 0..stages {
        let stage = format!("s{number:03}");
        let (second, third) = (number / 16, number % 16 * 16);
        let ours = |text: String| {
            text.replace("platform-test", &format!("platform-{stage}"))
                .replace("\"test\"", &format!("\"{stage}\""))
                .replace("test.example.com", &format!("{stage}.example.com"))
                .replace("10.10.0.0/16", &format!("10.{second}.{third}.0/20"))
        };
        let to = directory.join("stages").join(&stage);
        bytes += copy(&repository.join("stages/test"), &to, &ours)?;
    }
    Ok(bytes)
}

/// Copies configuration, changing every text on the way.
fn copy(from: &Path, to: &Path, change: &dyn Fn(String) -> String) -> io::Result<u64> {
    fs::create_dir_all(to)?;
    let mut bytes = 0;
    for entry in fs::read_dir(from)? {
        let path: PathBuf = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            if !name.to_string_lossy().starts_with('.') {
                bytes += copy(&path, &to.join(name), change)?;
            }
            continue;
        }
        let text = change(fs::read_to_string(&path)?);
        bytes += text.len() as u64;
        fs::write(to.join(name), text)?;
    }
    Ok(bytes)
}
