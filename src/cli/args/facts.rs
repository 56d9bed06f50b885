//! `infralint facts` and `infralint live`: what exists in accounts.

use std::path::PathBuf;

use super::given::ValueArgs;
use clap::{Args, Subcommand, ValueHint};

/// Record what exists in AWS accounts, to judge by it offline.
#[derive(Debug, Args)]
pub(in crate::cli) struct FactsArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: FactsCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FactsCommand {
    Pull(FactsPullArgs),
}

/// Ask the accounts of root modules what exists there, and write it down.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint facts pull --stage test -o facts.json
  infralint check stages/test --facts facts.json

Exit codes: 0 recorded (what was not told is in the file, with its reason), 2 nobody could be asked.")]
pub(in crate::cli) struct FactsPullArgs {
    /// Folders to look for root modules in.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Only the root modules of one stage: a folder of this name is on their path.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) stage: Option<String>,

    /// Write to a file instead of the standard output.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) output: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) values: ValueArgs,
}

/// What asking AWS accounts needs.
#[derive(Debug, Args)]
pub(in crate::cli) struct LiveArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: LiveCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LiveCommand {
    /// Print the IAM policy that permits what `--live` and `facts pull` call, and nothing else.
    Policy,
}
