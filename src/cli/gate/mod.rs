//! `infralint plan`, `apply` and `destroy`: the gate's steps, and what is said of them.

mod applying;
mod planning;
mod stage;

use std::io::{BufRead, Write};

use self::stage::Stage;
use super::{Failure, args::GateArgs, environment::Environment, output};
use crate::{
    gate::{self, Surroundings, TerraformArguments},
    report::{self, Look},
};

pub(super) const ABOUT_PLAN: &str = "\
Check a root module, let Terraform plan in a container, and judge the plan.

The source is checked first. Then Terraform's init and plan run in a container that sees the repository and nothing else; the \
plan is judged by the same rules, and a receipt is written beside it, which binds `infralint apply` to what was judged. \
Everything after -- goes to `terraform plan`.";

pub(super) const ABOUT_APPLY: &str = "\
Apply the plan that was judged, that very one, or refuse.

Everything that the receipt names is computed anew: files, rules, settings, waivers, image, plan. On any difference nothing is \
applied, and it is said what differs. Everything after -- goes to `terraform apply`; a plan file among it is the one to apply.";

pub(super) const ABOUT_DESTROY: &str = "\
Plan to destroy everything in a root module, judge that, ask, and apply it.

Only `yes` on the standard input destroys anything, or `-- -auto-approve`.";

pub(super) const CODES: &str = "\
Examples:
  infralint plan stages/test/main
  infralint plan stages/test/main -- -target=module.redis -lock-timeout=60s
  infralint apply stages/test/main

Exit codes: Terraform's own where it ends with another one than 0. Else 0 done, 1 something was found, or the plan
was refused, 2 it could not be done. With -detailed-exitcode, 2 means changes, and 1 all that is wrong.";

/// `infralint plan`
pub(super) fn plan(args: &GateArgs, environment: &Environment) -> Result<u8, Failure> {
    let arguments = match TerraformArguments::read(&args.terraform) {
        Ok(arguments) => arguments,
        Err(failure) => return Ok(told(&failure, false)),
    };
    let detailed = arguments.detailed;
    match planning::run(args, environment, arguments) {
        Ok(code) => Ok(code),
        Err(Stopped::Said(code)) => Ok(if detailed && code == 2 { 1 } else { code }),
        Err(Stopped::Because(failure)) => Ok(told(&failure, detailed)),
    }
}

/// `infralint apply`
pub(super) fn apply(args: &GateArgs, environment: &Environment) -> Result<u8, Failure> {
    let applied = TerraformArguments::read(&args.terraform).map_err(Stopped::from);
    Ok(ended(applied.and_then(|arguments| applying::run(args, environment, arguments))))
}

/// `infralint destroy`
pub(super) fn destroy(args: &GateArgs, environment: &Environment) -> Result<u8, Failure> {
    let read = TerraformArguments::read(&args.terraform).map_err(Stopped::from);
    Ok(ended(read.and_then(|arguments| destroyed(args, environment, arguments))))
}

fn destroyed(args: &GateArgs, environment: &Environment, mut arguments: TerraformArguments) -> Result<u8, Stopped> {
    if !arguments.destroy {
        arguments.destroy = true;
        arguments.rest.push("-destroy".to_owned());
    }
    // What it ends with is no answer for whoever wants things gone.
    arguments.rest.retain(|argument| !argument.contains("detailed-exitcode"));
    arguments.detailed = false;
    let of_apply =
        TerraformArguments { rest: arguments.of_apply(), plan: arguments.plan.clone(), ..TerraformArguments::default() };
    let approved = arguments.auto_approve;
    let code = planning::run(args, environment, arguments)?;
    if code != 0 {
        return Ok(code);
    }
    if !approved && !says_yes() {
        output::remark("nothing was destroyed.\n");
        return Ok(1);
    }
    applying::run(args, environment, of_apply)
}

/// Why a command stopped.
enum Stopped {
    /// What there is to say has been said.
    Said(u8),
    Because(gate::Failure),
}

impl From<gate::Failure> for Stopped {
    fn from(failure: gate::Failure) -> Self {
        Self::Because(failure)
    }
}

fn ended(result: Result<u8, Stopped>) -> u8 {
    match result {
        Ok(code) | Err(Stopped::Said(code)) => code,
        Err(Stopped::Because(failure)) => told(&failure, false),
    }
}

/// Says it; Terraform has said for itself why it failed.
fn told(failure: &gate::Failure, detailed: bool) -> u8 {
    output::complain(&Failure::new(failure.to_string()));
    match failure.exit_code() {
        2 if detailed => 1,
        code => code,
    }
}

fn says_yes() -> bool {
    output::remark("Destroy all of this? Only yes does it: ");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok() && answer.trim() == "yes"
}

/// Prints a report, and what comes after it in order.
fn show(stage: &Stage<'_>, sources: &crate::source::Sources, report: &crate::check::Report) -> Result<(), Stopped> {
    let look = Look { color: stage.color, width: stage.environment.width, quiet: false };
    say(&report::human(sources, report, look))
}

fn say(text: &str) -> Result<(), Stopped> {
    output::print(text).map_err(|failure| {
        output::complain(&failure);
        Stopped::Said(2)
    })
}

/// The environment as the gate is to know it.
fn surroundings() -> Surroundings {
    use std::io::IsTerminal;
    // What is no text cannot be handed on by name.
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    // What was printed before Terraform prints stands before it.
    let _nobody_reads = std::io::stdout().flush();
    Surroundings { variables: variables.collect(), terminal }
}
