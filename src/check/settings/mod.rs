//! `.infralint.hcl`: read raw with spans, validated into the types here. Every mistake is a diagnostic with its line.

mod body;
mod effective;
mod literal;
mod names;
mod read;
mod resolve;
mod root_module;
mod stage;
mod waiving;
mod workspaces;

use std::{path::Path, sync::Arc};

use jiff::{SignedDuration, civil::Date};

pub use effective::{Effective, SetBy, effective};
pub(super) use names::{unknown_check, unknown_names};
pub use root_module::{RootSettings, RuleThere};
pub(super) use stage::is_in_stage;
pub use stage::kind_by_name;
pub use waiving::Waiving;
pub(super) use workspaces::missing_root_modules;

use crate::{
    config::Workspaces,
    diag::Diagnostic,
    policy::{RuleSetting, StageKind, UndecidedPolicy},
    source::{Place, Sources, Span},
    syntax,
};

/// The settings' name; they stand in the repository's root.
pub const SETTINGS_FILE: &str = ".infralint.hcl";

/// The settings of a repository; the default ones where it has none.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where a stage says nothing of its own. Not set, an undecided check fails in prod stages and warns in others.
    pub undecided: Option<UndecidedPolicy>,
    pub stages: Vec<StageSettings>,
    pub rules: Vec<RuleBlock>,
    pub waivers: Vec<Arc<Waiver>>,
    /// What is asked of waivers.
    pub waiving: Waiving,
    /// What `root_module "path" { … }` says of rules, in the order they are written.
    pub root_modules: Vec<RootSettings>,
    /// The workspaces that such blocks list.
    pub workspaces: Vec<Workspaces>,
    pub terraform: Terraform,
    /// How old facts of accounts may be.
    pub facts_max_age: Option<SignedDuration>,
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
pub struct RuleBlock {
    pub id: String,
    pub enabled: bool,
    pub setting: RuleSetting,
}

/// `waiver "check" { … }`, or `infralint:ignore check` in a comment. In patterns `*` stands for any characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiver {
    /// A pattern of checks.
    pub check: String,
    pub check_at: Place,
    /// Only what stands in a part of a file; of waivers in comments.
    pub within: Option<Within>,
    /// Any root module, if not given.
    pub root_module: Option<String>,
    /// Any workspace, if not given.
    pub workspace: Option<String>,
    /// Any stage, if not given: a folder on the root module's path, or its workspace.
    pub stage: Option<String>,
    /// Any address, if not given.
    pub address: Option<String>,
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
    pub owner: Option<String>,
    /// The block's header, or the comment without its marks.
    pub place: Place,
}

/// What a comment stands on: a block, an argument, an entry of an object, or a whole file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Within {
    pub path: Box<str>,
    pub span: Span,
}

/// `terraform { … }`: what the gate runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Terraform {
    pub engine: Option<Engine>,
    pub image: Option<String>,
    /// Whether Terraform runs in a container or not at all.
    pub require_container: bool,
    /// How old a receipt may be.
    pub receipt_max_age: Option<SignedDuration>,
    /// Names of variables that Terraform is given too; `*` stands for any characters.
    pub environment: Vec<String>,
    /// Whether the machine has credentials of its own, which no variable tells.
    pub machine_credentials: bool,
}

/// A container engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Docker,
    Podman,
}

impl Engine {
    /// As it is written in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
        }
    }
}

impl Settings {
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleBlock> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

/// Reads the settings of the repository, with what is wrong in them.
#[must_use]
pub fn load(sources: &Sources) -> (Settings, Vec<Diagnostic>) {
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
    let place = Place::new(file, Span::default());
    Diagnostic::error("Cannot read the settings", format!("{SETTINGS_FILE}: {error}."), place)
}

#[cfg(test)]
mod tests;
