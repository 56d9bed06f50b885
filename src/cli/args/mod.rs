//! Arguments as typed, a file for each command. What they mean together is resolved by the command.

mod check;
mod choice;
mod cidr;
mod eval;
mod facts;
mod fix;
mod gate;
mod given;
mod init;
mod known;
mod rules;
mod schema;
mod settings;
mod test;

use clap::{Parser, Subcommand};

pub(super) use self::{
    check::CheckArgs,
    choice::{Color, FailOn, Format, Try, Undecided},
    cidr::CidrArgs,
    eval::{EvalArgs, ExplainArgs},
    facts::{FactsArgs, FactsCommand, FactsPullArgs, LiveArgs, LiveCommand},
    fix::FixArgs,
    gate::{EngineName, GateArgs},
    given::{InputArgs, RootArgs, RuleArgs, ValueArgs},
    init::{InitArgs, Pipeline},
    known::KnownArgs,
    rules::{RulesArgs, RulesCheckArgs, RulesCommand},
    schema::{SchemaArgs, SchemaCommand, SchemaImportArgs},
    settings::SettingsArgs,
    test::{TestArgs, TestFormat},
};

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
    /// Apply the plan that was judged, that very one, or refuse.
    #[command(long_about = super::gate::ABOUT_APPLY, after_help = super::gate::CODES)]
    Apply(GateArgs),
    Check(CheckArgs),
    Cidr(CidrArgs),
    /// Plan to destroy everything in a root module, judge that, ask, and apply it.
    #[command(long_about = super::gate::ABOUT_DESTROY, after_help = super::gate::CODES)]
    Destroy(GateArgs),
    Eval(EvalArgs),
    Explain(ExplainArgs),
    Facts(FactsArgs),
    Live(LiveArgs),
    /// Prepare a repository: settings, a pre-commit hook, and a pipeline that applies only what was judged.
    #[command(long_about = super::init::ABOUT, after_help = super::init::CODES)]
    Init(InitArgs),
    Fix(FixArgs),
    /// Check a root module, let Terraform plan in a container, and judge the plan.
    #[command(long_about = super::gate::ABOUT_PLAN, after_help = super::gate::CODES)]
    Plan(GateArgs),
    Rules(RulesArgs),
    Schema(SchemaArgs),
    Settings(SettingsArgs),
    Test(TestArgs),
}
