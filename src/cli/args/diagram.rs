//! `infralint diagram`.

use std::path::PathBuf;

use super::given::JudgingArgs;
use clap::{Args, ValueHint};

/// Draw a root module as an SVG: VPCs, zones, subnets, what stands in each, and what is found about it.
///
/// The picture is of what is evaluated, not of what is running: without init, state or credentials. It needs nothing else
/// to be shown, follows the reader's light or dark colours, and is the same for the same configuration.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint diagram stages/test/main -o docs/arch.svg
  infralint diagram . | rsvg-convert -o arch.png

Exit codes: 0 drawn, 2 there is no such root module, or it could not be evaluated.")]
pub(in crate::cli) struct DiagramArgs {
    /// The root module's folder.
    #[arg(value_name = "ROOT", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) root: PathBuf,

    /// Write to a file instead of the standard output.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) output: Option<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,
}
