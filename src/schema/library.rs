//! The schemas there are: the embedded one, and those that were imported.

use std::path::{Path, PathBuf};

use super::Provider;

/// Imported schemas. A file is found by the ending, whatever its name.
pub const EXTENSION: &str = "schema";

/// The schemas a run knows.
#[derive(Clone, Default, Debug)]
pub struct Library {
    /// Whether configurations are not to be held against any.
    pub off: bool,
    imported: Vec<Imported>,
}

/// An imported schema and its file.
#[derive(Clone, Debug)]
pub struct Imported {
    pub provider: &'static Provider,
    pub file: PathBuf,
}

/// A file that is no schema, and why.
#[derive(Clone, Debug)]
pub struct Unreadable {
    pub file: PathBuf,
    pub why: String,
}

impl Library {
    /// Reads the schemas in folders; one that is not there holds none. Of two of one provider and version the first counts.
    #[must_use]
    pub fn read(folders: &[PathBuf]) -> (Self, Vec<Unreadable>) {
        let (mut library, mut problems) = (Self::default(), Vec::new());
        for file in folders.iter().flat_map(|folder| files(folder)) {
            match open(&file) {
                Ok(provider) => library.add(provider, file),
                Err(why) => problems.push(Unreadable { file, why }),
            }
        }
        (library, problems)
    }

    fn add(&mut self, provider: Provider, file: PathBuf) {
        let header = provider.header();
        let is_same = |known: &Imported| {
            known.provider.header().source == header.source && known.provider.header().version == header.version
        };
        if !self.imported.iter().any(is_same) {
            // Shapes of it are shared for as long as the program runs, as those of the embedded one are.
            self.imported.push(Imported { provider: Box::leak(Box::new(provider)), file });
        }
    }

    /// All that were imported, in the order they are found.
    #[must_use]
    pub fn imported(&self) -> &[Imported] {
        &self.imported
    }

    /// The schema of a provider, by its full address: the newest version that is `wanted`, else the newest.
    pub fn find(&self, address: &str, wanted: impl Fn(&str) -> bool) -> Option<&'static Provider> {
        let mut known: Vec<&'static Provider> = self.imported.iter().map(|imported| imported.provider).collect();
        known.retain(|provider| provider.header().source == address);
        known.into_iter().max_by_key(|provider| {
            let version = &provider.header().version;
            (wanted(version), numbers(version))
        })
    }
}

/// The files in a folder, sorted by name, so that the same one always counts.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == EXTENSION) && file.is_file());
    files.sort();
    files
}

fn open(file: &Path) -> Result<Provider, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    Provider::shared(bytes.into()).map_err(|error| error.to_string())
}

/// The numbers of a version, for their order.
fn numbers(version: &str) -> Vec<u64> {
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    numbers.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::compile::Document;

    fn compiled(version: &str) -> Vec<u8> {
        let json = r#"{"provider_schemas":{"registry.terraform.io/a/b":{"provider":{"block":{}},
            "resource_schemas":{"b_thing":{"block":{"attributes":{"name":{"type":"string","required":true}}}}}}}}"#;
        Document::parse(json).and_then(|document| document.compile("a/b", version)).unwrap_or_default()
    }

    #[test]
    fn the_wanted_version_counts_and_else_the_newest() {
        let folder = tempfile::tempdir().unwrap_or_else(|error| unreachable!("{error}"));
        for version in ["1.2.0", "1.10.0"] {
            let _written = std::fs::write(folder.path().join(format!("{version}.schema")), compiled(version));
        }
        let _written = std::fs::write(folder.path().join("broken.schema"), "no schema");
        let (library, problems) = Library::read(&[folder.path().to_path_buf(), folder.path().join("nothing")]);
        let found = |wanted: &str| {
            let provider = library.find("registry.terraform.io/a/b", |version| version == wanted);
            provider.map(|provider| provider.header().version.as_str())
        };
        assert_eq!(found("1.2.0"), Some("1.2.0"));
        assert_eq!(found("3.0.0"), Some("1.10.0"));
        assert!(library.find("registry.terraform.io/a/c", |_| true).is_none());
        assert_eq!(problems.len(), 1);
    }
}
