//! `infralint man`.

use std::{fs, io, path::Path};

use clap::{Command, CommandFactory};

use super::{
    Failure,
    args::{Cli, ManArgs},
    environment::Environment,
    output,
};

/// Where pages say what they are of.
const VERSION: &str = concat!("infralint ", env!("CARGO_PKG_VERSION"));

pub(super) fn run(args: &ManArgs, environment: &Environment) -> Result<u8, Failure> {
    let mut command = Cli::command();
    // Tells every command its whole name.
    command.build();
    let Some(folder) = &args.folder else {
        output::print(&page(&command)?)?;
        return Ok(0);
    };
    let folder = environment.absolute(folder);
    let failed = |error: io::Error| Failure::new(format!("cannot write {}: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    pages(&command, &folder)?;
    Ok(0)
}

/// The page of a command and those of its own commands.
fn pages(command: &Command, folder: &Path) -> Result<(), Failure> {
    output::save(&folder.join(format!("{}.1", name(command))), &page(command)?)?;
    command.get_subcommands().filter(|of| of.get_name() != "help").try_for_each(|of| pages(of, folder))
}

/// `infralint-facts-pull`
fn name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-")
}

fn page(command: &Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(command.clone()).source(VERSION).render(&mut text);
    rendered.map_err(|error| Failure::new(format!("cannot write the manual: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
