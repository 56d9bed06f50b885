//! `infralint lsp`.

use std::num::NonZeroUsize;

use clap::Args;

use super::JudgingArgs;

/// Serve an editor: diagnostics while typing, values, origins, definitions and fixes.
///
/// Speaks the language server protocol on the standard streams, as editors expect it. What is typed is judged as `check`
/// would judge it, whether it is saved or not. docs/editor.md says how editors are set up.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 the editor said goodbye, 2 it did not.")]
pub(in crate::cli) struct LspArgs {
    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,

    /// Threads to use; as many as there are cores by default.
    #[arg(long, short, value_name = "N")]
    pub(in crate::cli) jobs: Option<NonZeroUsize>,

    /// What most editors give to every server; there is no other way.
    #[arg(long, hide = true)]
    pub(in crate::cli) stdio: bool,
}
