//! `infralint check`.

use std::{num::NonZeroUsize, path::PathBuf};

use super::{
    choice::{FailOn, Try, Undecided},
    given::JudgingArgs,
    known::KnownArgs,
    report::ReportArgs,
};
use clap::{Args, ValueHint};

/// Judge the root modules found under the paths.
///
/// A root module is a folder that Terraform is run in: it has a backend, a provider configuration, or nobody calls it.
/// Modules are judged where they are called, with the values they are called with.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint check                       all below the current folder
  infralint check stages/test           one stage
  infralint check --undecided fail      let nothing through that is not known
  infralint check --changed-since main  only what this branch changes
  infralint check --format json | jq .summary
  infralint check --format sarif --output infralint.sarif --format human
  terraform show -json tfplan | infralint check stages/test/main --plan -

Exit codes: 0 nothing at or above --fail-on was found, 1 something was,
2 something could not be checked, which is never reported as good.")]
pub(in crate::cli) struct CheckArgs {
    /// Folders to look for root modules in, or files of a root module.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(in crate::cli) report: ReportArgs,

    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,

    #[command(flatten)]
    pub(in crate::cli) known: KnownArgs,

    /// Judge by a plan: the JSON that `terraform show -json PLAN` writes; repeatable. `-` is the standard input.
    ///
    /// The plan says what values come to, the files beside it where they come from. It is the plan of the root module that
    /// PATH leads to; where those are several, ROOT says of which, or the folder that the file lies in. Without the files, the plan is judged alone.
    #[arg(long, value_name = "[ROOT=]FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) plan: Vec<String>,

    /// Judge by what is recorded of accounts too, as `infralint facts pull` writes it; repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) facts: Vec<PathBuf>,

    /// Ask the accounts of the root modules what exists there, with the credentials that every AWS tool takes.
    ///
    /// Nothing but read-only calls of EC2 is made. An account that is not the one of its root module stops everything.
    #[arg(long, conflicts_with = "facts")]
    pub(in crate::cli) live: bool,

    /// What an undecided check weighs: allow = info, warn = warning, fail = error.
    ///
    /// Counts more than everything the settings say. Without it, and without settings, an undecided check is a warning.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(in crate::cli) undecided: Option<Undecided>,

    /// What core::try makes of a value that is partly unknown. `compat` takes it as unknown, which decides less.
    #[arg(long = "try", value_enum, value_name = "HOW", default_value_t = Try::Precise)]
    pub(in crate::cli) r#try: Try,

    /// The least level that makes the exit code 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub(in crate::cli) fail_on: FailOn,

    /// Threads to use; as many as there are cores by default. The report is the same for any number.
    #[arg(long, short, value_name = "N")]
    pub(in crate::cli) jobs: Option<NonZeroUsize>,

    /// Only hold the configuration against the schemas of its providers, as `terraform validate` does, and apply no rules.
    #[arg(long)]
    pub(in crate::cli) schema_only: bool,

    /// Do not hold the configuration against the schemas of its providers.
    #[arg(long, conflicts_with = "schema_only")]
    pub(in crate::cli) no_schema: bool,
}
