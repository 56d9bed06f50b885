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
    let there = settings.root_modules.iter().flat_map(|block| &block.rules);
    let of_rules = of_rules.chain(there.filter_map(|rule| unknown_rule(&rule.id, Some(rule.at), known)));
    let of_waivers = settings.waivers.iter().filter_map(|waiver| unknown_check(waiver, known));
    let improper = settings.waivers.iter().filter_map(|waiver| settings.waiving.objection(waiver));
    let unwaivable = settings.waiving.unwaivable.iter();
    let of_unwaivable = unwaivable.filter_map(|(check, at)| no_such_check((check, *at), "it forbids nothing", known));
    of_rules.chain(of_waivers).chain(improper).chain(of_unwaivable).collect()
}

fn unknown_rule(id: &str, at: Option<Place>, known: &[RuleChecks]) -> Option<Diagnostic> {
    if known.iter().any(|rule| rule.id == id) {
        return None;
    }
    let hint = did_you_mean(id, known.iter().map(|rule| &*rule.id));
    Some(Diagnostic::error("Unknown rule", format!("There is no rule named \"{id}\".{hint}"), at?))
}

/// An error where a waiver names no check there is.
pub(in crate::check) fn unknown_check(waiver: &Waiver, known: &[RuleChecks]) -> Option<Diagnostic> {
    no_such_check((&waiver.check, waiver.check_at), "this waiver accepts nothing", known)
}

fn no_such_check((check, at): (&str, Place), so: &str, known: &[RuleChecks]) -> Option<Diagnostic> {
    let all = known.iter().flat_map(|rule| rule.checks.iter().map(|check| format!("{}/{check}", rule.id)));
    let names: Vec<String> = all.collect();
    if names.iter().any(|name| fits(check, name)) {
        return None;
    }
    let is_rule = known.iter().any(|rule| rule.id == check);
    let of_rule = || format!(" Every check of the rule is meant by \"{check}/*\".");
    let hint = if is_rule { of_rule() } else { did_you_mean(check, names.iter().map(String::as_str)) };
    let detail = format!("No check is named \"{check}\", so {so}.{hint}");
    Some(Diagnostic::error("Unknown check", detail, at))
}
