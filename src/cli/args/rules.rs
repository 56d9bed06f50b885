//! `infralint rules`.

use std::path::PathBuf;

use super::{choice::Format, given::RuleArgs};
use clap::{Args, Subcommand, ValueHint};

/// List the rules with their checks, or check policy files.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct RulesArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<RulesCommand>,

    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RulesCommand {
    Check(RulesCheckArgs),
}

/// Tell everything that is wrong with policy files.
///
/// Syntax, names, operations and functions; attributes that the provider's schema does not have, also inside core::try;
/// conditions that read nothing; and what other engines take differently.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 no error, 1 an error, 2 a file that nothing can be judged by.")]
pub(in crate::cli) struct RulesCheckArgs {
    /// Folders with everything below them, or files.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// How to write what was found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(in crate::cli) format: Format,

    /// Leave out notes, which are about nothing wrong.
    #[arg(long, short)]
    pub(in crate::cli) quiet: bool,
}
