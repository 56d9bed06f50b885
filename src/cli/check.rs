//! `infralint check`.

use std::time::Instant;

use super::{
    Failure,
    args::{CheckArgs, FailOn, Try, Undecided},
    environment::Environment,
    facts, output, plans,
    progress::Progress,
    reports,
    request::request as usual,
};
use crate::{
    check::{self, Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    fix,
    policy::UndecidedPolicy,
    report,
    source::{Sources, find_root},
};

pub(super) fn run(
    args: &CheckArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let targets = reports::targets(&args.report, matches)?;
    let mut request = request(args, environment, matches);
    let start = request.load.paths.first().unwrap_or(&environment.folder);
    let root = find_root(start);
    request.load.account_facts = facts::gather((&args.facts, args.live), (root.clone(), &request.load), environment)?;
    request.only = args.known.only((&root, &request.load.paths), environment)?;
    if args.known.changed {
        // Which root modules are made of what has changed, only all of them tell.
        request.load.paths = vec![root.clone()];
    }
    let sources = Sources::new(root);
    let plans = args.plan.iter().map(|typed| plans::read(typed, environment)).collect::<Result<Vec<_>, _>>()?;
    let progress = Progress::new(environment, args.report.quiet);
    let mut report = match plans.as_slice() {
        [] => check::run_watched(&sources, &request, &progress.watch()),
        plans => check::run_with_plans(&sources, &request, plans),
    };
    progress.end();
    if targets.iter().any(|target| target.format.has_fixes()) {
        for reported in report.findings.iter_mut().filter(|reported| reported.finding.patch.is_some()) {
            reported.fix = fix::proposed(&sources, &reported.finding).ok();
        }
    }
    args.known.keep(&report, environment)?;
    reports::write(&targets, (&args.report, environment), (&sources, &report))?;
    if args.report.verbose {
        let files = sources.on_disk();
        let size = files.iter().map(|file| file.text.len()).sum();
        output::remark(&progress.told((files.len(), size), Instant::now()));
        output::remark(&report::causes(&report));
    }
    Ok(report.outcome().exit_code())
}

/// What the arguments and the environment mean together.
fn request(args: &CheckArgs, environment: &Environment, matches: Option<&clap::ArgMatches>) -> Request {
    let paths = args.paths.iter().map(|path| environment.absolute(path)).collect();
    let usual = usual(&args.judging, paths, (environment, matches));
    Request {
        load: LoadOptions { no_schema: args.no_schema, schema_only: args.schema_only, ..usual.load },
        rules: if args.schema_only { RuleSources { shipped: false, folders: Vec::new() } } else { usual.rules },
        undecided: args.undecided.map(undecided),
        whole_try: args.r#try == Try::Compat,
        fail_on: level(args.fail_on),
        jobs: args.jobs,
        ..usual
    }
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
