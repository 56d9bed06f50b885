//! How Terraform is run in this repository, as make files, scripts and pipelines say it. They are read, never run: what
//! would need a shell, or a variable that only the environment has, stays unresolved.

mod directory;
mod files;
mod pin;
mod pipeline;
mod shell;
mod state_file;

use std::collections::{BTreeMap, BTreeSet};

use ecow::EcoString;

use self::files::Found;
pub(super) use self::{
    directory::{Directory, above},
    files::says_how_to_run,
    shell::{Script, Shell, is_of_environment, joined, logical_lines},
};
use super::{
    backend::Setting,
    discovery, makefile,
    model::{Module, Runs},
};
use crate::{
    diag::Diagnostic,
    source::{Place, Sources},
};

/// Stands before text in an expansion that is not known, and [`END`] after it. Neither occurs in what is shown.
pub(super) const UNRESOLVED: char = '\u{1}';
pub(super) const END: char = '\u{2}';

/// A command, and where it runs.
#[derive(Clone, Debug)]
struct Command {
    /// As the shell splits them; what is not known stands between marks.
    words: Vec<String>,
    dir: Directory,
    at: Place,
    /// Under a condition that is not known.
    unsure: bool,
    pipeline: bool,
}

/// A variable of the environment that a file sets.
#[derive(Clone, Debug)]
struct Variable {
    name: String,
    value: String,
    dir: Directory,
    at: Place,
}

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Said {
    commands: Vec<Command>,
    variables: Vec<Variable>,
}

impl Said {
    pub(super) fn variable(&mut self, name: &str, value: &str, (dir, at): (Directory, Place)) {
        self.variables.push(Variable { name: name.to_owned(), value: value.to_owned(), dir, at });
    }

    /// A variable that was set before a command which runs in a folder.
    fn inherited(&mut self, name: &str, value: &str, (dir, at): (&Directory, Place)) {
        let is_said = |said: &Variable| said.name == name && said.at == at && said.dir == *dir;
        if !self.variables.iter().any(is_said) {
            self.variable(name, value, (dir.clone(), at));
        }
    }

    /// Adds the commands of another text that do not run in a folder itself.
    pub(super) fn commands_outside(&mut self, other: Self, dir: &Directory) {
        self.variables.extend(other.variables.into_iter().filter(|variable| variable.dir != *dir));
        self.commands.extend(other.commands.into_iter().filter(|command| command.dir != *dir));
    }

    pub(super) fn count(&self) -> usize {
        self.commands.len()
    }

    /// What was added lately is run under a condition that is not known.
    pub(super) fn doubt_since(&mut self, count: usize) {
        self.commands.iter_mut().skip(count).for_each(|command| command.unsure = true);
    }
}

/// What all files say that stand above root modules.
#[derive(Debug, Default)]
pub(super) struct Commands {
    said: Said,
    /// Versions of Terraform that are pinned, by the folder they hold below.
    pins: Vec<pin::Pin>,
    /// Folders with a `terragrunt.hcl`.
    terragrunt: BTreeSet<String>,
    /// Whether terragrunt is used anywhere.
    pub uses_terragrunt: bool,
    index: state_file::Index,
}

impl Commands {
    /// Reads what stands in the folders of root modules and above them.
    pub(super) fn read(sources: &Sources, roots: &BTreeSet<Box<str>>, problems: &mut Vec<Diagnostic>) -> Self {
        let mut commands = Self::default();
        for Found { path, folder, kind } in files::around(sources.root(), roots) {
            if kind == files::Kind::Terragrunt {
                commands.terragrunt.insert(folder);
                continue;
            }
            let Some(file) = super::files::read(sources, &sources.root().join(&path), problems) else { continue };
            let text = sources.get(file);
            commands.pins.extend(pin::pins(&text.text, file, (&folder, kind)));
            let script = shell::Script { text: &text.text, file, folder: &folder, is_root: roots.contains(&*folder) };
            match kind {
                files::Kind::Script => shell::read(&script, &mut commands.said),
                files::Kind::Pipeline => pipeline::read(&script, &mut commands.said),
                files::Kind::Makefile if !script.is_root => {
                    let make = makefile::read(sources, &sources.root().join(&folder), problems);
                    let said = &mut commands.said;
                    make.into_iter().for_each(|make| makefile::commands(&make, &folder, said));
                }
                _ => {}
            }
        }
        commands
    }

    /// How Terraform is run for a root module.
    pub(super) fn of(
        &self,
        sources: &Sources,
        module: &Module,
        problems: &mut Vec<Diagnostic>,
    ) -> (Runs, Vec<Vec<Setting>>) {
        let dir = &*module.dir;
        let mut own = Said::default();
        if let Some(make) = makefile::read(sources, &sources.root().join(dir), problems) {
            makefile::commands(&make, dir, &mut own);
        }
        let on_disk = module.backend.as_ref().is_none_or(|block| block.labels.iter().any(|(ty, _)| *ty == "local"));
        let mut runs = Runs {
            pins: pin::of(&self.pins, dir),
            exposed_state: on_disk.then(|| state_file::exposed(sources.root(), dir, &self.index)).flatten(),
            terragrunt: self.terragrunt(module),
            ..Runs::default()
        };
        let mut init = Init::default();
        for variable in own.variables.iter().chain(&self.said.variables) {
            if variable.dir.bind(dir).is_some() {
                init.variable(variable, &mut runs);
            }
        }
        for command in own.commands.iter().chain(&self.said.commands) {
            if let Some(bound) = command.dir.bind(dir) {
                init.command(sources, (command, &bound), &mut runs);
            }
        }
        (runs, init.settings())
    }

    /// The file of terragrunt that completes what a root module says: in its folder or above it. Where terragrunt is used
    /// elsewhere, what has neither a backend nor a provider of its own is there to be its source.
    fn terragrunt(&self, module: &Module) -> Option<EcoString> {
        let Some(at) = directory::above(&module.dir).find(|folder| self.terragrunt.contains(*folder)) else {
            let source = module.backend.is_none() && !discovery::configures_a_provider(module);
            return (self.uses_terragrunt && source).then(|| "a terragrunt.hcl".into());
        };
        Some(if at == "." { "terragrunt.hcl".into() } else { ecow::eco_format!("{at}/terragrunt.hcl") })
    }
}

/// What `terraform init` is given.
#[derive(Default)]
struct Init {
    /// By `TF_CLI_ARGS` and `TF_CLI_ARGS_init`, before all else.
    always: Vec<Setting>,
    /// By commands that name the directory.
    exact: Vec<Vec<Setting>>,
    /// By commands that run wherever they are called.
    anywhere: Vec<Vec<Setting>>,
}

impl Init {
    fn variable(&mut self, variable: &Variable, runs: &mut Runs) {
        let value = variable.value.replace([UNRESOLVED, END], "");
        if variable.name.starts_with("TF_CLI_ARGS") {
            if shell::is_unlocked(&variable.value) {
                unlocked(runs, variable.at);
            }
            if matches!(variable.name.as_str(), "TF_CLI_ARGS" | "TF_CLI_ARGS_init") {
                let words = shell::split(&variable.value).into_iter().flatten().collect::<Vec<_>>();
                self.always.extend(settings(&shell::flags(&words), false, &[], variable.at));
            }
        } else if !variable.value.contains(UNRESOLVED) && !runs.environment.iter().any(|(n, ..)| *n == *variable.name) {
            runs.environment.push((variable.name.as_str().into(), value.into(), variable.at));
        }
    }

    fn command(&mut self, sources: &Sources, (command, bound): (&Command, &directory::Bound), runs: &mut Runs) {
        let words: Vec<String> = command.words.iter().map(|word| bound.apply(word)).collect();
        if words.iter().any(|word| shell::is_unlocked(word)) {
            unlocked(runs, command.at);
        }
        if command.pipeline && shell::changes_state(&words) && !words.iter().any(|w| w.contains("-lock-timeout")) {
            runs.impatient.push(command.at);
        }
        let flags = shell::flags(&words);
        if flags.is_empty() {
            return;
        }
        let settings = settings(&flags, command.unsure, &shell::flag_places(sources, command.at), command.at);
        if bound.anywhere { &mut self.anywhere } else { &mut self.exact }.push(settings);
    }

    fn settings(self) -> Vec<Vec<Setting>> {
        let mut all = if self.exact.is_empty() { self.anywhere } else { self.exact };
        if all.is_empty() && !self.always.is_empty() {
            all.push(Vec::new());
        }
        all.into_iter().map(|one| self.always.iter().cloned().chain(one).collect()).collect()
    }
}

fn settings(flags: &[String], unsure: bool, places: &[Place], at: Place) -> Vec<Setting> {
    let mut places = places.iter();
    let setting = |text: &String| Setting {
        resolved: !text.contains(UNRESOLVED) && !unsure,
        text: text.replace([UNRESOLVED, END], ""),
        at: places.next().copied().unwrap_or(at),
    };
    flags.iter().map(setting).collect()
}

fn unlocked(runs: &mut Runs, at: Place) {
    if !runs.unlocked.contains(&at) {
        runs.unlocked.push(at);
    }
}

/// What names are bound to: parts of a path that a command leaves open.
type Bindings = BTreeMap<String, String>;
