//! `infralint completions`.

use clap::CommandFactory;

use super::{
    Failure,
    args::{Cli, CompletionsArgs},
    output,
};

pub(super) fn run(args: &CompletionsArgs) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "infralint", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
