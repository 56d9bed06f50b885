//! Values that are not known: why, whose, and what is known of them anyway.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use ecow::EcoString;

use super::{Type, Value};
use crate::addr::{InstanceAddr, ModulePath, Name};

/// A value that Terraform would not know either before it applies (or that nobody gave).
#[derive(Clone, Debug)]
pub struct Unknown {
    pub ty: Type,
    pub because: Because,
    pub known: Anyway,
}

/// What is known of an unknown value anyway.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub not_null: bool,
    /// Bounds of a number, or of the length of a collection.
    pub range: Option<Range>,
    /// The value it will turn out to have, though Terraform itself cannot know: `id` of a bucket is its name.
    pub alias: Option<Value>,
}

/// [`Known`], which is nothing for most values: then it takes no room.
#[derive(Clone, Debug, Default)]
pub struct Anyway(Option<Box<Known>>);

static NOTHING: Known = Known { not_null: false, range: None, alias: None };

impl From<Known> for Anyway {
    fn from(known: Known) -> Self {
        let is_something = known.not_null || known.range.is_some() || known.alias.is_some();
        Self(is_something.then(|| Box::new(known)))
    }
}

impl Deref for Anyway {
    type Target = Known;

    fn deref(&self) -> &Known {
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl DerefMut for Anyway {
    fn deref_mut(&mut self) -> &mut Known {
        self.0.get_or_insert_default()
    }
}

impl Unknown {
    /// Whether the value cannot turn out to be null: that is known, or it names an instance, or it is a text.
    #[must_use]
    pub fn is_not_null(&self) -> bool {
        self.known.not_null
            || match &self.because {
                Because::Attribute(attribute) => attribute.identity.is_some(),
                Because::Template(_) => true,
                _ => false,
            }
    }
}

/// `low ..= high`; no `high` means unbounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub low: u64,
    pub high: Option<u64>,
}

impl Range {
    /// One value.
    #[must_use]
    pub const fn exactly(value: u64) -> Self {
        Self { low: value, high: Some(value) }
    }

    /// Not known at all.
    pub const ANY: Self = Self { low: 0, high: None };

    /// The values of either range, and those between.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let high = self.high.zip(other.high).map(|(a, b)| a.max(b));
        Self { low: self.low.min(other.low), high }
    }

    /// The values of both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { low: self.low.max(other.low), high }
    }

    /// The sums of a value of each.
    #[must_use]
    pub fn sum(self, other: Self) -> Self {
        let high = self.high.zip(other.high).and_then(|(a, b)| a.checked_add(b));
        Self { low: self.low.saturating_add(other.low), high }
    }
}

/// Why a value is unknown.
#[derive(Clone, Debug)]
pub enum Because {
    /// An attribute of a resource that AWS assigns on apply: the value's identity.
    Attribute(Attribute),
    /// An attribute of a data source, read from the account.
    Data(Attribute),
    /// A variable of a root module without default, to which no value was given.
    Variable { module: ModulePath, name: Name, root: Arc<str> },
    /// An output of a state outside the repository; says which.
    OtherState(EcoString),
    /// An output of a module whose source is not here; says which.
    OpaqueModule(EcoString),
    /// Part of a backend configuration that is given elsewhere.
    PartialBackend(EcoString),
    /// A template with unknown parts; known parts are strings.
    Template(Arc<[Value]>),
    /// A function or operator over arguments of which some are unknown.
    Call(Name, Arc<[Value]>),
    /// Either value, decided by an unknown condition.
    Either(Arc<Choice>),
    /// An attribute or element of another unknown value.
    Part(Value, Step),
    /// `each.key`, `each.value` or `count.index` of a resource whose instances are unknown.
    Expansion(Value),
    /// `terraform.workspace`, and nobody says which one is selected.
    Workspace,
    /// Whether something is there that lies beyond the plan that is judged; says what.
    PartialPlan(EcoString),
    /// Something this version does not evaluate; says what.
    Unsupported(EcoString),
    /// What the account was asked and did not tell; says what, and why.
    Account(EcoString),
    /// An error that has been reported already: stay silent about it downstream.
    Error,
}

#[derive(Clone, Debug)]
pub struct Choice {
    pub condition: Value,
    pub yes: Value,
    pub no: Value,
}

/// An attribute of a resource or data source instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    pub of: Arc<InstanceAddr>,
    /// The attribute; for a nested one, the steps to it. Instances of a type share it.
    pub path: Arc<[Step]>,
    /// Which identity of the instance this is, if any: attributes of one class are equal
    /// (`id` and `bucket` of a bucket), and differ between instances of a type.
    pub identity: Option<IdentityClass>,
}

impl Attribute {
    /// A part of this attribute; a part is no identity.
    #[must_use]
    pub fn at(&self, step: Step) -> Self {
        let path = self.path.iter().cloned().chain([step]).collect();
        Self { of: Arc::clone(&self.of), path, identity: None }
    }
}

/// Attributes that name an instance, kept as data by `schema`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum IdentityClass {
    Id,
    Arn,
    /// Another attribute that is unique by itself (an endpoint, a hosted zone's name servers).
    Other(Name),
}

/// A step into a value.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Step {
    Attr(Name),
    Index(u64),
    Key(EcoString),
    /// Some element, which one is unknown.
    Any,
}
