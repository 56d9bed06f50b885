//! `infralint fix`.

use std::path::PathBuf;

use super::given::JudgingArgs;
use clap::{Args, ValueHint};

/// Mend what can be mended: patches of rules, at the line that decides.
///
/// Every step is judged by the same rules before anything is written: a patch after which its finding is still there, or
/// another one comes, is not made. Bytes that no patch covers stay as they are.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint fix --dry-run               show what would be changed
  infralint fix stages/test             make the safe changes of one stage
  infralint fix --review                also those that cost money or restart something

Exit codes: as those of check, of the files as they are then; with --dry-run
0 nothing would be changed, 1 something would.")]
pub(in crate::cli) struct FixArgs {
    /// Folders to look for root modules in, or files of a root module.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Make the patches too that are in place but cost money, restart something, or need somebody's consent.
    #[arg(long)]
    pub(in crate::cli) review: bool,

    /// Show the changes and write nothing.
    #[arg(long, visible_alias = "diff")]
    pub(in crate::cli) dry_run: bool,

    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,
}
