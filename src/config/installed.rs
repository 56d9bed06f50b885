//! `.terraform/modules/modules.json`: where `terraform init` put the modules of a root module.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::discovery::directory_key;
use crate::source::Sources;

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
    #[serde(rename = "Dir")]
    dir: String,
}

/// The directories of installed modules by call path (`vpc.endpoints`), without those that are local
/// calls of local modules. A manifest that is not there or not readable installs nothing: it is a cache, and
/// Terraform would write it anew.
pub(super) fn read(sources: &Sources, root: &str) -> BTreeMap<String, Box<str>> {
    let dir = sources.root().join(root);
    let manifest = dir.join(".terraform/modules/modules.json");
    // Pipes and devices may never end.
    let manifest = manifest.is_file().then(|| std::fs::read(manifest).ok());
    let manifest = manifest.flatten().and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
    let entries = manifest.map(|manifest| manifest.modules).unwrap_or_default();
    let remote = entries.into_iter().filter(|entry| !entry.key.is_empty() && !entry.source.starts_with('.'));
    remote.filter_map(|entry| Some((entry.key, existing(sources, &dir.join(entry.dir))?))).collect()
}

fn existing(sources: &Sources, dir: &Path) -> Option<Box<str>> {
    dir.is_dir().then(|| directory_key(sources, dir))
}
