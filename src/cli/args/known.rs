//! What findings are held against, so that only new ones count.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// What was there before.
#[derive(Debug, Args)]
pub(in crate::cli) struct KnownArgs {
    /// Judge only the root modules that something has changed for since a revision, as git knows it.
    ///
    /// What has changed is everything since the last common commit of REV and HEAD, also what is not committed yet and files
    /// that git does not track. A root module is judged, whole, where a file has changed that it is made of: its modules,
    /// variable files, what functions read, settings, rules, make files. The report says which are left out.
    #[arg(long, value_name = "REV", conflicts_with = "plan")]
    pub(in crate::cli) changed_since: Option<String>,

    /// Take the PATHs as what has changed, and judge only the root modules that are made of them: for hooks.
    ///
    /// What is not committed yet has changed too. A folder stands for every file below it.
    #[arg(long, conflicts_with_all = ["plan", "changed_since"])]
    pub(in crate::cli) changed: bool,

    /// Let pass what a baseline knows: the same check of the same object, with the same offending value.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "write_baseline")]
    pub(in crate::cli) baseline: Option<PathBuf>,

    /// Write a baseline of all that is found now. What FILE says of root modules that are not judged stays in it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) write_baseline: Option<PathBuf>,
}
