//! `.terraform.lock.hcl`: which versions of providers `terraform init` has chosen.

use std::path::Path;

use super::lower;
use crate::{
    source::Sources,
    syntax::{self, ExprKind},
};

/// A longer file is none that Terraform writes.
const MAX_BYTES: u64 = 1 << 20;

/// The full addresses of the providers locked in a directory, each with its version. A lock file that cannot be read locks
/// nothing: Terraform says what is wrong with it.
#[must_use]
pub fn locked_versions(sources: &Sources, dir: &Path) -> Vec<(String, String)> {
    let path = dir.join(".terraform.lock.hcl");
    let is_one = std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() < MAX_BYTES);
    let Some(file) = is_one.then(|| sources.read(&path).ok()).flatten() else { return Vec::new() };
    let tree = syntax::parse(file, &sources.get(file).text).tree;
    let body = lower::configuration(0, &tree, &mut Vec::new());
    let locked = body.blocks.iter().filter_map(|block| {
        let (address, _) = block.labels.first()?;
        let version = block.body.attribute("version")?.value;
        match tree.kind(version.id) {
            ExprKind::String(text) => Some((address.to_string(), tree.str(text).to_string())),
            _ => None,
        }
    });
    locked.collect()
}
