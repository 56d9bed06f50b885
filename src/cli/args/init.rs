//! `infralint init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

/// What is prepared, and how much is asked.
#[derive(Debug, Args)]
pub(in crate::cli) struct InitArgs {
    /// A folder of the repository.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) path: PathBuf,

    /// Whose pipeline to write: by default what the repository's remote and files say.
    #[arg(long, value_enum, value_name = "HOST")]
    pub(in crate::cli) ci: Option<Pipeline>,

    /// Write without asking.
    #[arg(long, short, conflicts_with = "dry_run")]
    pub(in crate::cli) yes: bool,

    /// Only show what would be written.
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

/// Where pipelines run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum Pipeline {
    /// GitHub Actions.
    Github,
    /// GitLab CI/CD.
    Gitlab,
    /// Write no pipeline.
    None,
}

impl Pipeline {
    pub(in crate::cli) const fn name(self) -> &'static str {
        match self {
            Self::Github => "GitHub Actions",
            Self::Gitlab => "GitLab",
            Self::None => "none",
        }
    }
}
