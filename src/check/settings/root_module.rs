//! `root_module "path" { undecided = …, rule "id" { … } }`: what holds in some root modules and not in all.

use super::{
    Settings,
    body::{Problems, Reader},
    read::{ENFORCEMENTS, UNDECIDED, label},
};
use crate::{
    addr::fits,
    policy::{BoundRule, EnforcementLevel, UndecidedPolicy},
    source::Place,
    syntax::Block,
};

/// What a block says of the root modules that fit its pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RootSettings {
    /// A pattern of paths, in which `*` stands for any characters.
    pub root_module: String,
    pub undecided: Option<UndecidedPolicy>,
    pub rules: Vec<RuleThere>,
}

/// A rule as it holds there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleThere {
    pub id: String,
    /// The label.
    pub at: Place,
    pub enabled: Option<bool>,
    pub enforcement_level: Option<EnforcementLevel>,
    pub undecided: Option<UndecidedPolicy>,
}

pub(super) fn read(reader: Reader<'_>, path: &str, problems: &mut Problems) -> RootSettings {
    let undecided = reader.choice("undecided", &UNDECIDED, problems);
    let mut rules: Vec<RuleThere> = Vec::new();
    for block in reader.body.blocks.iter().filter(|block| block.ty == "rule") {
        let Some(rule) = rule(reader, block, problems) else { continue };
        match rules.iter().find(|known| known.id == rule.id) {
            Some(_) => {
                let detail = format!("The rule \"{}\" is named here for the second time.", rule.id);
                problems.error("Duplicate block", detail, rule.at);
            }
            None => rules.push(rule),
        }
    }
    RootSettings { root_module: path.to_owned(), undecided, rules }
}

fn rule(file: Reader<'_>, block: &Block, problems: &mut Problems) -> Option<RuleThere> {
    let (id, at) = label(file, block, "the rule's id", problems)?;
    let reader = file.of(block, "A rule block in a root_module block");
    reader.only(&["enabled", "enforcement_level", "undecided"], &[], problems);
    Some(RuleThere {
        id,
        at,
        enabled: reader.bool("enabled", problems),
        enforcement_level: reader.choice("enforcement_level", &ENFORCEMENTS, problems),
        undecided: reader.choice("undecided", &UNDECIDED, problems),
    })
}

impl Settings {
    /// The blocks about a root module, in the order they are written: of each setting the first one counts.
    pub(super) fn about<'s, 'r>(
        &'s self,
        root_module: &'r str,
    ) -> impl Iterator<Item = &'s RootSettings> + use<'s, 'r> {
        self.root_modules.iter().filter(move |block| fits(&block.root_module, root_module))
    }

    /// Whether rules hold in a root module as they do everywhere.
    pub(in crate::check) fn is_usual(&self, root_module: &str) -> bool {
        self.about(root_module).all(|block| block.rules.is_empty())
    }

    /// A rule as it holds in a root module; nothing where it does not. What the command line says of undecided ones counts
    /// more.
    pub(in crate::check) fn rule_there(
        &self,
        root_module: &str,
        rule: &BoundRule,
        undecided: Option<UndecidedPolicy>,
    ) -> Option<BoundRule> {
        let there = || self.about(root_module).flat_map(|block| &block.rules).filter(|there| there.id == *rule.file.id);
        if there().find_map(|there| there.enabled) == Some(false) {
            return None;
        }
        let mut own = rule.clone();
        if let Some(level) = there().find_map(|there| there.enforcement_level) {
            own.levels.fill(level);
        }
        own.undecided = undecided.or_else(|| there().find_map(|there| there.undecided)).or(own.undecided);
        Some(own)
    }
}
