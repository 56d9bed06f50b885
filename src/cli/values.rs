//! What `--var`, `--var-file` and `--workspace` mean together, for every command that takes them.

use super::{args::ValueArgs, environment::Environment};
use crate::config::{CommandLineValue, LoadOptions};

impl ValueArgs {
    /// As options that name no path yet. `matches` are the command's: they know the order of arguments.
    pub(super) fn options(&self, environment: &Environment, matches: Option<&clap::ArgMatches>) -> LoadOptions {
        LoadOptions {
            vars: self.var.clone(),
            var_files: self.var_file.iter().map(|file| environment.absolute(file)).collect(),
            order: matches.map(typed_order).unwrap_or_default(),
            env_vars: environment.variables.clone(),
            workspace: self.workspace.clone().or_else(|| environment.workspace.clone()),
            ..LoadOptions::default()
        }
    }
}

/// How `--var` and `--var-file` follow each other: the last one of a name counts.
fn typed_order(matches: &clap::ArgMatches) -> Vec<CommandLineValue> {
    let places = |name| matches.indices_of(name).into_iter().flatten().enumerate();
    let vars = places("var").map(|(i, at)| (at, CommandLineValue::Var(i)));
    let files = places("var_file").map(|(i, at)| (at, CommandLineValue::File(i)));
    let mut all: Vec<_> = vars.chain(files).collect();
    all.sort_unstable_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Cli;

    #[test]
    fn values_keep_the_order_they_were_typed_in() {
        let typed = "infralint check --var a=1 --var-file x --var-file y --var b=2=3 --quiet --var-file z";
        let matches = Cli::command().get_matches_from(typed.split(' '));
        let (_, check) = matches.subcommand().expect("a command");
        let (var, file) = (CommandLineValue::Var, CommandLineValue::File);
        assert_eq!(typed_order(check), [var(0), file(0), file(1), var(1), file(2)]);
    }
}
