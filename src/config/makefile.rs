//! What make files hand to `terraform init` as `-backend-config`. They are read, never run: what would need a
//! shell, or a variable that only the environment has, stays unresolved.

mod expand;
mod read;
mod shell;

use std::path::Path;

use super::backend::Setting;
use crate::{
    diag::Diagnostic,
    source::{Place, Sources},
};

/// Stands before text in an expansion that is not known, and [`END`] after it. Neither occurs in what is shown.
const UNRESOLVED: char = '\u{1}';
const END: char = '\u{2}';

const FLAG: &str = "-backend-config";

/// Switches the lock off for one command.
const UNLOCKED: &str = "-lock=false";

/// What the make files of a directory run.
#[derive(Debug, Default)]
pub(super) struct Commands {
    /// Those that give `-backend-config`, each with its settings.
    pub init: Vec<Vec<Setting>>,
    /// Recipes that run something without the lock.
    pub unlocked: Vec<Place>,
}

/// The commands of the make files in a directory.
pub(super) fn commands(sources: &Sources, dir: &Path, problems: &mut Vec<Diagnostic>) -> Commands {
    let Some(make) = read::makefile(sources, dir, problems) else { return Commands::default() };
    let mut commands = Commands::default();
    for recipe in &make.recipes {
        let line = make.expand(&recipe.text);
        let places = shell::flag_places(sources, recipe.at);
        let mut places = places.into_iter();
        for words in shell::commands(&line) {
            let settings: Vec<Setting> = shell::flags(&words)
                .into_iter()
                .map(|text| Setting {
                    resolved: !text.contains(UNRESOLVED) && !recipe.unsure,
                    text: text.replace([UNRESOLVED, END], ""),
                    at: places.next().unwrap_or(recipe.at),
                })
                .collect();
            if !settings.is_empty() {
                commands.init.push(settings);
            }
            if words.iter().any(|word| word.contains(UNLOCKED)) && commands.unlocked.last() != Some(&recipe.at) {
                commands.unlocked.push(recipe.at);
            }
        }
    }
    commands
}
