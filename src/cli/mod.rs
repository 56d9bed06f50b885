//! The command line: one file a command. Only here is the environment read and anything printed.

mod args;
mod check;
mod cidr;
mod completions;
mod diagram;
mod environment;
mod eval;
mod explain;
mod facts;
mod fix;
mod gate;
mod git;
mod init;
mod known;
mod lsp;
mod man;
mod output;
mod pages;
mod plans;
mod progress;
mod prompt;
mod reports;
mod request;
mod root;
mod rules;
mod schema;
mod settings;
mod test;
mod values;

use std::{ffi::OsString, fmt, process::ExitCode};

use clap::{CommandFactory, FromArgMatches};

use self::{
    args::{Cli, Command},
    environment::Environment,
};

/// The exit code of a command that could not do what was asked.
const COULD_NOT: u8 = 2;

/// Why a command could not do its work: a sentence for the person who typed it.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs the program.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    crate::check::quiet_panics();
    match Cli::command().try_get_matches_from(args) {
        Ok(matches) => finish(dispatch(&matches)),
        Err(error) => usage(&error),
    }
}

fn dispatch(matches: &clap::ArgMatches) -> Result<u8, Failure> {
    let cli = Cli::from_arg_matches(matches).map_err(|error| Failure::new(error.to_string()))?;
    let environment = Environment::read().map_err(|error| Failure::new(format!("no working directory: {error}")))?;
    let typed = matches.subcommand().map(|(_, matches)| matches);
    match cli.command {
        Command::Apply(args) => gate::apply(&args, &environment),
        Command::Check(args) => check::run(&args, &environment, typed),
        Command::Cidr(args) => cidr::run(&args, &environment, typed),
        Command::Completions(args) => completions::run(&args),
        Command::Diagram(args) => diagram::run(&args, &environment, typed),
        Command::Destroy(args) => gate::destroy(&args, &environment),
        Command::Eval(args) => eval::run(&args, &environment, typed),
        Command::Explain(args) => explain::run(&args, &environment, typed),
        Command::Facts(args) => facts::run(&args, &environment, typed),
        Command::Live(args) => facts::run_live(&args),
        Command::Init(args) => init::run(&args, &environment),
        Command::Fix(args) => fix::run(&args, &environment, typed),
        Command::Man(args) => man::run(&args, &environment),
        Command::Lsp(args) => lsp::run(&args, &environment, typed),
        Command::Plan(args) => gate::plan(&args, &environment),
        Command::Rules(args) => rules::run(&args, &environment),
        Command::Schema(args) => schema::run(&args, &environment),
        Command::Settings(args) => settings::run(&args, &environment, typed),
        Command::Test(args) => test::run(&args, &environment),
    }
}

fn finish(result: Result<u8, Failure>) -> ExitCode {
    let code = result.unwrap_or_else(|failure| {
        output::complain(&failure);
        COULD_NOT
    });
    ExitCode::from(code)
}

/// Help and version are asked for; everything else is a mistake on the command line.
fn usage(error: &clap::Error) -> ExitCode {
    // A closed stream changes nothing about the exit code.
    let _nobody_reads = error.print();
    ExitCode::from(if error.use_stderr() { COULD_NOT } else { 0 })
}
