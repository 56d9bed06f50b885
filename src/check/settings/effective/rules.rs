//! Rules as they hold everywhere.

use super::{Gathering, SetBy, quoted, word};
use crate::{
    diag::Diagnostic,
    policy::{self, BoundRule, GivenInput, RuleSet},
    source::Sources,
    value::show_short,
};

impl Gathering<'_> {
    /// Adds what holds for each rule, and tells what is wrong with that.
    pub(super) fn rules(&mut self, sources: &Sources, set: &RuleSet) -> Vec<Diagnostic> {
        let mut resolved = self.settings.for_rules(set.rules.iter().map(|rule| &rule.id), self.request.undecided);
        let (inputs, mut diagnostics) = self.request.inputs.read(sources);
        resolved.inputs.clone_from(&inputs);
        let bound = policy::bind(&set.rules, &resolved, sources);
        diagnostics.extend(bound.diagnostics.into_iter().filter(Diagnostic::is_error));
        let mut before = "";
        for rule in &bound.rules {
            let id = rule.file.id.as_str();
            if id != before {
                self.of_rule(id);
            }
            self.of_file(rule, &inputs);
            before = id;
        }
        diagnostics
    }

    /// What all files of a rule share.
    fn of_rule(&mut self, id: &str) {
        let about = format!("rule {id}");
        let block = Some(("rule", Some(id)));
        let enabled = self.from(block, "enabled");
        self.add((&about, "enabled"), self.settings.is_enabled(id).to_string(), enabled);
        let set = self.settings.rule(id).and_then(|rule| rule.setting.undecided);
        if let (Some(undecided), None) = (set, self.request.undecided) {
            let from = self.from(block, "undecided");
            self.add((&about, "undecided"), quoted(word(undecided)), from);
        }
    }

    fn of_file(&mut self, rule: &BoundRule, given: &[GivenInput]) {
        let (file, id) = (&rule.file, rule.file.id.as_str());
        let about = format!("rule {id}");
        let set = self.written.argument(Some(("rule", Some(id))), "enforcement_level");
        for (policy, level) in file.policies.iter().zip(&rule.levels) {
            let own = policy.level.or(file.level).map(|level| file.tree.place(level));
            let from = set.or(own).map_or(SetBy::Default, SetBy::Written);
            let name = format!("enforcement_level of {}", policy.name);
            self.add((&about, &name), quoted(level.as_str()), from);
        }
        for (name, input) in &file.inputs {
            let value = rule.inputs.get(name).map(show_short).unwrap_or_default();
            let from = self.of_input(id, name.as_str(), given);
            let from = from.unwrap_or_else(|| SetBy::Written(file.place(input.name_at)));
            self.add((&about, &format!("input {name}")), value, from);
        }
    }

    /// Where an input has its value from; nothing where that is its default.
    fn of_input(&self, rule: &str, name: &str, given: &[GivenInput]) -> Option<SetBy> {
        let outside = given.iter().rfind(|given| given.name == name);
        let typed = self.request.inputs.given.iter().any(|(given, _)| given == name);
        if let Some(outside) = outside {
            let untold = if typed { SetBy::Other("--input") } else { SetBy::Other("the environment") };
            return Some(outside.at.map_or(untold, SetBy::Written));
        }
        let own = self.settings.rule(rule)?.setting.inputs.iter().find(|given| given.name == name)?;
        own.at.map(SetBy::Written)
    }
}
