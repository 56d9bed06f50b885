//! `.terraform/modules/modules.json`: where `terraform init` put the modules of a root module.

use std::{collections::BTreeMap, path::Path};

use ecow::EcoString;
use serde::Deserialize;

use super::{
    discovery::directory_key,
    model::{ModuleCall, ModuleSource},
    semver::{self, Version},
};
use crate::source::Sources;

/// A module that `terraform init` has fetched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installed {
    /// A key of [`super::Repository::modules`].
    pub dir: Box<str>,
    /// Where it was fetched from, in full.
    pub source: EcoString,
    /// Of a module from a registry.
    pub version: Option<EcoString>,
}

impl Installed {
    /// Whether it is what a call asks for now: the source may have been changed since, and Terraform would then ask for
    /// another `terraform init`.
    #[must_use]
    pub fn is_of(&self, call: &ModuleCall) -> bool {
        let ModuleSource::Remote(written) = &call.source else { return false };
        let version = self.version.as_deref().and_then(Version::parse);
        let meets = |constraint: &EcoString| version.as_ref().and_then(|version| semver::meets(version, constraint));
        let same_version = call.version.as_ref().and_then(meets).unwrap_or(true);
        same_version && self.is_from(written)
    }

    /// What is short in a source is written in full when it is installed.
    fn is_from(&self, written: &str) -> bool {
        if let Some(address) = self.source.strip_prefix(REGISTRY) {
            return written.strip_prefix(REGISTRY).unwrap_or(written) == address;
        }
        // Of `github.com/a/b` the scheme and the ending are filled in; a whole address stays as it is.
        !written.contains("::") || *written == *self.source
    }
}

/// The registry that is meant where no other is named.
const REGISTRY: &str = "registry.terraform.io/";

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules")]
    modules: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Source", default)]
    source: String,
    #[serde(rename = "Version", default)]
    version: Option<String>,
    #[serde(rename = "Dir")]
    dir: String,
}

/// The installed modules by call path (`vpc.endpoints`), without those that are local
/// calls of local modules. A manifest that is not there or not readable installs nothing: it is a cache, and
/// Terraform would write it anew.
pub(super) fn read(sources: &Sources, root: &str) -> BTreeMap<String, Installed> {
    let dir = sources.root().join(root);
    let manifest = dir.join(".terraform/modules/modules.json");
    // Pipes and devices may never end.
    let manifest = manifest.is_file().then(|| std::fs::read(manifest).ok());
    let manifest = manifest.flatten().and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
    let entries = manifest.map(|manifest| manifest.modules).unwrap_or_default();
    let remote = entries.into_iter().filter(|entry| !entry.key.is_empty() && !entry.source.starts_with('.'));
    let installed = |entry: Entry| {
        let dir = existing(sources, &dir.join(entry.dir))?;
        let installed = Installed { dir, source: entry.source.into(), version: entry.version.map(EcoString::from) };
        Some((entry.key, installed))
    };
    remote.filter_map(installed).collect()
}

fn existing(sources: &Sources, dir: &Path) -> Option<Box<str>> {
    dir.is_dir().then(|| directory_key(sources, dir))
}
