//! What several commands are given: values, inputs, rules, a root module.

use std::path::PathBuf;

use super::choice::Color;
use clap::{Args, ValueHint};

/// What the variables of root modules are, and in which workspace.
#[derive(Debug, Args)]
pub(in crate::cli) struct ValueArgs {
    /// Give a root module's variable a value, as `terraform plan -var` does; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(in crate::cli) var: Vec<(String, String)>,

    /// Read values of variables from a file, as `terraform plan -var-file` does; repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) var_file: Vec<PathBuf>,

    /// The workspace that is selected: what `terraform.workspace` is. `TF_WORKSPACE` says it too.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) workspace: Option<String>,
}

/// Values for inputs of rules.
#[derive(Debug, Args)]
pub(in crate::cli) struct InputArgs {
    /// Give an input of rules a value; repeatable.
    ///
    /// Counts more than TFPOLICY_INPUT_<name> in the environment, which counts more than --input-file.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(in crate::cli) input: Vec<(String, String)>,

    /// Read values for inputs of rules from a file, written like a variable file; repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) input_file: Vec<PathBuf>,
}

/// Which rules.
#[derive(Debug, Args)]
pub(in crate::cli) struct RuleArgs {
    /// Judge by the policy files of a folder too; repeatable. A rule of the same id replaces the shipped one.
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) folders: Vec<PathBuf>,

    /// Leave out the rules that come with infralint.
    #[arg(long)]
    pub(in crate::cli) no_default_rules: bool,
}

/// What root modules are judged by.
#[derive(Debug, Args)]
pub(in crate::cli) struct JudgingArgs {
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,

    #[command(flatten)]
    pub(in crate::cli) values: ValueArgs,

    #[command(flatten)]
    pub(in crate::cli) inputs: InputArgs,
}

/// What is recorded of accounts.
#[derive(Debug, Args)]
pub(in crate::cli) struct FactsFileArgs {
    /// Take what is recorded of accounts too, as `infralint facts pull` writes it; repeatable.
    #[arg(long = "facts", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) files: Vec<PathBuf>,
}

/// Which root module.
#[derive(Debug, Args)]
pub(in crate::cli) struct RootArgs {
    /// The root module's folder.
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) root: PathBuf,

    #[command(flatten)]
    pub(in crate::cli) values: ValueArgs,

    #[command(flatten)]
    pub(in crate::cli) facts: FactsFileArgs,

    /// Colour mistakes. `auto` does so on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,
}

/// `name=value`; the value may hold further equals signs.
pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
