//! `infralint test`.

use std::{num::NonZeroUsize, path::PathBuf};

use super::{choice::Try, given::InputArgs};
use clap::{Args, ValueEnum, ValueHint};

/// Run tests of policies (*.policytest.hcl), and the examples on the pages of rules.
///
/// Mocks are judged by the policies that a test file names. The page <id>.md beside <id>.policy.hcl holds configurations
/// that are judged by that rule; the lines it finds something on are marked in them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint test policies               all tests below a folder
  infralint test rules --filter redis   those with a word in their file or name
  infralint test --format junit > tests.xml

Exit codes: 0 all passed, 1 one failed (or, with --mutate, a change was noticed by none), 2 something could not be run.")]
pub(in crate::cli) struct TestArgs {
    /// Folders with everything below them, or files.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Only tests with this in their file or name; * stands for any characters.
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) filter: Option<String>,

    /// Also change every attribute that a policy reads in every test, and tell what no test notices.
    #[arg(long)]
    pub(in crate::cli) mutate: bool,

    /// Give mocks the shape of the provider's schema, as plans have it: null for what they leave out.
    #[arg(long)]
    pub(in crate::cli) mock_schema: bool,

    /// What core::try makes of a value that is partly unknown. `compat` takes it as unknown, which decides less.
    #[arg(long = "try", value_enum, value_name = "HOW", default_value_t = Try::Precise)]
    pub(in crate::cli) r#try: Try,

    /// How to write the results.
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub(in crate::cli) format: TestFormat,

    #[command(flatten)]
    pub(in crate::cli) inputs: InputArgs,

    /// Threads to use; as many as there are cores by default.
    #[arg(long, short, value_name = "N")]
    pub(in crate::cli) jobs: Option<NonZeroUsize>,

    /// Tell every test, and what policies said of it.
    #[arg(long, short)]
    pub(in crate::cli) verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum TestFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For CI systems.
    Junit,
}
