//! What a run sets for the rules: levels, inputs, and what an undecided verdict weighs.

use std::collections::BTreeMap;

use ecow::EcoString;

use super::EnforcementLevel;
use crate::{diag::Level, source::Place, value::Value};

/// The kind of a stage.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StageKind {
    Prod,
    Nonprod,
}

impl StageKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prod => "prod",
            Self::Nonprod => "nonprod",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Prod, Self::Nonprod].into_iter().find(|k| k.as_str() == word)
    }
}

/// What an undecided verdict weighs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum UndecidedPolicy {
    Allow,
    #[default]
    Warn,
    Fail,
}

impl UndecidedPolicy {
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "allow" => Some(Self::Allow),
            "warn" => Some(Self::Warn),
            "fail" => Some(Self::Fail),
            _ => None,
        }
    }

    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Allow => Level::Info,
            Self::Warn => Level::Warning,
            Self::Fail => Level::Error,
        }
    }
}

/// What holds for all root modules.
#[derive(Clone, Debug, Default)]
pub struct RuleSettings {
    /// By rule id.
    pub rules: BTreeMap<EcoString, RuleSetting>,
    /// Values from outside the settings (files, environment, command line) for every input of a name, in rising
    /// precedence.
    pub inputs: Vec<GivenInput>,
}

/// What is set for one rule.
#[derive(Clone, Debug, Default)]
pub struct RuleSetting {
    pub enforcement_level: Option<EnforcementLevel>,
    /// Weighs more than the stage's.
    pub undecided: Option<UndecidedPolicy>,
    /// Weigh less than values from outside the settings.
    pub inputs: Vec<GivenInput>,
    /// Where the settings name the rule.
    pub at: Option<Place>,
}

/// A value for an input.
#[derive(Clone, Debug)]
pub struct GivenInput {
    pub name: EcoString,
    pub value: InputText,
    pub at: Option<Place>,
}

#[derive(Clone, Debug)]
pub enum InputText {
    /// Of the environment or the command line: a string where one is asked for, else an expression.
    Text(EcoString),
    Value(Value),
}

/// What holds in one root module.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    pub kind: StageKind,
    /// Whether the settings give its kind or its path names a stage: else `kind` is a guess.
    pub is_named: bool,
    pub undecided: UndecidedPolicy,
}
