//! Why a value is not known, in a few words for the place where the value would stand.

use super::{Because, Unknown, Value, show_short};

/// Reasons named of one value; of more only how many.
const NAMED: usize = 8;

/// Values named of which it is one.
const ALTERNATIVES: usize = 8;

/// `(known after apply: aws_s3_bucket.logs.arn)`; of several reasons those of one kind together, in the order they come.
/// Where it is one of a few known values, those are told.
#[must_use]
pub fn why(unknown: &Unknown) -> String {
    let causes = unknown.causes();
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for because in causes.iter().take(NAMED) {
        let kind = kind(because);
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, names)) => names.push(because.to_string()),
            None => groups.push((kind, vec![because.to_string()])),
        }
    }
    let mut said: Vec<String> = groups.iter().map(|(kind, names)| format!("{kind}: {}", names.join(", "))).collect();
    if said.is_empty() {
        said.push(format!("unknown: {}", unknown.because));
    }
    if causes.len() > NAMED {
        said.push(format!("and {} more", causes.len() - NAMED));
    }
    if let Some(values) = alternatives(unknown) {
        said.push(format!("one of {}", values.iter().map(show_short).collect::<Vec<_>>().join(", ")));
    }
    format!("({})", said.join("; "))
}

/// The values of which it will be one, where all of them are known and plain.
fn alternatives(unknown: &Unknown) -> Option<Vec<Value>> {
    let mut values: Vec<Value> = Vec::new();
    let mut open = vec![&unknown.because];
    let mut budget = 100_u32;
    while let Some(because) = open.pop() {
        budget = budget.checked_sub(1)?;
        let Because::Either(choice) = because else { return None };
        for arm in [&choice.no, &choice.yes] {
            match arm.as_unknown() {
                Some(inner) => open.push(&inner.because),
                None if !is_plain(arm) || values.len() >= ALTERNATIVES => return None,
                None if !values.iter().any(|value| value.same(arm)) => values.push(arm.clone()),
                None => {}
            }
        }
    }
    values.sort_by(super::canonical_order);
    Some(values)
}

fn is_plain(value: &Value) -> bool {
    value.ty().is_primitive()
}

/// What would have to happen for the value to be known.
const fn kind(because: &Because) -> &'static str {
    match because {
        Because::Attribute(_) => "known after apply",
        Because::Data(_) | Because::Account(_) => "read from the account",
        Because::Variable { .. } => "no value given",
        Because::OtherState(_) => "in another state",
        Because::OpaqueModule(_) => "the module's source is not here",
        Because::PartialBackend(_) => "given to the backend elsewhere",
        Because::PartialPlan(_) => "beyond the plan",
        Because::Workspace => "no workspace selected",
        Because::Unsupported(_) => "not evaluated here",
        Because::Error => "an error that is reported",
        Because::Template(_) | Because::Call(..) | Because::Either(_) | Because::Part(..) | Because::Expansion(_) => {
            "unknown"
        }
    }
}
