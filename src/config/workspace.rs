//! Which workspaces a root module is evaluated in.

use std::{io::Read, sync::Arc};

use super::model::{LoadOptions, Workspace};
use crate::{
    addr::fits,
    diag::{Diagnostic, Level, did_you_mean},
    source::Sources,
};

/// One evaluation of a root module.
#[derive(Debug)]
pub(super) struct Run<'o> {
    pub(super) id: Arc<str>,
    pub(super) workspace: Option<String>,
    /// As a list has it.
    pub(super) listed: Option<&'o Workspace>,
}

/// The evaluations of a root module: one in the workspace that is selected, else one in each that a list names, else one
/// in what its folder notes, if anything. None, and a word about it, where the selected one is not in the list.
pub(super) fn runs<'o>(
    sources: &Sources,
    options: &'o LoadOptions,
    root: &str,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Run<'o>> {
    let list = options.workspaces.iter().find(|workspaces| fits(&workspaces.root_module, root));
    let one = |workspace, listed| vec![Run { id: Arc::from(root), workspace, listed }];
    match (&options.workspace, list) {
        (Some(selected), Some(workspaces)) => match workspaces.list.iter().find(|known| known.name == *selected) {
            Some(known) => one(Some(selected.clone()), Some(known)),
            None => {
                let hint = did_you_mean(selected, workspaces.list.iter().map(|known| known.name.as_str()));
                let detail = format!("{root} has no workspace \"{selected}\", so nothing of it is evaluated.{hint}");
                problems.push(Diagnostic::new(Level::Info, "Workspace not listed", detail, Some(workspaces.at)));
                Vec::new()
            }
        },
        (None, Some(workspaces)) => match workspaces.list.as_slice() {
            [only] => one(Some(only.name.clone()), Some(only)),
            several => several.iter().map(|known| in_workspace(root, known)).collect(),
        },
        (Some(selected), None) => one(Some(selected.clone()), None),
        (None, None) => one(selected(sources, root), None),
    }
}

fn in_workspace<'o>(root: &str, known: &'o Workspace) -> Run<'o> {
    let id = format!("{root} ({})", known.name);
    Run { id: id.into(), workspace: Some(known.name.clone()), listed: Some(known) }
}

/// A workspace's name is shorter than this.
const LONGEST: u64 = 4096;

/// What `terraform workspace select` has noted in the root module's `.terraform` folder. Without a note nothing is said:
/// a configuration that asks for its workspace is there to be run in several.
fn selected(sources: &Sources, root: &str) -> Option<String> {
    let note = sources.root().join(root).join(".terraform/environment");
    let note = note.is_file().then(|| std::fs::File::open(note).ok())??;
    let mut text = String::new();
    note.take(LONGEST).read_to_string(&mut text).ok()?;
    let name = text.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
