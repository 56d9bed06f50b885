//! What several commands let one choose.

use clap::ValueEnum;

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people.
    Human,
    /// For programs: a contract, described by a JSON Schema.
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum Undecided {
    /// It is told, and weighs nothing.
    Allow,
    /// It is a warning.
    Warn,
    /// It is an error: what is not known is not let through.
    Fail,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum Try {
    /// As it is: what is known of it stays known.
    Precise,
    /// Unknown as a whole, as HashiCorp's engine has it.
    Compat,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum FailOn {
    /// Errors.
    Error,
    /// Warnings too.
    Warning,
    /// Everything that is told.
    Info,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Into files and pipes too.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// Whether to colour; `usual` is what counts where nobody says.
    pub(in crate::cli) const fn is_wanted(self, usual: bool) -> bool {
        match self {
            Self::Auto => usual,
            Self::Always => true,
            Self::Never => false,
        }
    }
}
