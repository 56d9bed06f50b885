//! Which release of the AWS provider and of Terraform itself would run, compared with those known here. This is the one
//! place that decides it.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    discovery::local_calls,
    lower,
    model::{Module, RequiredProvider, RootModule},
    semver::{Version, lower_bound, meets},
};
use crate::{
    addr::Name,
    schema,
    source::Sources,
    syntax::{self, ExprKind, Tree},
};

/// A release, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Release {
    /// One of an older major version: it may have what the schema no longer has.
    Older,
    /// The schema's, or an older one of its major version: what the schema does not have is not there.
    #[default]
    Known,
    /// The constraints let in the schema's release and newer ones.
    Open,
    /// A newer one, whose resources may have anything.
    Newer,
}

/// What release 6.0 gave to nearly every resource and data source.
const ADDED: &str = "region";

impl Release {
    /// Whether a resource or data source may have an attribute that its schema does not have.
    #[must_use]
    pub fn may_have(self, attribute: &str) -> bool {
        match self {
            Self::Known => false,
            Self::Open => attribute == ADDED,
            Self::Newer | Self::Older => true,
        }
    }
}

/// The lock files that were read, by their text: root modules made alike have the same one.
#[derive(Debug, Default)]
pub(super) struct Locks(RefCell<HashMap<Box<str>, Option<Version>>>);

/// By the lock file of a root module; without one, by the constraints of all modules in its tree together.
pub(super) fn of(
    sources: &Sources,
    modules: &HashMap<Box<str>, Arc<Module>>,
    (root, locks): (&RootModule, &Locks),
) -> Release {
    let Some(ours) = Version::parse(&schema::aws().header().version) else { return Release::Known };
    if let Some(locked) = locks.of(sources, &root.path) {
        let is_older = first_of(&ours).is_some_and(|first| locked.compare(&first).is_lt());
        return match locked.compare(&ours) {
            std::cmp::Ordering::Greater => Release::Newer,
            _ if is_older => Release::Older,
            _ => Release::Known,
        };
    }
    admitted(&ours, &constraints(modules, root))
}

/// A malformed constraint has been reported and says nothing here.
fn admitted(ours: &Version, constraints: &[&str]) -> Release {
    let all_meet = |version: &Version| constraints.iter().all(|text| meets(version, text).unwrap_or(true));
    let next = Version::parse("6.0.0");
    if all_meet(ours) {
        return if next.is_some_and(|next| all_meet(&next)) { Release::Open } else { Release::Known };
    }
    let is_above = |text: &&str| lower_bound(text).is_some_and(|bound| bound.compare(ours).is_gt());
    if constraints.iter().any(is_above) {
        return Release::Newer;
    }
    let Some(first) = first_of(ours) else { return Release::Known };
    let is_within = |text: &&str| lower_bound(text).is_some_and(|bound| !bound.compare(&first).is_lt());
    if all_meet(&first) || constraints.iter().any(is_within) { Release::Known } else { Release::Older }
}

/// Whether a version is within constraints; so too where either cannot be read.
#[must_use]
pub fn version_meets(version: &str, constraints: &str) -> bool {
    Version::parse(version).and_then(|version| meets(&version, constraints)).unwrap_or(true)
}

/// The first release of the same major version.
fn first_of(version: &Version) -> Option<Version> {
    Version::parse(&format!("{}.0.0", version.major()))
}

/// By what the modules of a root module ask of Terraform.
pub(super) fn of_terraform(modules: &HashMap<Box<str>, Arc<Module>>, root: &RootModule) -> Release {
    let Some(ours) = Version::parse(LANGUAGE) else { return Release::Known };
    let wanted: Vec<&str> =
        tree(modules, root).iter().flat_map(|m| &m.required_versions).map(|(text, _)| text.as_str()).collect();
    admitted(&ours, &wanted)
}

/// The last release of Terraform whose language is evaluated here; 1.12 changed what `&&` and `||` look at.
const LANGUAGE: &str = "1.11.99";

/// What the modules of a root module ask of the provider.
fn constraints<'m>(modules: &'m HashMap<Box<str>, Arc<Module>>, root: &RootModule) -> Vec<&'m str> {
    let required = tree(modules, root).into_iter().flat_map(|module| &module.required_providers);
    let wanted = required.filter(|(name, required)| is_aws(**name, required));
    wanted.filter_map(|(_, required)| required.version.as_deref()).collect()
}

/// The modules of a root module, itself included.
fn tree<'m>(modules: &'m HashMap<Box<str>, Arc<Module>>, root: &RootModule) -> Vec<&'m Module> {
    let mut found: Vec<&Module> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut left: Vec<Box<str>> = root.installed.values().map(|installed| installed.dir.clone()).collect();
    left.push(root.module.dir.clone());
    while let Some(dir) = left.pop() {
        let Some(module) = modules.get(&dir).filter(|_| seen.insert(dir.clone())) else { continue };
        found.push(module);
        left.extend(local_calls(module));
    }
    found
}

fn is_aws(name: Name, required: &RequiredProvider) -> bool {
    match required.source.as_deref() {
        Some(source) => source.trim_start_matches("registry.terraform.io/") == "hashicorp/aws",
        None => name == "aws",
    }
}

impl Locks {
    /// The release that `terraform init` chose. A lock file that cannot be read locks nothing: Terraform says what is
    /// wrong with it.
    fn of(&self, sources: &Sources, root: &str) -> Option<Version> {
        let path = sources.root().join(root).join(".terraform.lock.hcl");
        let about = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        let text = (about.len() < 1 << 20).then(|| std::fs::read_to_string(&path).ok())??;
        if let Some(known) = self.0.borrow().get(&*text) {
            return known.clone();
        }
        let file = sources.add(sources.display(&path), text.as_str());
        let version = locked(&syntax::parse(file, &text).tree);
        self.0.borrow_mut().insert(text.into(), version.clone());
        version
    }
}

fn locked(lock_file: &Tree) -> Option<Version> {
    let body = lower::configuration(0, lock_file, &mut Vec::new());
    let is_ours = |label: &str| label.ends_with("/hashicorp/aws");
    let block = body.blocks.iter().find(|block| block.labels.first().is_some_and(|(label, _)| is_ours(label)))?;
    match lock_file.kind(block.body.attribute("version")?.value.id) {
        ExprKind::String(text) => Version::parse(lock_file.str(text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_follows_from_the_constraints_of_all_modules() {
        let ours = Version::parse("5.100.0").expect("a version");
        let cases: [(&[&str], Release); 12] = [
            (&[], Release::Open),
            (&[">= 5.0"], Release::Open),
            (&["~> 5.0"], Release::Known),
            (&[">= 5.34, < 6.0"], Release::Known),
            (&["~> 5.83.0"], Release::Known),
            (&[">= 6.28"], Release::Newer),
            (&[">= 5.0", "~> 6.0"], Release::Newer),
            (&["= 6.1.0"], Release::Newer),
            (&["nonsense"], Release::Open),
            (&["~> 4.67"], Release::Older),
            (&[">= 4.9, < 5.0"], Release::Older),
            (&["< 5.50"], Release::Known),
        ];
        for (constraints, expected) in cases {
            assert_eq!(admitted(&ours, constraints), expected, "{constraints:?}");
        }
    }
}
