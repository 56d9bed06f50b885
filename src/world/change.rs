//! What a plan does with a resource instance.

use ecow::EcoString;

use crate::value::{Type, Value};

/// What a plan does with an instance.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operation {
    Create,
    Update,
    Delete,
    NoOp,
}

impl Operation {
    /// All of them, in the order they are documented.
    pub const ALL: [Self; 4] = [Self::Create, Self::Update, Self::Delete, Self::NoOp];
    /// Those of a policy that reads only `attrs` and states none.
    pub const USUAL: [Self; 3] = [Self::Create, Self::Update, Self::NoOp];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::NoOp => "no-op",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == word)
    }
}

/// The planned change of an instance.
#[derive(Clone, Debug)]
pub struct Change {
    /// One, or create and delete for an instance that is replaced. None where a plan only reads or forgets it.
    pub operations: Vec<Operation>,
    /// The attributes before; null where there were none.
    pub before: Value,
    /// The attributes whose changes make Terraform replace the instance, as dotted paths; in the plan's order.
    pub forced_by: Vec<EcoString>,
}

impl Change {
    /// Of what a plan does not speak of.
    #[must_use]
    pub fn none() -> Self {
        Self { operations: Vec::new(), before: Value::null(Type::Any), forced_by: Vec::new() }
    }
}
