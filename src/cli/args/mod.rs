//! Arguments as typed, a file for each command. What they mean together is resolved by the command.

mod check;
mod choice;
mod cidr;
mod diagram;
mod eval;
mod facts;
mod fix;
mod gate;
mod given;
mod init;
mod known;
mod lsp;
mod report;
mod rules;
mod schema;
mod settings;
mod shell;
mod test;

use clap::{Parser, Subcommand};

pub(super) use self::{
    check::CheckArgs,
    choice::{Color, FailOn, Format, Try, Undecided},
    cidr::CidrArgs,
    diagram::DiagramArgs,
    eval::{EvalArgs, ExplainArgs},
    facts::{FactsArgs, FactsCommand, FactsPullArgs, LiveArgs, LiveCommand},
    fix::FixArgs,
    gate::{EngineName, GateArgs},
    given::{InputArgs, JudgingArgs, RootArgs, RuleArgs, ValueArgs},
    init::{InitArgs, Pipeline},
    known::KnownArgs,
    lsp::LspArgs,
    report::{ReportArgs, ReportFormat},
    rules::{RulesArgs, RulesCheckArgs, RulesCommand},
    schema::{SchemaArgs, SchemaCommand, SchemaImportArgs},
    settings::SettingsArgs,
    shell::{CompletionsArgs, ManArgs},
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
    Completions(CompletionsArgs),
    Diagram(DiagramArgs),
    /// Plan to destroy everything in a root module, judge that, ask, and apply it.
    #[command(long_about = super::gate::ABOUT_DESTROY, after_help = super::gate::CODES)]
    Destroy(GateArgs),
    Eval(EvalArgs),
    Explain(ExplainArgs),
    Facts(FactsArgs),
    Fix(FixArgs),
    /// Prepare a repository: settings, a pre-commit hook, and a pipeline that applies only what was judged.
    #[command(long_about = super::init::ABOUT, after_help = super::init::CODES)]
    Init(InitArgs),
    Live(LiveArgs),
    Man(ManArgs),
    Lsp(LspArgs),
    /// Check a root module, let Terraform plan in a container, and judge the plan.
    #[command(long_about = super::gate::ABOUT_PLAN, after_help = super::gate::CODES)]
    Plan(GateArgs),
    Rules(RulesArgs),
    Schema(SchemaArgs),
    Settings(SettingsArgs),
    Test(TestArgs),
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory};

    use super::Cli;

    /// What `--help` lacks of a command, and of all below it.
    fn missing(command: &Command, path: &str, out: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        if command.get_about().is_none_or(|about| about.to_string().trim().is_empty()) {
            out.push(format!("{path} says nothing of itself"));
        }
        for argument in command.get_arguments() {
            let name = format!("{path} {argument}");
            match argument.get_help().map(ToString::to_string) {
                None => out.push(format!("{name} says nothing of itself")),
                Some(help) if help.chars().count() > 160 => {
                    out.push(format!("{name} says too much for a line: {help}"))
                }
                Some(help) if help.starts_with(char::is_lowercase) => out.push(format!("{name} begins small: {help}")),
                Some(_) => {}
            }
            let values = argument.get_possible_values();
            let silent = values.iter().filter(|value| !value.is_hide_set() && value.get_help().is_none());
            // What true and false mean, and the names of shells, everybody knows.
            let silent = silent.filter(|value| {
                argument.get_id() != "shell"
                    && argument.get_num_args().is_some_and(|n| n.takes_values())
                    && !["true", "false"].contains(&value.get_name())
            });
            out.extend(silent.map(|value| format!("{name} {} says nothing of itself", value.get_name())));
        }
        command.get_subcommands().filter(|of| of.get_name() != "help").for_each(|of| missing(of, &path, out));
    }

    #[test]
    fn every_command_and_option_says_what_it_is_for() {
        let mut command = Cli::command();
        command.build();
        let mut found = Vec::new();
        missing(&command, "", &mut found);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
