//! `.infralint.hcl`: read raw with spans, validated into the types here. Every mistake is a diagnostic with its line.

mod body;
mod literal;
mod read;
mod stage;

use std::{path::Path, sync::Arc};

use jiff::civil::Date;

pub use stage::{Stage, StageKind};

use super::RuleChecks;
use crate::{
    diag::{Diagnostic, Level, did_you_mean},
    source::{Place, Sources},
    syntax,
    value::Value,
};

/// The settings' name; they stand in the repository's root.
pub const SETTINGS_FILE: &str = ".infralint.hcl";

/// The settings of a repository; the default ones where it has none.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub undecided: UndecidedPolicy,
    pub stages: Vec<StageSettings>,
    pub rules: Vec<RuleSettings>,
    pub waivers: Vec<Arc<Waiver>>,
    pub terraform: Terraform,
}

/// What an undecided verdict weighs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum UndecidedPolicy {
    Allow,
    #[default]
    Warn,
    Fail,
}

impl UndecidedPolicy {
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Allow => Level::Info,
            Self::Warn => Level::Warning,
            Self::Fail => Level::Error,
        }
    }
}

/// `stage "name" { … }`.
#[derive(Clone, Debug)]
pub struct StageSettings {
    pub name: String,
    pub kind: Option<StageKind>,
    pub undecided: Option<UndecidedPolicy>,
}

/// `rule "id" { … }`.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    pub id: String,
    pub id_at: Place,
    pub enabled: bool,
    pub enforcement: Option<Enforcement>,
    pub undecided: Option<UndecidedPolicy>,
    /// In the order written; names are distinct.
    pub inputs: Vec<(String, Value)>,
}

/// The policy language's enforcement levels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enforcement {
    Advisory,
    Mandatory,
    MandatoryOverridable,
}

impl Enforcement {
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Advisory => Level::Warning,
            Self::Mandatory | Self::MandatoryOverridable => Level::Error,
        }
    }
}

/// `waiver "check" { … }`: patterns in which `*` stands for any characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiver {
    pub check: String,
    pub check_at: Place,
    /// Any root module, if not given.
    pub root_module: Option<String>,
    /// Any address, if not given.
    pub address: Option<String>,
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// The block's header.
    pub place: Place,
}

/// `terraform { … }`: what the gate runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Terraform {
    pub engine: Option<Engine>,
    pub image: Option<String>,
}

/// A container engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Docker,
    Podman,
}

impl Settings {
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleSettings> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    #[must_use]
    pub fn is_enabled(&self, rule: &str) -> bool {
        self.rule(rule).is_none_or(|rule| rule.enabled)
    }

    /// A diagnostic for every rule or check named that is not there.
    pub(super) fn unknown_names(&self, known: &[RuleChecks]) -> Vec<Diagnostic> {
        let of_rules = self.rules.iter().filter_map(|rule| unknown_rule(&rule.id, rule.id_at, known));
        let of_waivers = self.waivers.iter().filter_map(|waiver| unknown_check(waiver, known));
        of_rules.chain(of_waivers).collect()
    }
}

fn unknown_rule(id: &str, at: Place, known: &[RuleChecks]) -> Option<Diagnostic> {
    if known.iter().any(|rule| rule.id == id) {
        return None;
    }
    let hint = did_you_mean(id, known.iter().map(|rule| &*rule.id));
    Some(Diagnostic::error("Unknown rule", format!("There is no rule named \"{id}\".{hint}"), at))
}

fn unknown_check(waiver: &Waiver, known: &[RuleChecks]) -> Option<Diagnostic> {
    let all = || known.iter().flat_map(|rule| rule.checks.iter().map(|check| format!("{}/{check}", rule.id)));
    if all().any(|check| super::waive::matches(&waiver.check, &check)) {
        return None;
    }
    let names: Vec<String> = all().collect();
    let hint = did_you_mean(&waiver.check, names.iter().map(String::as_str));
    let detail = format!("No check is named \"{}\", so this waiver accepts nothing.{hint}", waiver.check);
    Some(Diagnostic::error("Unknown check", detail, waiver.check_at))
}

/// Reads the settings of the repository, with what is wrong in them.
pub(super) fn load(sources: &Sources) -> (Settings, Vec<Diagnostic>) {
    let path = Path::new(SETTINGS_FILE);
    if !sources.root().join(path).exists() {
        return (Settings::default(), Vec::new());
    }
    match sources.read(path) {
        Ok(file) => {
            let parsed = syntax::parse(file, &sources.get(file).text);
            read::settings(&parsed.tree, parsed.diagnostics)
        }
        Err(error) => (Settings::default(), vec![unreadable(sources, &error.to_string())]),
    }
}

fn unreadable(sources: &Sources, error: &str) -> Diagnostic {
    let file = sources.add(SETTINGS_FILE, "");
    let place = Place::new(file, crate::source::Span::default());
    Diagnostic::error("Cannot read the settings", format!("{SETTINGS_FILE}: {error}."), place)
}

#[cfg(test)]
mod tests;
