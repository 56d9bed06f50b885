//! Why something is undecided: the unknowns a value hangs on, in the words of the JSON contract.

use super::{Reason, Undecided};
use crate::value::{Attribute, Because, Kind, Step, Unknown, Value};

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
        let (because, mut what) = leaves(&self.value).into_iter().min_by_key(|(reason, _)| *reason)?;
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
        Reason::PartialBackend => format!("Not decided: {what} is given to the backend elsewhere."),
        Reason::UnsupportedExpression => format!("Not decided: {what} is not evaluated here."),
    }
}

/// The unknowns at the bottom of a value, errors aside. `Reason`'s order is that of how easily a person can
/// supply what is missing.
fn leaves(value: &Value) -> Vec<(Reason, String)> {
    let mut found = Vec::new();
    let mut open = vec![value];
    let mut budget = 10_000;
    while let (Some(value), true) = (open.pop(), budget > 0) {
        budget -= 1;
        match &value.kind {
            Kind::Unknown(unknown) => match leaf(unknown) {
                Some(leaf) => found.push(leaf),
                None => open.extend(parts(unknown)),
            },
            _ => open.extend(value.children()),
        }
    }
    found
}

fn leaf(unknown: &Unknown) -> Option<(Reason, String)> {
    Some(match &unknown.because {
        Because::Attribute(attribute) => (Reason::ApplyTime, attribute_text(attribute)),
        Because::Data(attribute) => (Reason::DataSource, attribute_text(attribute)),
        Because::Variable { module, name, .. } if module.is_root() => (Reason::UnsetVariable, format!("var.{name}")),
        Because::Variable { module, name, .. } => (Reason::UnsetVariable, format!("{module}.var.{name}")),
        Because::OtherState(what) => (Reason::OtherState, what.to_string()),
        Because::OpaqueModule(what) => (Reason::OpaqueModule, what.to_string()),
        Because::PartialBackend(what) => (Reason::PartialBackend, what.to_string()),
        Because::Unsupported(what) => (Reason::UnsupportedExpression, what.to_string()),
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

fn attribute_text(attribute: &Attribute) -> String {
    let mut text = attribute.of.to_string();
    for step in &attribute.path {
        match step {
            Step::Attr(name) => text.push_str(&format!(".{name}")),
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(key) => text.push_str(&format!("[\"{key}\"]")),
            Step::Any => text.push_str("[?]"),
        }
    }
    text
}
