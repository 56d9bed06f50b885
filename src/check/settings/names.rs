//! Rules and checks that the settings name, held against those there are.

use super::{Settings, Waiver};
use crate::{
    addr::fits,
    check::RuleChecks,
    diag::{Diagnostic, did_you_mean},
    source::Place,
};

/// An error for every rule or check named that is not there.
pub(in crate::check) fn unknown_names(settings: &Settings, known: &[RuleChecks]) -> Vec<Diagnostic> {
    let of_rules = settings.rules.iter().filter_map(|rule| unknown_rule(&rule.id, rule.setting.at, known));
    let of_waivers = settings.waivers.iter().filter_map(|waiver| unknown_check(waiver, known));
    of_rules.chain(of_waivers).collect()
}

fn unknown_rule(id: &str, at: Option<Place>, known: &[RuleChecks]) -> Option<Diagnostic> {
    if known.iter().any(|rule| rule.id == id) {
        return None;
    }
    let hint = did_you_mean(id, known.iter().map(|rule| &*rule.id));
    Some(Diagnostic::error("Unknown rule", format!("There is no rule named \"{id}\".{hint}"), at?))
}

fn unknown_check(waiver: &Waiver, known: &[RuleChecks]) -> Option<Diagnostic> {
    let all = known.iter().flat_map(|rule| rule.checks.iter().map(|check| format!("{}/{check}", rule.id)));
    let names: Vec<String> = all.collect();
    if names.iter().any(|name| fits(&waiver.check, name)) {
        return None;
    }
    let hint = did_you_mean(&waiver.check, names.iter().map(String::as_str));
    let detail = format!("No check is named \"{}\", so this waiver accepts nothing.{hint}", waiver.check);
    Some(Diagnostic::error("Unknown check", detail, waiver.check_at))
}
