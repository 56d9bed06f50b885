//! `infralint rules`.

use super::{
    Failure,
    args::{InputArgs, RuleArgs, RulesArgs},
    environment::Environment,
    output,
};
use crate::{
    check::{RuleSources, load_rules},
    diag::Diagnostic,
    policy::{self, BoundRule, InputSources, RuleSettings},
    report::{self, Look},
    source::{Sources, find_root},
};

impl RuleArgs {
    pub(super) fn sources(&self, environment: &Environment) -> RuleSources {
        let folders = self.folders.iter().map(|folder| environment.absolute(folder)).collect();
        RuleSources { shipped: !self.no_default_rules, folders }
    }
}

impl InputArgs {
    pub(super) fn sources(&self, environment: &Environment) -> InputSources {
        InputSources {
            files: self.input_file.iter().map(|file| environment.absolute(file)).collect(),
            environment: environment.inputs.clone(),
            given: self.input.clone(),
        }
    }
}

/// Lists the rules; those that are wrong are reported instead.
pub(super) fn run(args: &RulesArgs, environment: &Environment) -> Result<u8, Failure> {
    let sources = Sources::new(find_root(&environment.folder));
    let set = load_rules(&sources, &args.rules.sources(environment));
    let bound = policy::bind(&set.rules, &RuleSettings::default(), &sources);
    let look = Look { color: environment.color, width: environment.width, quiet: false };
    let wrong: Vec<Diagnostic> = set.diagnostics.iter().chain(&bound.diagnostics).cloned().collect();
    output::print(&(listed(&bound.rules) + &report::diagnostics(&sources, &wrong, look)))?;
    Ok(if wrong.iter().any(Diagnostic::is_error) { super::COULD_NOT } else { 0 })
}

/// One row a check: what it is called, how bad what it finds is, and what that is.
struct Row {
    check: String,
    severity: &'static str,
    title: String,
}

fn listed(rules: &[BoundRule]) -> String {
    let rows: Vec<Row> = rules.iter().flat_map(rows).collect();
    let widest = rows.iter().map(|row| row.check.chars().count()).max().unwrap_or(0);
    let line =
        |row: &Row| format!("{:widest$}  {:8}  {}", row.check, row.severity, row.title).trim_end().to_owned() + "\n";
    rows.iter().map(line).collect()
}

fn rows(rule: &BoundRule) -> impl Iterator<Item = Row> {
    rule.file.policies.iter().zip(&rule.levels).map(|(policy, level)| {
        let about = rule.file.metadata.about(policy);
        let severity = about.severity.unwrap_or(level.usual_severity()).as_str();
        Row { check: format!("{}/{}", rule.file.id, policy.name), severity, title: about.title.unwrap_or_default() }
    })
}
