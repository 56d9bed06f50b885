//! `infralint plan`, `apply` and `destroy`.

use std::path::PathBuf;

use super::{
    choice::{Color, FailOn, Undecided},
    given::{InputArgs, RuleArgs},
};
use clap::{Args, ValueEnum, ValueHint};

/// What the gate runs, and where.
#[derive(Debug, Args)]
pub(in crate::cli) struct GateArgs {
    /// The root module's folder.
    #[arg(value_name = "ROOT", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) root: PathBuf,

    /// What runs Terraform: the settings' engine, else the first one found. `none` is the terraform on the path.
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub(in crate::cli) engine: Option<EngineName>,

    /// Give the engine's `run` another argument, as in --engine-arg=--network=host; repeatable.
    ///
    /// TERRAFORM_ENGINE_ARGS in the environment, split at blanks, says the same.
    #[arg(long = "engine-arg", value_name = "ARG", allow_hyphen_values = true)]
    pub(in crate::cli) engine_arguments: Vec<String>,

    /// The image, pinned by digest: counts more than the settings. TERRAFORM_IMAGE in the environment says it too.
    #[arg(long, value_name = "IMAGE")]
    pub(in crate::cli) image: Option<String>,

    /// Give `terraform init` another argument, as in --init-arg=-upgrade; repeatable.
    ///
    /// TERRAFORM_INIT_ARGS in the environment, split at blanks, says the same.
    #[arg(long = "init-arg", value_name = "ARG", allow_hyphen_values = true)]
    pub(in crate::cli) init_arguments: Vec<String>,

    /// The workspace, as TF_WORKSPACE says it.
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) workspace: Option<String>,

    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,

    #[command(flatten)]
    pub(in crate::cli) inputs: InputArgs,

    /// What an undecided check weighs: allow = info, warn = warning, fail = error.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(in crate::cli) undecided: Option<Undecided>,

    /// The least level that keeps a plan from being applied.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub(in crate::cli) fail_on: FailOn,

    /// Colour the report. `auto` does so on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(in crate::cli) color: Color,

    /// Arguments of Terraform itself.
    #[arg(last = true, value_name = "TERRAFORM ARGUMENTS", allow_hyphen_values = true)]
    pub(in crate::cli) terraform: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum EngineName {
    /// The docker on the path.
    Docker,
    /// The podman on the path.
    Podman,
    /// No container at all.
    None,
}
