//! Why something is undecided: the unknowns a value hangs on, in the words of the JSON contract.

use super::{Reason, Undecided};
use crate::value::{Because, Unknown, Value};

/// What a verdict hangs on.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    /// An unknown value, or a collection with unknown elements.
    pub value: Value,
    /// The object whose part in the verdict is in doubt, where it is not the judged one.
    pub candidate: Option<String>,
}

impl Cause {
    pub(super) fn of(value: &Value) -> Self {
        Self { value: value.clone(), candidate: None }
    }

    /// As it is reported. `None` when it hangs only on errors that have been reported already.
    pub(super) fn undecided(&self) -> Option<Undecided> {
        let easiest = leaves(&self.value).into_iter().min_by_key(|(reason, _)| ease(*reason));
        let (because, mut what) = easiest.or_else(|| groundless(&self.value))?;
        if let Some(candidate) = &self.candidate {
            what = format!("{what} (whether {candidate} counts)");
        }
        Some(Undecided { because, what, decided_by: because.decided_by().to_owned() })
    }
}

/// The sentence about an undecided verdict.
pub(super) fn sentence(undecided: &Undecided) -> String {
    let what = &undecided.what;
    match undecided.because {
        Reason::UnsetVariable => format!("Not decided: no value is given to {what}."),
        Reason::ApplyTime => format!("Not decided: {what} is known only after the apply."),
        Reason::DataSource => format!("Not decided: {what} is read from the account."),
        Reason::OtherState => format!("Not decided: {what} stands in a state outside the repository."),
        Reason::OpaqueModule => format!("Not decided: {what} comes from a module whose source is not here."),
        Reason::Workspace => format!("Not decided: {what} is not known, the name of the workspace that is selected."),
        Reason::PartialPlan => {
            format!("Not decided: the plan is about a part of the root module only, and {what} is no part of it.")
        }
        Reason::PartialBackend => format!("Not decided: the backend is not wholly known ({what})."),
        Reason::UnsupportedExpression => format!("Not decided: {what} is not evaluated here."),
    }
}

/// How easily a person can supply what is missing; the easiest is named.
const fn ease(reason: Reason) -> u8 {
    match reason {
        Reason::UnsetVariable => 0,
        Reason::Workspace => 1,
        Reason::PartialBackend | Reason::PartialPlan => 2,
        Reason::OtherState => 3,
        Reason::OpaqueModule => 4,
        Reason::DataSource => 5,
        Reason::UnsupportedExpression => 6,
        Reason::ApplyTime => 7,
    }
}

/// The reasons at the bottom of a value, errors aside.
fn leaves(value: &Value) -> Vec<(Reason, String)> {
    let unknowns = value.deep_unknowns();
    let causes = unknowns.into_iter().flat_map(Unknown::causes);
    causes.filter_map(|because| Some((reason(because)?, because.to_string()))).collect()
}

/// What is unknown without a reason at its bottom; nothing where an error is, which has been reported.
fn groundless(value: &Value) -> Option<(Reason, String)> {
    let unknowns = value.deep_unknowns();
    let reported = |unknown: &&Unknown| unknown.causes().iter().any(|because| matches!(because, Because::Error));
    if unknowns.iter().any(reported) {
        return None;
    }
    let first = unknowns.first()?;
    Some((Reason::UnsupportedExpression, first.because.to_string()))
}

const fn reason(because: &Because) -> Option<Reason> {
    Some(match because {
        Because::Attribute(_) => Reason::ApplyTime,
        Because::Data(_) | Because::Account(_) => Reason::DataSource,
        Because::Variable { .. } => Reason::UnsetVariable,
        Because::OtherState(_) => Reason::OtherState,
        Because::OpaqueModule(_) => Reason::OpaqueModule,
        Because::PartialBackend(_) => Reason::PartialBackend,
        Because::PartialPlan(_) => Reason::PartialPlan,
        Because::Workspace => Reason::Workspace,
        Because::Unsupported(_) => Reason::UnsupportedExpression,
        Because::Template(_)
        | Because::Call(..)
        | Because::Either(_)
        | Because::Part(..)
        | Because::Expansion(_)
        | Because::Error => return None,
    })
}

/// The values an unknown one was computed from.
pub(super) fn parts(unknown: &Unknown) -> Vec<&Value> {
    match &unknown.because {
        Because::Template(parts) => parts.iter().collect(),
        Because::Call(_, args) => args.iter().collect(),
        Because::Either(choice) => vec![&choice.condition, &choice.yes, &choice.no],
        Because::Part(of, _) | Because::Expansion(of) => vec![of],
        _ => Vec::new(),
    }
}
