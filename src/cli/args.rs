//! Arguments as typed. What they mean together is resolved by each command.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

/// Judges a Terraform repository offline, the way Terraform would evaluate it.
///
/// infralint evaluates root modules without init, credentials or network, and judges what it finds against rules. Every
/// verdict is pass, fail, or undecided with the reason and what would decide it.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 nothing found, 1 something found, 2 something could not be checked.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Check(CheckArgs),
    Explain(ExplainArgs),
    Rules(RulesArgs),
    Test(TestArgs),
}

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
  infralint check --format json | jq .summary

Exit codes: 0 nothing at or above --fail-on was found, 1 something was,
2 something could not be checked, which is never reported as good.")]
pub(super) struct CheckArgs {
    /// Folders to look for root modules in, or files of a root module.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// How to write the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,

    /// Write the report to a file instead of the standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) rules: RuleArgs,

    #[command(flatten)]
    pub(super) inputs: InputArgs,

    /// Give a root module's variable a value, as `terraform plan -var` does; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(super) var: Vec<(String, String)>,

    /// Read values of variables from a file, as `terraform plan -var-file` does; repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) var_file: Vec<PathBuf>,

    /// What an undecided check weighs: allow = info, warn = warning, fail = error.
    ///
    /// Counts more than everything the settings say. Without it, and without settings, an undecided check is a warning.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(super) undecided: Option<Undecided>,

    /// The least level that makes the exit code 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub(super) fail_on: FailOn,

    /// Threads to use; as many as there are cores by default. The report is the same for any number.
    #[arg(long, short, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,

    /// Colour the report. `auto` does so on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(super) color: Color,

    /// Say only what makes the exit code other than 0, without a summary.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Values for inputs of rules.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Give an input of rules a value; repeatable.
    ///
    /// Counts more than TFPOLICY_INPUT_<name> in the environment, which counts more than --input-file.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(super) input: Vec<(String, String)>,

    /// Read values for inputs of rules from a file, written like a variable file; repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) input_file: Vec<PathBuf>,
}

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

Exit codes: 0 all passed, 1 one failed, 2 something could not be run.")]
pub(super) struct TestArgs {
    /// Folders with everything below them, or files.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Only tests with this in their file or name; * stands for any characters.
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Option<String>,

    /// How to write the results.
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub(super) format: TestFormat,

    #[command(flatten)]
    pub(super) inputs: InputArgs,

    /// Threads to use; as many as there are cores by default.
    #[arg(long, short, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,

    /// Tell every test, and what policies said of it.
    #[arg(long, short)]
    pub(super) verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum TestFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For CI systems.
    Junit,
}

/// Which rules.
#[derive(Debug, Args)]
pub(super) struct RuleArgs {
    /// Judge by the policy files of a folder too; repeatable. A rule of the same id replaces the shipped one.
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folders: Vec<PathBuf>,

    /// Leave out the rules that come with infralint.
    #[arg(long)]
    pub(super) no_default_rules: bool,
}

/// Print the page of a rule: what it asks for, why, and examples.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The rule's id, as in `redis-ha`, or a check of it, as in `redis-ha/no-replica`.
    #[arg(value_name = "RULE")]
    pub(super) rule: String,
}

/// List the rules with their checks, or check policy files.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: Option<RulesCommand>,

    #[command(flatten)]
    pub(super) rules: RuleArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    Check(RulesCheckArgs),
}

/// Tell everything that is wrong with policy files.
///
/// Syntax, names, operations and functions; attributes that the provider's schema does not have, also inside core::try;
/// conditions that read nothing; and what other engines take differently.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 no error, 1 an error, 2 a file that nothing can be judged by.")]
pub(super) struct RulesCheckArgs {
    /// Folders with everything below them, or files.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// How to write what was found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,

    /// Leave out notes, which are about nothing wrong.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Human,
    /// For programs: a contract, described by a JSON Schema.
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Undecided {
    Allow,
    Warn,
    Fail,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Info,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// `name=value`; the value may hold further equals signs.
fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
