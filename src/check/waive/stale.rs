//! What is to be said of waivers that do not count, or accept nothing.

use std::sync::Arc;

use jiff::civil::Date;

use super::Court;
use crate::{
    addr::fits,
    check::{Waiver, settings::unknown_check},
    diag::{Diagnostic, did_you_mean},
};

/// Those still in force on a day, and a warning for each of the others.
pub(super) fn in_force(waivers: Vec<Arc<Waiver>>, today: Date) -> (Vec<Arc<Waiver>>, Vec<Diagnostic>) {
    let (expired, current): (Vec<_>, Vec<_>) =
        waivers.into_iter().partition(|waiver| waiver.until.is_some_and(|until| until < today));
    (current, expired.iter().map(|waiver| expiry(waiver)).collect())
}

fn expiry(waiver: &Waiver) -> Diagnostic {
    let until = waiver.until.map(|day| day.to_string()).unwrap_or_default();
    let owner = waiver.owner.as_ref().map(|owner| format!(" Its owner is {owner}.")).unwrap_or_default();
    let detail = format!(
        "This waiver of \"{}\" ended on {until}, so what it accepted is reported again. Solve it, or decide anew and \
         write a later date.{owner}",
        waiver.check
    );
    Diagnostic::warning("Waiver has expired", detail, waiver.place)
}

impl Court<'_> {
    /// Whether a waiver in a comment is what the settings ask of one; tells what is not.
    pub(super) fn is_proper(&self, waiver: &Waiver, said: &mut Vec<Diagnostic>) -> bool {
        let unknown = unknown_check(waiver, self.known);
        let problem = unknown.or_else(|| self.settings.waiving.objection(waiver));
        let proper = problem.is_none();
        // Nothing is judged by it, so the finding stands, and nothing is less sure than without it.
        said.extend(problem.map(|problem| Diagnostic { level: crate::diag::Level::Warning, ..problem }));
        proper
    }

    /// A warning about a waiver that accepts nothing, where that can be known.
    pub(super) fn unused(&self, waiver: &Waiver) -> Option<Diagnostic> {
        let rules = self.whole?;
        let checks = self.known.iter().flat_map(|rule| rule.checks.iter().map(move |check| (&rule.id, check)));
        let mut meant = checks.filter(|(rule, check)| fits(&waiver.check, &format!("{rule}/{check}")));
        let is_silent = |rule: &str, check: &str| self.silent.iter().any(|id| id.rule == *rule && id.policy == *check);
        if !meant.any(|(rule, check)| rules.contains(rule) && !is_silent(rule, check)) {
            return None;
        }
        let detail = format!("This waiver of \"{}\" accepts nothing: {} Take it away.", waiver.check, self.why(waiver));
        Some(Diagnostic::warning("Unused waiver", detail, waiver.place))
    }

    fn why(&self, waiver: &Waiver) -> String {
        let roots = || self.world.judged().iter();
        if let Some(pattern) = waiver.root_module.as_ref().filter(|p| !roots().any(|root| fits(p, &root.path))) {
            let hint = did_you_mean(pattern, roots().map(|root| &*root.path));
            return format!("there is no root module \"{pattern}\".{hint}");
        }
        match &waiver.within {
            Some(_) => "the check finds nothing in what it stands on, or in what that makes.".to_owned(),
            None => "the check finds nothing where it says.".to_owned(),
        }
    }
}
