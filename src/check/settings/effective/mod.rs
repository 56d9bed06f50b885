//! The settings that hold, each with where it came from: of the file, the command line, the rules, or nobody.

mod rules;
mod written;

use std::path::Path;

use self::written::Written;
use super::{RootSettings, SETTINGS_FILE, Settings, StageSettings, Waiver};
use crate::{
    check::{Request, engine, load_rules, rules::known},
    config::{LoadOptions, RootModule},
    diag::Diagnostic,
    policy::{StageKind, UndecidedPolicy},
    source::{Place, Sources},
};

/// One setting that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effective {
    /// What it is about: `rule redis-ha`, `root module stages/test/main`, `terraform`; nothing where it is about everything.
    pub about: String,
    pub name: String,
    /// As it would be written in the settings, or a word in parentheses where it cannot be written.
    pub value: String,
    pub from: SetBy,
}

/// Where a setting came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SetBy {
    /// Nobody has said anything.
    Default,
    /// A file: the settings, a file of inputs, a policy file.
    Written(Place),
    /// Some words of where else.
    Other(&'static str),
}

/// All settings that hold for what a request is about, and what is wrong with them.
#[must_use]
pub fn effective(sources: &Sources, request: &Request) -> (Vec<Effective>, Vec<Diagnostic>) {
    let (settings, mut diagnostics) = super::load(sources);
    let set = load_rules(sources, &request.rules);
    diagnostics.extend(super::unknown_names(&settings, &known(sources, &request.rules, &set)));
    diagnostics.extend(super::missing_root_modules(&settings, sources));
    let options = LoadOptions { workspaces: settings.workspaces.clone(), ..request.load.clone() };
    let repository = engine::load(sources, &options);
    diagnostics.extend(repository.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).cloned());
    let mut gathering = Gathering { written: Written::read(sources), settings: &settings, request, found: Vec::new() };
    gathering.general();
    let mut roots: Vec<&RootModule> = repository.root_modules.iter().collect();
    roots.dedup_by(|a, b| a.path == b.path && a.workspace == b.workspace);
    roots.iter().for_each(|root| gathering.root_module(root));
    diagnostics.extend(gathering.rules(sources, &set));
    settings.waivers.iter().for_each(|waiver| gathering.waiver(waiver));
    (gathering.found, diagnostics)
}

struct Gathering<'a> {
    written: Written,
    settings: &'a Settings,
    request: &'a Request,
    found: Vec<Effective>,
}

/// A block by its type and its label.
type BlockName<'n> = (&'n str, Option<&'n str>);

impl Gathering<'_> {
    fn add(&mut self, (about, name): (&str, &str), value: impl Into<String>, from: SetBy) {
        self.found.push(Effective { about: about.to_owned(), name: name.to_owned(), value: value.into(), from });
    }

    /// Where an argument of a block is written, else the default.
    fn from(&self, block: Option<BlockName<'_>>, argument: &str) -> SetBy {
        self.written.argument(block, argument).map_or(SetBy::Default, SetBy::Written)
    }

    fn general(&mut self) {
        let (undecided, from) = match (self.request.undecided, self.settings.undecided) {
            (Some(given), _) => (quoted(word(given)), SetBy::Other("--undecided")),
            (None, Some(set)) => (quoted(word(set)), self.from(None, "undecided")),
            (None, None) => ("(\"fail\" in production, else \"warn\")".to_owned(), SetBy::Default),
        };
        self.add(("", "undecided"), undecided, from);
        let terraform = self.settings.terraform.clone();
        let engine =
            terraform.engine.map(|engine| quoted(engine.name())).unwrap_or_else(|| "(the first one found)".to_owned());
        self.block("terraform", "engine", engine);
        self.block("terraform", "image", terraform.image.map_or_else(|| "(none)".to_owned(), quoted));
        self.block("terraform", "require_container", terraform.require_container.to_string());
        let age = terraform.receipt_max_age.map_or_else(|| "(any)".to_owned(), |age| format!("\"{age:#}\""));
        self.block("terraform", "receipt_max_age", age);
        self.block("terraform", "environment", list(&terraform.environment));
        self.block("terraform", "machine_credentials", terraform.machine_credentials.to_string());
        let age = self.settings.facts_max_age.map_or_else(|| "(any)".to_owned(), |age| format!("\"{age:#}\""));
        self.block("facts", "max_age", age);
        let waiving = self.settings.waiving.clone();
        let required = [("owner", waiving.owner_required), ("until", waiving.until_required)];
        let required = required.iter().filter(|(_, is)| *is).map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
        self.block("waivers", "required", list(&required));
        let unwaivable: Vec<String> = waiving.unwaivable.into_iter().map(|(check, _)| check).collect();
        self.block("waivers", "unwaivable", list(&unwaivable));
    }

    fn block(&mut self, block: &str, argument: &str, value: String) {
        let from = self.from(Some((block, None)), argument);
        self.add((block, argument), value, from);
    }

    fn root_module(&mut self, root: &RootModule) {
        let workspace = root.workspace.as_deref();
        let in_workspace = workspace.map(|name| format!(", workspace {name}")).unwrap_or_default();
        let about = format!("root module {}{in_workspace}", root.path);
        let stage = self.settings.stage(&root.path, workspace);
        let block = self.settings.stage_block(&root.path, workspace).cloned();
        let kind = match &block {
            Some(StageSettings { name, kind: Some(_), .. }) => self.from(Some(("stage", Some(name))), "kind"),
            _ if stage.kind == StageKind::Prod => SetBy::Other("its name"),
            _ => SetBy::Default,
        };
        self.add((&about, "kind"), quoted(stage.kind.as_str()), kind);
        let (undecided, from) = match self.request.undecided {
            Some(given) => (given, SetBy::Other("--undecided")),
            None => (stage.undecided, self.undecided_there(root, block.as_ref())),
        };
        self.add((&about, "undecided"), quoted(word(undecided)), from);
        let settings = self.settings;
        for there in settings.about(&root.path).filter(|block| !block.rules.is_empty()) {
            self.rules_there(&about, there);
        }
    }

    fn undecided_there(&self, root: &RootModule, stage: Option<&StageSettings>) -> SetBy {
        let there = self.settings.about(&root.path).find(|block| block.undecided.is_some());
        if let Some(there) = there {
            return self.from(Some(("root_module", Some(&there.root_module))), "undecided");
        }
        match stage {
            Some(StageSettings { name, undecided: Some(_), .. }) => self.from(Some(("stage", Some(name))), "undecided"),
            _ => self.from(None, "undecided"),
        }
    }

    fn rules_there(&mut self, about: &str, block: &RootSettings) {
        for rule in &block.rules {
            let enabled = rule.enabled.map(|enabled| format!("enabled = {enabled}"));
            let level = rule.enforcement_level.map(|level| format!("enforcement_level = \"{}\"", level.as_str()));
            let undecided = rule.undecided.map(|undecided| format!("undecided = \"{}\"", word(undecided)));
            let says: Vec<String> = [enabled, level, undecided].into_iter().flatten().collect();
            let value = format!("{{ {} }}", says.join(", "));
            self.add((about, &format!("rule \"{}\"", rule.id)), value, SetBy::Written(rule.at));
        }
    }

    fn waiver(&mut self, waiver: &Waiver) {
        let parts = [
            ("root_module", &waiver.root_module),
            ("workspace", &waiver.workspace),
            ("stage", &waiver.stage),
            ("address", &waiver.address),
            ("owner", &waiver.owner),
        ];
        let mut says: Vec<String> =
            parts.iter().filter_map(|(name, text)| Some(format!("{name} = {}", quoted(text.as_ref()?)))).collect();
        says.extend(waiver.until.map(|day| format!("until = \"{day}\"")));
        says.push(format!("reason = {}", quoted(&waiver.reason)));
        let value = format!("{{ {} }}", says.join(", "));
        self.add((&format!("waiver {}", waiver.check), "waiver"), value, SetBy::Written(waiver.place));
    }
}

fn quoted(text: impl AsRef<str>) -> String {
    format!("\"{}\"", text.as_ref().escape_default())
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(quoted).collect::<Vec<_>>().join(", "))
}

const fn word(undecided: UndecidedPolicy) -> &'static str {
    match undecided {
        UndecidedPolicy::Allow => "allow",
        UndecidedPolicy::Warn => "warn",
        UndecidedPolicy::Fail => "fail",
    }
}

/// The file of settings, where there is one.
fn settings_file(sources: &Sources) -> Option<crate::source::FileId> {
    let path = Path::new(SETTINGS_FILE);
    sources.root().join(path).exists().then(|| sources.read(path).ok()).flatten()
}
