//! `root_module "path" { workspaces = […] }`: the workspaces of root modules, and the variable files of each.

use std::path::PathBuf;

use super::{
    RootSettings, Settings,
    body::{Problems, Reader},
    read::label,
    root_module,
};
use crate::{
    config::{Workspace, Workspaces},
    diag::Diagnostic,
    source::{Place, Sources},
    syntax::Block,
};

/// What stands for the workspace's name in the name of a variable file.
const NAME: &str = "{workspace}";

/// What a block says of workspaces, and what of rules.
pub(super) fn read(
    file: Reader<'_>,
    block: &Block,
    problems: &mut Problems,
) -> (Option<Workspaces>, Option<RootSettings>) {
    let label = label(file, block, "the root module's path, in which * stands for any characters", problems);
    let Some((path, at)) = label else { return (None, None) };
    let reader = file.of(block, "A root_module block");
    reader.only(&["workspaces", "var_files", "undecided"], &["workspace", "rule"], problems);
    let own = root_module::read(reader, &path, problems);
    let says_more = reader.attribute("workspaces").is_some() || reader.attribute("var_files").is_some();
    let has = |ty: &str| block.body.blocks.iter().any(|inner| inner.ty == ty);
    let is_about_rules = reader.attribute("undecided").is_some() || has("rule");
    let is_asked = says_more || has("workspace") || !is_about_rules;
    let workspaces = if is_asked { listed(file, (block, &path, at), problems) } else { None };
    (workspaces, Some(own))
}

/// The list of workspaces, with the nested `workspace "name" { var_files = […] }`.
fn listed(file: Reader<'_>, (block, path, at): (&Block, &str, Place), problems: &mut Problems) -> Option<Workspaces> {
    let reader = file.of(block, "A root_module block");
    let common = reader.strings("var_files", problems);
    let mut list: Vec<Workspace> = Vec::new();
    for (name, name_at) in reader.strings("workspaces", problems) {
        add(&mut list, Workspace { var_files: files_of(&common, &name), name }, name_at, problems);
    }
    for inner in &block.body.blocks {
        if inner.ty.as_str() != "workspace" {
            // A rule, or reported by `only`.
            continue;
        }
        let Some((name, name_at)) = label(file, inner, "the workspace's name", problems) else { continue };
        let reader = file.of(inner, "A workspace block");
        reader.only(&["var_files"], &[], problems);
        let own = files_of(&reader.strings("var_files", problems), &name);
        match list.iter_mut().find(|known| known.name == name) {
            Some(known) => known.var_files.extend(own),
            None => {
                let var_files = files_of(&common, &name).into_iter().chain(own).collect();
                add(&mut list, Workspace { name, var_files }, name_at, problems);
            }
        }
    }
    if list.is_empty() {
        let detail = "A root_module block names its workspaces: workspaces = [\"dev\", \"prod\"]; or it says what holds there: \
                      undecided, and blocks of rules.";
        problems.error("Missing required argument", detail, file.tree.at(block.header));
        return None;
    }
    Some(Workspaces { root_module: path.to_owned(), list, at })
}

fn add(list: &mut Vec<Workspace>, workspace: Workspace, at: Place, problems: &mut Problems) {
    if list.iter().any(|known| known.name == workspace.name) {
        let detail = format!("The workspace \"{}\" is named here for the second time.", workspace.name);
        return problems.error("Duplicate workspace", detail, at);
    }
    list.push(workspace);
}

fn files_of(written: &[(String, Place)], workspace: &str) -> Vec<(PathBuf, Place)> {
    written.iter().map(|(text, at)| (PathBuf::from(text.replace(NAME, workspace)), *at)).collect()
}

/// An error for each block that names a folder that is not there: a list that fits nothing is a mistake.
pub(in crate::check) fn missing_root_modules(settings: &Settings, sources: &Sources) -> Vec<Diagnostic> {
    let is_missing = |workspaces: &&Workspaces| {
        let path = &workspaces.root_module;
        !path.contains('*') && !sources.root().join(path).is_dir()
    };
    let missing = settings.workspaces.iter().filter(is_missing);
    let error = |workspaces: &Workspaces| {
        let detail = format!(
            "There is no folder \"{}\". Paths are relative to the repository's root, with forward slashes.",
            workspaces.root_module
        );
        Diagnostic::error("Unknown root module", detail, workspaces.at)
    };
    missing.map(error).collect()
}
