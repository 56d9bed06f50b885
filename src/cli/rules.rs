//! `infralint rules`.

use std::path::PathBuf;

use super::{
    Failure,
    args::{Format, InputArgs, RuleArgs, RulesArgs, RulesCheckArgs, RulesCommand},
    environment::Environment,
    output,
};
use crate::{
    check::{RuleSources, check_rules, load_rules},
    diag::{Diagnostic, Level},
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

pub(super) fn run(args: &RulesArgs, environment: &Environment) -> Result<u8, Failure> {
    match &args.command {
        Some(RulesCommand::Check(args)) => check(args, environment),
        None => list(args, environment),
    }
}

fn check(args: &RulesCheckArgs, environment: &Environment) -> Result<u8, Failure> {
    let paths: Vec<PathBuf> = args.paths.iter().map(|path| environment.absolute(path)).collect();
    let sources = Sources::new(find_root(paths.first().unwrap_or(&environment.folder)));
    let mut report = check_rules(&sources, &paths);
    report.diagnostics.retain(|d| !args.quiet || d.level != Level::Info);
    let look = Look { color: environment.color, width: environment.width, quiet: args.quiet };
    let text = match args.format {
        Format::Human => report::rules(&sources, &report, look),
        Format::Json => {
            report::rules_json(&sources, &report).map_err(|e| Failure::new(format!("cannot write JSON: {e}")))?
        }
    };
    output::print(&text)?;
    Ok(report.exit_code())
}

/// Lists the rules; those that are wrong are reported instead.
fn list(args: &RulesArgs, environment: &Environment) -> Result<u8, Failure> {
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
