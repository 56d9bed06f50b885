//! `infralint check`.

use super::{
    Failure,
    args::{CheckArgs, Color, FailOn, FixArgs, Format, Try, Undecided},
    environment::Environment,
    facts, output, plans, schema,
};
use crate::{
    check::{self, Only, Report, Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    fix,
    policy::UndecidedPolicy,
    report::{self, Look},
    source::{Sources, find_root},
};

pub(super) fn run(
    args: &CheckArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let mut request = request(args, environment, matches);
    let start = request.load.paths.first().unwrap_or(&environment.folder);
    let root = find_root(start);
    request.load.account_facts = facts::gather((&args.facts, args.live), (root.clone(), &request.load), environment)?;
    request.only = args.known.only(&root, environment)?;
    let sources = Sources::new(root);
    let plans = args.plan.iter().map(|typed| plans::read(typed, environment)).collect::<Result<Vec<_>, _>>()?;
    let mut report = match plans.as_slice() {
        [] => check::run(&sources, &request),
        plans => check::run_with_plans(&sources, &request, plans),
    };
    if args.format == Format::Json {
        for reported in report.findings.iter_mut().filter(|reported| reported.finding.patch.is_some()) {
            reported.fix = fix::proposed(&sources, &reported.finding).ok();
        }
    }
    args.known.keep(&report, environment)?;
    let text = written(args, environment, &sources, &report)?;
    match &args.output {
        Some(file) => output::save(&environment.absolute(file), &text)?,
        None => output::print(&text)?,
    }
    Ok(report.outcome().exit_code())
}

/// What the arguments and the environment mean together.
fn request(args: &CheckArgs, environment: &Environment, matches: Option<&clap::ArgMatches>) -> Request {
    let paths: Vec<_> = args.paths.iter().map(|path| environment.absolute(path)).collect();
    let schema_dirs = schema::folders(environment, paths.first().unwrap_or(&environment.folder));
    let options = args.values.options(environment, matches);
    let rules = if args.schema_only {
        RuleSources { shipped: false, folders: Vec::new() }
    } else {
        args.rules.sources(environment)
    };
    Request {
        load: LoadOptions { paths, schema_dirs, no_schema: args.no_schema, schema_only: args.schema_only, ..options },
        rules,
        undecided: args.undecided.map(undecided),
        whole_try: args.r#try == Try::Compat,
        fail_on: level(args.fail_on),
        jobs: args.jobs,
        inputs: args.inputs.sources(environment),
        now: environment.now,
        only: Only::default(),
    }
}

/// What `infralint fix` judges by.
pub(super) fn fixing(args: &FixArgs, environment: &Environment, matches: Option<&clap::ArgMatches>) -> Request {
    let paths: Vec<_> = args.paths.iter().map(|path| environment.absolute(path)).collect();
    let schema_dirs = schema::folders(environment, paths.first().unwrap_or(&environment.folder));
    Request {
        load: LoadOptions { paths, schema_dirs, ..args.values.options(environment, matches) },
        rules: args.rules.sources(environment),
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: None,
        inputs: args.inputs.sources(environment),
        now: environment.now,
        only: Only::default(),
    }
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
    let color = if to_file { args.color == Color::Always } else { args.color.is_wanted(environment.color) };
    Look { color, width: environment.width.filter(|_| !to_file), quiet: args.quiet }
}

pub(super) const fn undecided(typed: Undecided) -> UndecidedPolicy {
    match typed {
        Undecided::Allow => UndecidedPolicy::Allow,
        Undecided::Warn => UndecidedPolicy::Warn,
        Undecided::Fail => UndecidedPolicy::Fail,
    }
}

pub(super) const fn level(typed: FailOn) -> Level {
    match typed {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::cli::args::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
