//! `infralint settings`.

use std::path::PathBuf;

use super::{
    choice::{Format, Undecided},
    given::JudgingArgs,
};
use clap::{Args, ValueHint};

/// Print the settings that hold, each with where it came from.
///
/// Of the repository, of each root module under the paths, and of each rule: what .infralint.hcl says and with which line, what
/// the command line or the environment says, and what counts where nobody says anything.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint settings                      all that holds
  infralint settings stages/prod          in the root modules of one stage
  infralint settings | grep -v default    what somebody has said

Exit codes: 0 printed, 2 there is a mistake in the settings, which is told with its line.")]
pub(in crate::cli) struct SettingsArgs {
    /// Folders to look for root modules in, or files of a root module.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,

    /// What an undecided check weighs, as `check` takes it.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(in crate::cli) undecided: Option<Undecided>,

    /// How to write them.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(in crate::cli) format: Format,
}
