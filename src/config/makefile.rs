//! What make files run. They are read, never run: what would need a shell, or a variable that only the environment has,
//! stays unresolved.

mod expand;
mod read;

pub(super) use read::Make;

use std::path::Path;

use super::commands::{Directory, Said, Script, Shell, is_of_environment};
use crate::{
    diag::Diagnostic,
    source::{FileId, Place, Sources},
};

/// The make file of a directory, with everything that it includes; `None` when there is none.
pub(super) fn read(sources: &Sources, dir: &Path, problems: &mut Vec<Diagnostic>) -> Option<Make> {
    read::makefile(sources, dir, problems)
}

/// Adds what a make file runs in its folder, and the variables it hands to Terraform.
pub(super) fn commands(make: &Make, folder: &str, said: &mut Said) {
    let dir = Directory::at(folder);
    let mut environment = Vec::new();
    for (name, variable) in make.variables.iter().filter(|(name, _)| is_of_environment(name)) {
        let Some(at) = variable.at else { continue };
        let value = make.expand(&variable.value);
        said.variable(name, &value, (dir.clone(), at));
        environment.push((name.clone(), value, at));
    }
    for recipe in &make.recipes {
        // Each line has a shell of its own.
        let script = Script { text: "", file: FileId(recipe.at.file.0), folder, is_root: true };
        let before = said.count();
        let line = make.expand(&recipe.text);
        shell(&script, &dir, &environment).line(&line, recipe.at, said);
        // A recipe that enters a folder of a given name is there for all folders of such names.
        let open = make.expand_open(&recipe.text);
        if open != line {
            let mut elsewhere = Said::default();
            shell(&script, &dir, &environment).line(&open, recipe.at, &mut elsewhere);
            said.commands_outside(elsewhere, &dir);
        }
        if recipe.unsure {
            said.doubt_since(before);
        }
    }
}

/// The shell of a recipe, with what make hands on.
fn shell<'t>(script: &Script<'t>, dir: &Directory, environment: &[(String, String, Place)]) -> Shell<'t> {
    let mut shell = Shell::new(script, dir.clone());
    shell.environment = environment.to_vec();
    shell
}
