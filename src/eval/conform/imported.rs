//! Providers whose schemas are not part of the program: imported, or not here at all.

use std::collections::BTreeMap;

use super::{
    super::{node::Root, resource::implied_provider},
    level::Level,
};
use crate::{
    addr::Name,
    config::{self, Module, Release, Repository, Resource},
    diag::{Diagnostic, Level as Weight},
    schema::Provider,
    source::{Place, Sources},
};

/// The imported schemas, as one root module uses them.
#[derive(Debug)]
pub(super) struct Imports<'r> {
    repository: &'r Repository,
    locked: Vec<(String, String)>,
    /// Providers whose schema is not here, each with the first resource of it.
    missing: BTreeMap<String, Place>,
    /// Those whose schema is of another version than the one that is locked.
    near: BTreeMap<String, (String, Place)>,
}

impl<'r> Imports<'r> {
    pub(super) fn new(repository: &'r Repository, sources: &Sources, root: &str) -> Self {
        // Nobody asks for versions where there is nothing to choose from.
        let is_any = !repository.schemas.imported().is_empty();
        let locked = if is_any { config::locked_versions(sources, &sources.root().join(root)) } else { Vec::new() };
        Self { repository, locked, missing: BTreeMap::new(), near: BTreeMap::new() }
    }

    /// The schema of a resource, where its provider's is here.
    pub(super) fn level(&mut self, module: &Module, local: Name, resource: &Resource) -> Option<Option<Level>> {
        let address = address(module, local);
        let locked = self.locked.iter().find(|(known, _)| *known == address).map(|(_, version)| version.clone());
        let Some(provider) = find(self.repository, (module, local), &address, locked.as_deref()) else {
            self.missing.entry(address).or_insert(resource.header);
            return None;
        };
        let version = &provider.header().version;
        if locked.is_some_and(|locked| locked != *version) {
            self.near.entry(address).or_insert((version.clone(), resource.header));
        }
        Some(provider.of(resource.mode, &resource.ty).map(Level::Of))
    }

    /// What is not judged, or judged by another version, said once each.
    pub(super) fn notes(self) -> Vec<Diagnostic> {
        let note = |summary: &str, detail: String, at: Place| Diagnostic::new(Weight::Info, summary, detail, Some(at));
        let missing = self.missing.iter().map(|(address, at)| {
            let detail = format!(
                "The schema of {address} is not here, so its resources are not held against it. `infralint schema import` adds it, \
                 from what `terraform providers schema -json` prints."
            );
            note("Provider schema not known", detail, *at)
        });
        let near = self.near.iter().map(|(address, (version, at))| {
            let detail =
                format!("Resources of {address} are held against version {version}, the nearest one that is here.");
            note("Provider schema of another version", detail, *at)
        });
        missing.chain(near).collect()
    }
}

fn find(
    repository: &Repository,
    (module, local): (&Module, Name),
    address: &str,
    locked: Option<&str>,
) -> Option<&'static Provider> {
    let required = module.required_providers.get(&local).and_then(|required| required.version.as_deref());
    let is_wanted = |version: &str| match (locked, required) {
        (Some(locked), _) => locked == version,
        (None, Some(constraint)) => config::version_meets(version, constraint),
        (None, None) => true,
    };
    repository.schemas.find(address, is_wanted)
}

impl Root<'_> {
    /// The imported schema of a resource's provider, for its shape; and whether that is the release that runs, as far as that is
    /// known.
    pub(in crate::eval) fn imported(
        &self,
        module: &Module,
        resource: &Resource,
    ) -> Option<(&'static Provider, Release)> {
        if self.repository.schemas.imported().is_empty() {
            return None;
        }
        let local = resource.provider.unwrap_or_else(|| implied_provider(resource.ty)).name;
        let address = address(module, local);
        let locked = self.locked.get_or_init(|| config::locked_versions(self.cx.sources, &self.base));
        let locked = locked.iter().find(|(known, _)| *known == address).map(|(_, version)| version.as_str());
        let provider = find(self.repository, (module, local), &address, locked)?;
        let is_same = locked.is_none_or(|locked| locked == provider.header().version);
        Some((provider, if is_same { Release::Known } else { Release::Newer }))
    }
}

/// The full address of a provider that a module knows by a local name.
pub(super) fn address(module: &Module, local: Name) -> String {
    let required = module.required_providers.get(&local).and_then(|required| required.source.as_deref());
    if required.is_none() && local == "terraform" {
        return "terraform.io/builtin/terraform".to_owned();
    }
    let source = required.unwrap_or(&local);
    match source.matches('/').count() {
        0 => format!("registry.terraform.io/hashicorp/{source}"),
        1 => format!("registry.terraform.io/{source}"),
        _ => source.to_owned(),
    }
}
