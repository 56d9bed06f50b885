//! Which workspace is selected in a root module.

use std::io::Read;

use crate::source::Sources;

/// A workspace's name is shorter than this.
const LONGEST: u64 = 4096;

/// What `terraform workspace select` has noted in the root module's `.terraform` folder. Without a note nothing is said:
/// a configuration that asks for its workspace is there to be run in several.
pub(super) fn selected(sources: &Sources, root: &str) -> Option<String> {
    let note = sources.root().join(root).join(".terraform/environment");
    let note = note.is_file().then(|| std::fs::File::open(note).ok())??;
    let mut text = String::new();
    note.take(LONGEST).read_to_string(&mut text).ok()?;
    let name = text.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
