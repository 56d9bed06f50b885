//! What make files hand to `terraform init` as `-backend-config`. They are read, never run: what would need a
//! shell, or a variable that only the environment has, stays unresolved.

mod expand;
mod read;
mod shell;

use std::path::Path;

use super::backend::Setting;
use crate::{diag::Diagnostic, source::Sources};

/// Stands before text in an expansion that is not known, and [`END`] after it. Neither occurs in what is shown.
const UNRESOLVED: char = '\u{1}';
const END: char = '\u{2}';

const FLAG: &str = "-backend-config";

/// The commands of the make files in a directory that give `-backend-config`, each with its settings.
pub(super) fn init_commands(sources: &Sources, dir: &Path, problems: &mut Vec<Diagnostic>) -> Vec<Vec<Setting>> {
    let Some(make) = read::makefile(sources, dir, problems) else { return Vec::new() };
    let mut commands: Vec<Vec<Setting>> = Vec::new();
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
                commands.push(settings);
            }
        }
    }
    commands
}
