//! `infralint check`.

use super::{
    Failure,
    args::{CheckArgs, Color, FailOn, Format, Undecided},
    environment::Environment,
    output,
};
use crate::{
    check::{self, Report, Request},
    config::{CommandLineValue, LoadOptions},
    diag::Level,
    policy::UndecidedPolicy,
    report::{self, Look},
    source::{Sources, find_root},
};

pub(super) fn run(
    args: &CheckArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let mut request = request(args, environment);
    request.load.order = matches.map(typed_order).unwrap_or_default();
    let start = request.load.paths.first().unwrap_or(&environment.folder);
    let sources = Sources::new(find_root(start));
    let report = check::run(&sources, &request);
    let text = written(args, environment, &sources, &report)?;
    match &args.output {
        Some(file) => output::save(&environment.absolute(file), &text)?,
        None => output::print(&text)?,
    }
    Ok(report.outcome().exit_code())
}

/// What the arguments and the environment mean together.
fn request(args: &CheckArgs, environment: &Environment) -> Request {
    Request {
        load: LoadOptions {
            paths: args.paths.iter().map(|path| environment.absolute(path)).collect(),
            vars: args.var.clone(),
            var_files: args.var_file.iter().map(|file| environment.absolute(file)).collect(),
            order: Vec::new(),
            env_vars: environment.variables.clone(),
            workspace: environment.workspace.clone(),
        },
        rules: args.rules.sources(environment),
        undecided: args.undecided.map(undecided),
        fail_on: level(args.fail_on),
        jobs: args.jobs,
        inputs: args.inputs.sources(environment),
        now: environment.now,
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

fn written(args: &CheckArgs, environment: &Environment, sources: &Sources, report: &Report) -> Result<String, Failure> {
    match args.format {
        Format::Human => Ok(report::human(sources, report, look(args, environment))),
        Format::Json => {
            report::json(sources, report).map_err(|error| Failure::new(format!("cannot write JSON: {error}")))
        }
    }
}

/// A file is no terminal: it gets no colour and no line breaks of ours.
fn look(args: &CheckArgs, environment: &Environment) -> Look {
    let to_file = args.output.is_some();
    let color = match args.color {
        Color::Auto => environment.color && !to_file,
        Color::Always => true,
        Color::Never => false,
    };
    Look { color, width: environment.width.filter(|_| !to_file), quiet: args.quiet }
}

const fn undecided(typed: Undecided) -> UndecidedPolicy {
    match typed {
        Undecided::Allow => UndecidedPolicy::Allow,
        Undecided::Warn => UndecidedPolicy::Warn,
        Undecided::Fail => UndecidedPolicy::Fail,
    }
}

const fn level(typed: FailOn) -> Level {
    match typed {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    }
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

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
