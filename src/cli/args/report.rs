//! How a report is written, and where.

use std::path::PathBuf;

use super::choice::Color;
use clap::{Args, ValueEnum, ValueHint};

/// How reports are written, and where.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReportArgs {
    /// How to write the report; repeatable, each with an --output of its own.
    ///
    /// Every format holds the same findings: docs/formats.md says which has what where.
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Report")]
    pub(in crate::cli) format: Vec<ReportFormat>,

    /// Write the report of the --format before it to a file; `-` is the standard output.
    ///
    /// A file is written wholly or not at all. One report at most goes to the standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report")]
    pub(in crate::cli) output: Vec<PathBuf>,

    /// Colour the report for people. `auto` does so on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, help_heading = "Report")]
    pub(in crate::cli) color: Color,

    /// Only count: for each check, how often and in how many root modules it was found. For people only.
    #[arg(long, conflicts_with = "quiet", help_heading = "Report")]
    pub(in crate::cli) summary: bool,

    /// Tell so many findings at most, those first that make the run fail; the others are counted. For people only.
    #[arg(long, value_name = "N", help_heading = "Report")]
    pub(in crate::cli) max: Option<usize>,

    /// Say only what makes the exit code other than 0, without a summary.
    #[arg(long, short, help_heading = "Report")]
    pub(in crate::cli) quiet: bool,

    /// Tell every finding in full, and on the standard error what was read and how long each phase took.
    #[arg(long, short, conflicts_with = "quiet", help_heading = "Report")]
    pub(in crate::cli) verbose: bool,
}

/// The formats of `check`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum ReportFormat {
    /// For people at a terminal.
    Human,
    /// For programs: a contract, described by a JSON Schema.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit's XML, for CI systems that show tests.
    Junit,
    /// Annotations of a workflow of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// Checkstyle's XML.
    Checkstyle,
    /// A comment for a pull request.
    Markdown,
}

impl ReportFormat {
    pub(in crate::cli) const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Checkstyle => "checkstyle",
            Self::Markdown => "markdown",
        }
    }

    /// Whether it has a place for edits of files.
    pub(in crate::cli) const fn has_fixes(self) -> bool {
        matches!(self, Self::Json | Self::Sarif)
    }
}
