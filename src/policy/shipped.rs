//! The shipped rules, embedded: their texts, and the trees these have. `tests/policy.rs` holds both against the folder
//! `rules/`.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    source::FileId,
    syntax::{self, Tree},
};

/// What `cargo run --example prepare-rules` wrote, by file; empty where it is of another format.
static TREES: LazyLock<BTreeMap<&str, &[u8]>> =
    LazyLock::new(|| postcard::from_bytes(include_bytes!("shipped.trees")).unwrap_or_default());

/// The trees of all shipped rules, as they are embedded.
///
/// # Errors
/// Names the first file that has something wrong.
pub fn prepare_shipped() -> Result<Vec<u8>, &'static str> {
    let prepared = |&(name, text)| syntax::prepare(text).map(|tree| (name, tree)).ok_or(name);
    let trees = SHIPPED.iter().map(prepared).collect::<Result<BTreeMap<_, _>, _>>()?;
    postcard::to_allocvec(&trees).map_err(|_| "all")
}

/// The tree of a shipped file; `None` if its text was changed since.
pub(super) fn tree_of(name: &str, text: &str, file: FileId) -> Option<Tree> {
    syntax::prepared(file, text, TREES.get(name)?)
}

/// File name and text of every policy file in `rules/`, sorted by name.
pub(super) const SHIPPED: &[(&str, &str)] = &[
    ("aurora-backup-retention.policy.hcl", include_str!("../../rules/aurora-backup-retention.policy.hcl")),
    ("aurora-deletion-protection.policy.hcl", include_str!("../../rules/aurora-deletion-protection.policy.hcl")),
    ("aurora-encrypted.infralint.hcl", include_str!("../../rules/aurora-encrypted.infralint.hcl")),
    ("aurora-final-snapshot.policy.hcl", include_str!("../../rules/aurora-final-snapshot.policy.hcl")),
    ("aurora-multi-az.infralint.hcl", include_str!("../../rules/aurora-multi-az.infralint.hcl")),
    ("aurora-multi-az.policy.hcl", include_str!("../../rules/aurora-multi-az.policy.hcl")),
    ("cidr-overlap.infralint.hcl", include_str!("../../rules/cidr-overlap.infralint.hcl")),
    ("modules-installed.infralint.hcl", include_str!("../../rules/modules-installed.infralint.hcl")),
    ("redis-ha.infralint.hcl", include_str!("../../rules/redis-ha.infralint.hcl")),
    ("redis-ha.policy.hcl", include_str!("../../rules/redis-ha.policy.hcl")),
    ("s3-access-logs.policy.hcl", include_str!("../../rules/s3-access-logs.policy.hcl")),
    ("s3-acl-disabled.infralint.hcl", include_str!("../../rules/s3-acl-disabled.infralint.hcl")),
    ("s3-acl-disabled.policy.hcl", include_str!("../../rules/s3-acl-disabled.policy.hcl")),
    ("s3-encrypted.infralint.hcl", include_str!("../../rules/s3-encrypted.infralint.hcl")),
    ("s3-encrypted.policy.hcl", include_str!("../../rules/s3-encrypted.policy.hcl")),
    ("s3-lifecycle.policy.hcl", include_str!("../../rules/s3-lifecycle.policy.hcl")),
    ("s3-public-access-block.policy.hcl", include_str!("../../rules/s3-public-access-block.policy.hcl")),
    ("s3-tls-only.infralint.hcl", include_str!("../../rules/s3-tls-only.infralint.hcl")),
    ("s3-versioning.policy.hcl", include_str!("../../rules/s3-versioning.policy.hcl")),
    ("state-locking.infralint.hcl", include_str!("../../rules/state-locking.infralint.hcl")),
    ("stateful-replace.infralint.hcl", include_str!("../../rules/stateful-replace.infralint.hcl")),
];
