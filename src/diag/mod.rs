//! Diagnostics: anything shown to a person with a place in a file. Nothing here renders.

mod suggest;

pub use suggest::{closest, did_you_mean, nearest};

use crate::source::Place;

/// How much a diagnostic weighs. Only `Error` says that something could not be checked or is refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    Error,
    Warning,
    Info,
}

impl Level {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A further place, with what it has to do with the diagnostic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    pub place: Place,
    pub text: String,
}

/// One message about the configuration itself: syntax, references, settings.
///
/// `summary` is Terraform's own wherever Terraform has the same one; `detail` names the thing,
/// the cause and the way out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub level: Level,
    pub summary: String,
    pub detail: String,
    pub place: Option<Place>,
    pub labels: Vec<Label>,
}

impl Diagnostic {
    pub fn error(summary: impl Into<String>, detail: impl Into<String>, place: Place) -> Self {
        Self::new(Level::Error, summary, detail, Some(place))
    }

    pub fn warning(summary: impl Into<String>, detail: impl Into<String>, place: Place) -> Self {
        Self::new(Level::Warning, summary, detail, Some(place))
    }

    /// A diagnostic about something that has no place in a file: a path that does not exist.
    pub fn placeless(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Level::Error, summary, detail, None)
    }

    pub fn new(level: Level, summary: impl Into<String>, detail: impl Into<String>, place: Option<Place>) -> Self {
        Self { level, summary: summary.into(), detail: detail.into(), place, labels: Vec::new() }
    }

    #[must_use]
    pub fn with_label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }
}
