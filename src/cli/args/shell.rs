//! `infralint completions` and `infralint man`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::Shell;

/// Print completions for a shell: commands, options, their values, files and folders.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint completions bash > ~/.local/share/bash-completion/completions/infralint
  infralint completions zsh > ~/.zfunc/_infralint      with fpath+=~/.zfunc before compinit in ~/.zshrc
  infralint completions fish > ~/.config/fish/completions/infralint.fish
  infralint completions powershell >> $PROFILE")]
pub(in crate::cli) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub(in crate::cli) shell: Shell,
}

/// Write the manual: a page for infralint and one for each command.
///
/// Without a folder, the page of infralint itself is printed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint man | man -l -
  infralint man ~/.local/share/man/man1 && man infralint-check")]
pub(in crate::cli) struct ManArgs {
    /// The folder that the pages are written to; it is made if it is not there.
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) folder: Option<PathBuf>,
}
