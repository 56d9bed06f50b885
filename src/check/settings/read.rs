//! The blocks of the settings, one function each.

use std::sync::Arc;

use jiff::{SignedDuration, civil::Date};

use super::{
    Engine, RuleBlock, Settings, StageSettings, Terraform, Waiver,
    body::{Problems, Reader},
    waiving, workspaces,
};
use crate::{
    diag::Diagnostic,
    policy::{EnforcementLevel, RuleSetting, StageKind, UndecidedPolicy},
    source::Place,
    syntax::{Block, Tree},
};

pub(super) const UNDECIDED: [(&str, UndecidedPolicy); 3] =
    [("allow", UndecidedPolicy::Allow), ("warn", UndecidedPolicy::Warn), ("fail", UndecidedPolicy::Fail)];
const KINDS: [(&str, StageKind); 2] = [("prod", StageKind::Prod), ("nonprod", StageKind::Nonprod)];
const ENGINES: [(&str, Engine); 2] = [("docker", Engine::Docker), ("podman", Engine::Podman)];
pub(super) const ENFORCEMENTS: [(&str, EnforcementLevel); 3] = [
    ("advisory", EnforcementLevel::Advisory),
    ("mandatory", EnforcementLevel::Mandatory),
    ("mandatory_overridable", EnforcementLevel::MandatoryOverridable),
];

const BLOCKS: [&str; 7] = ["stage", "root_module", "rule", "waiver", "waivers", "terraform", "facts"];

/// Validates a parsed file; `diagnostics` are those of parsing.
pub(super) fn settings(tree: &Tree, diagnostics: Vec<Diagnostic>) -> (Settings, Vec<Diagnostic>) {
    let mut problems = Problems(diagnostics);
    let file = Reader { tree, body: &tree.body, whose: "The settings file" };
    file.only(&["undecided"], &BLOCKS, &mut problems);
    let undecided = file.choice("undecided", &UNDECIDED, &mut problems);
    let mut settings = Settings { undecided, ..Settings::default() };
    for block in &tree.body.blocks {
        read_block(file, block, &mut settings, &mut problems);
    }
    report_repeated(tree, &mut problems);
    (settings, problems.0)
}

fn read_block(file: Reader<'_>, block: &Block, settings: &mut Settings, problems: &mut Problems) {
    match block.ty.as_str() {
        "stage" => settings.stages.extend(stage(file, block, problems)),
        "root_module" => {
            let (workspaces, own) = workspaces::read(file, block, problems);
            settings.workspaces.extend(workspaces);
            settings.root_modules.extend(own);
        }
        "rule" => settings.rules.extend(rule(file, block, problems)),
        "waiver" => settings.waivers.extend(waiver(file, block, problems).map(Arc::new)),
        "waivers" => settings.waiving = waiving::read(file, block, problems),
        "terraform" => settings.terraform = terraform(file, block, problems),
        "facts" => settings.facts_max_age = facts(file, block, problems),
        // Reported by `only`.
        _ => {}
    }
}

fn stage(file: Reader<'_>, block: &Block, problems: &mut Problems) -> Option<StageSettings> {
    let (name, _) = label(file, block, "the stage's name", problems)?;
    let reader = file.of(block, "A stage block");
    reader.only(&["kind", "undecided"], &[], problems);
    let kind = reader.choice("kind", &KINDS, problems);
    let undecided = reader.choice("undecided", &UNDECIDED, problems);
    Some(StageSettings { name, kind, undecided })
}

fn rule(file: Reader<'_>, block: &Block, problems: &mut Problems) -> Option<RuleBlock> {
    let (id, id_at) = label(file, block, "the rule's id", problems)?;
    let reader = file.of(block, "A rule block");
    reader.only(&["enabled", "enforcement_level", "undecided", "inputs"], &[], problems);
    let setting = RuleSetting {
        enforcement_level: reader.choice("enforcement_level", &ENFORCEMENTS, problems),
        undecided: reader.choice("undecided", &UNDECIDED, problems),
        inputs: reader.inputs("inputs", problems),
        at: Some(id_at),
    };
    Some(RuleBlock { id, enabled: reader.bool("enabled", problems).unwrap_or(true), setting })
}

fn waiver(file: Reader<'_>, block: &Block, problems: &mut Problems) -> Option<Waiver> {
    let (check, check_at) = label(file, block, "the check, as in \"redis-ha/no-replica\"", problems)?;
    let reader = file.of(block, "A waiver block");
    reader.only(&["root_module", "workspace", "stage", "address", "reason", "until", "owner"], &[], problems);
    let place = file.tree.at(block.header);
    if reader.attribute("reason").is_none() {
        let detail =
            "A waiver needs a \"reason\": whoever meets it later must be able to judge whether it still holds.";
        problems.error("Missing required argument", detail, place);
    }
    Some(Waiver {
        check,
        check_at,
        within: None,
        root_module: reader.string("root_module", problems),
        workspace: reader.string("workspace", problems),
        stage: reader.string("stage", problems),
        address: reader.string("address", problems),
        reason: reader.string("reason", problems)?,
        until: date(reader, "until", problems),
        owner: reader.string("owner", problems),
        place,
    })
}

fn terraform(file: Reader<'_>, block: &Block, problems: &mut Problems) -> Terraform {
    no_label(file, block, problems);
    let reader = file.of(block, "The terraform block");
    reader.only(
        &["engine", "image", "require_container", "receipt_max_age", "environment", "machine_credentials"],
        &[],
        problems,
    );
    Terraform {
        engine: reader.choice("engine", &ENGINES, problems),
        image: reader.string("image", problems),
        require_container: reader.bool("require_container", problems).unwrap_or_default(),
        receipt_max_age: duration(reader, "receipt_max_age", problems),
        environment: reader.strings("environment", problems).into_iter().map(|(name, _)| name).collect(),
        machine_credentials: reader.bool("machine_credentials", problems).unwrap_or_default(),
    }
}

fn facts(file: Reader<'_>, block: &Block, problems: &mut Problems) -> Option<SignedDuration> {
    no_label(file, block, problems);
    let reader = file.of(block, "The facts block");
    reader.only(&["max_age"], &[], problems);
    duration(reader, "max_age", problems)
}

/// Whole minutes, hours or days.
fn duration(reader: Reader<'_>, name: &str, problems: &mut Problems) -> Option<SignedDuration> {
    let attribute = reader.attribute(name)?;
    let text = reader.string(name, problems)?;
    let unit = |unit: char, minutes: i64| {
        let count = text.strip_suffix(unit)?.parse::<u32>().ok().filter(|count| *count > 0)?;
        Some(SignedDuration::from_mins(i64::from(count) * minutes))
    };
    let found = unit('m', 1).or_else(|| unit('h', 60)).or_else(|| unit('d', 24 * 60));
    found.or_else(|| reader.wrong(attribute, "minutes, hours or days, as in \"30m\", \"8h\" or \"2d\"", problems))
}

fn date(reader: Reader<'_>, name: &str, problems: &mut Problems) -> Option<Date> {
    let attribute = reader.attribute(name)?;
    let text = reader.string(name, problems)?;
    let day = text.parse().ok().filter(|_| text.len() == "2027-01-31".len());
    day.or_else(|| reader.wrong(attribute, "a day, as in \"2027-01-31\"", problems))
}

pub(super) fn no_label(file: Reader<'_>, block: &Block, problems: &mut Problems) {
    if let Some(label) = block.labels.first() {
        let detail = format!("A {} block has no labels.", block.ty);
        problems.error("Extraneous label", detail, file.tree.at(label.span));
    }
}

/// The block's one label.
pub(super) fn label(file: Reader<'_>, block: &Block, what: &str, problems: &mut Problems) -> Option<(String, Place)> {
    match &block.labels[..] {
        [only] => Some((only.text.to_string(), file.tree.at(only.span))),
        labels => {
            let detail = format!("A {} block has one label: {what}.", block.ty);
            let summary = if labels.is_empty() { "Missing label" } else { "Extraneous label" };
            problems.error(summary, detail, file.tree.at(block.header));
            None
        }
    }
}

/// A stage, a root module, a rule, or a block there is one of, written twice: neither would be sure to count.
fn report_repeated(tree: &Tree, problems: &mut Problems) {
    let mut seen: Vec<(&str, Option<&str>, &Block)> = Vec::new();
    for block in tree.body.blocks.iter().filter(|block| {
        matches!(block.ty.as_str(), "stage" | "root_module" | "rule" | "waivers" | "terraform" | "facts")
    }) {
        let name = block.labels.first().map(|label| label.text.as_str());
        match seen.iter().find(|(ty, known, _)| *ty == block.ty.as_str() && *known == name) {
            Some((_, _, first)) => problems.0.push(repeated(tree, first, block)),
            None => seen.push((block.ty.as_str(), name, block)),
        }
    }
}

fn repeated(tree: &Tree, first: &Block, again: &Block) -> Diagnostic {
    let name = again.labels.first().map(|label| format!(" \"{}\"", label.text)).unwrap_or_default();
    let detail = format!("The block {}{name} stands here for the second time. Merge it into the first.", again.ty);
    Diagnostic::error("Duplicate block", detail, tree.at(again.header))
        .with_label(tree.at(first.header), "the first one")
}
