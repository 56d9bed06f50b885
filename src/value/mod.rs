//! Values: known ones of Terraform's types, and unknown ones with an identity and a reason.

mod origin;
mod types;
mod unknown;

use std::{cell::Cell, sync::Arc};

use ecow::EcoString;
use unicode_normalization::UnicodeNormalization;

pub use origin::{Hop, Origin, Origins, What};
pub use types::{Field, Type};
pub use unknown::{Attribute, Because, Choice, IdentityClass, Known, Range, Step, Unknown};

/// A value with its marks and its origin.
#[derive(Clone, Debug)]
pub struct Value {
    pub kind: Kind,
    pub marks: Marks,
    pub origin: Origin,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// Null, of a type (`Any` where nothing is known of it).
    Null(Type),
    Bool(bool),
    Number(Number),
    String(EcoString),
    List(Arc<Sequence>),
    /// Distinct elements in the canonical order.
    Set(Arc<Sequence>),
    Tuple(Arc<Vec<Value>>),
    Map(Arc<Mapping>),
    Object(Arc<Mapping>),
    Unknown(Arc<Unknown>),
}

/// Elements of one type.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    pub element: Type,
    pub items: Vec<Value>,
}

/// Entries sorted by key. `element` is a map's element type, and `Any` for an object.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    pub element: Type,
    pub entries: Vec<(EcoString, Value)>,
    /// Of an object that may have more attributes than its entries: why those are unknown.
    pub rest: Option<Box<Because>>,
}

/// Marks that follow a value through every computation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks(u8);

impl Marks {
    pub const NONE: Self = Self(0);
    pub const SENSITIVE: Self = Self(1);
    pub const EPHEMERAL: Self = Self(2);
    /// Sensitive where it comes from, though Terraform does not know any more: it is not shown, and that is all.
    pub const HIDDEN: Self = Self(4);
    /// What is not to be shown.
    pub const SECRET: Self = Self(1 | 4);

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

mod cause;
mod convert;
mod equal;
mod json;
mod number;
mod quote;
mod range;
mod same;
mod show;
mod show_type;
mod walk;
mod why;

pub use convert::{ConvertError, convert, converted, unify};
pub use equal::{Truth, canonical_order, equals};
pub use json::{
    MINIFIED_POLICY_DOCUMENT, POLICY_DOCUMENT, decode_json, decode_json_tree, encode_json, encode_json_string,
};
pub use number::Number;
pub use show::{show, show_short, show_with_reasons};
pub use show_type::show_type;
pub use why::why;

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        Self { kind, marks: Marks::NONE, origin: Origin::NONE }
    }
}

impl Value {
    #[must_use]
    pub fn null(ty: Type) -> Self {
        Kind::Null(ty).into()
    }

    #[must_use]
    pub fn bool(value: bool) -> Self {
        Kind::Bool(value).into()
    }

    #[must_use]
    pub fn int(value: i64) -> Self {
        Kind::Number(Number::from(value)).into()
    }

    /// A length or an index, as [`Number::counted`].
    #[must_use]
    pub fn counted(value: i64) -> Self {
        Kind::Number(Number::counted(value)).into()
    }

    #[must_use]
    pub fn number(value: Number) -> Self {
        Kind::Number(value).into()
    }

    /// A string; the caller has normalised it to NFC where it comes from outside.
    pub fn string(value: impl Into<EcoString>) -> Self {
        Kind::String(value.into()).into()
    }

    /// A list of elements that are of the element type already.
    #[must_use]
    pub fn list(element: Type, items: Vec<Self>) -> Self {
        Kind::List(Arc::new(Sequence { element, items })).into()
    }

    /// A set; sorts into the canonical order and removes duplicates.
    #[must_use]
    pub fn set(element: Type, mut items: Vec<Self>) -> Self {
        items.sort_by(canonical_order);
        items.dedup_by(|a, b| equals(a, b) == Truth::True);
        Kind::Set(Arc::new(Sequence { element, items })).into()
    }

    #[must_use]
    pub fn tuple(items: Vec<Self>) -> Self {
        Kind::Tuple(Arc::new(items)).into()
    }

    /// A map of values that are of the element type already; of entries with one key the last stays.
    #[must_use]
    pub fn map(element: Type, entries: Vec<(EcoString, Self)>) -> Self {
        Kind::Map(Arc::new(Mapping { element, entries: sorted(entries), rest: None })).into()
    }

    /// An object; of entries with one key the last stays.
    #[must_use]
    pub fn object(entries: Vec<(EcoString, Self)>) -> Self {
        Self::open_object(entries, None)
    }

    /// An object that may have more attributes than these, if there is a reason why they are unknown.
    #[must_use]
    pub fn open_object(entries: Vec<(EcoString, Self)>, rest: Option<Because>) -> Self {
        Kind::Object(Arc::new(Mapping { element: Type::Any, entries: sorted(entries), rest: rest.map(Box::new) }))
            .into()
    }

    /// The same of entries that are in order already, no two with one key.
    #[must_use]
    pub fn ordered_object(entries: Vec<(EcoString, Self)>, rest: Option<Because>) -> Self {
        debug_assert!(is_ordered(&entries), "entries in order");
        Kind::Object(Arc::new(Mapping { element: Type::Any, entries, rest: rest.map(Box::new) })).into()
    }

    #[must_use]
    pub fn unknown(ty: Type, because: Because) -> Self {
        Self::unknown_with(ty, because, Known::default())
    }

    #[must_use]
    pub fn unknown_with(ty: Type, because: Because, known: Known) -> Self {
        Kind::Unknown(Arc::new(Unknown { ty, because, known: known.into() })).into()
    }

    /// What an expression yields whose error has been reported.
    #[must_use]
    pub fn error() -> Self {
        Self::unknown(Type::Any, Because::Error)
    }

    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    #[must_use]
    pub fn marked(mut self, marks: Marks) -> Self {
        self.marks = self.marks.with(marks);
        self
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// Whether the value itself is known; its elements may not be.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self.kind, Kind::Unknown(_))
    }

    /// Why an object may have more attributes than its entries, if it may.
    #[must_use]
    pub fn rest(&self) -> Option<&Because> {
        match &self.kind {
            Kind::Object(mapping) => mapping.rest.as_deref(),
            _ => None,
        }
    }

    /// Whether this is the placeholder of an error that has been reported.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.as_unknown().is_some_and(|u| matches!(u.because, Because::Error))
    }

    #[must_use]
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        match &self.kind {
            Kind::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_str(&self) -> Option<&EcoString> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match &self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The elements of a known list, set or tuple.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::List(sequence) | Kind::Set(sequence) => Some(&sequence.items),
            Kind::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a known map or object, sorted by key.
    #[must_use]
    pub fn entries(&self) -> Option<&[(EcoString, Self)]> {
        match &self.kind {
            Kind::Map(mapping) | Kind::Object(mapping) => Some(&mapping.entries),
            _ => None,
        }
    }

    /// The entry of a map or the attribute of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let entries = self.entries()?;
        if entries.len() <= FEW {
            return entries.iter().find(|(k, _)| k == key).map(|(_, value)| value);
        }
        let hint = slot(entries.len(), key);
        let last = LAST.with(|last| last.get(hint).map_or(0, Cell::get)) as usize;
        if let Some((_, value)) = entries.get(last).filter(|(k, _)| k == key) {
            return Some(value);
        }
        let at = entries.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok()?;
        LAST.with(|last| {
            if let Some(hint) = last.get(hint) {
                hint.set(u16::try_from(at).unwrap_or(0));
            }
        });
        entries.get(at).map(|(_, value)| value)
    }

    /// Everything directly inside.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        let items = self.items().unwrap_or_default();
        let entries = self.entries().unwrap_or_default();
        items.iter().chain(entries.iter().map(|(_, v)| v))
    }
}

/// Entries that are searched one by one.
const FEW: usize = 4;

/// Objects of one shape have a key at the same place: where it was last is looked at first.
const SLOTS: usize = 256;

thread_local! {
    static LAST: [Cell<u16>; SLOTS] = const { [const { Cell::new(0) }; SLOTS] };
}

/// Where the last place of a key in so many entries is kept.
fn slot(entries: usize, key: &str) -> usize {
    let end = key.bytes().next_back().map_or(0, usize::from);
    (entries * 31 + key.len() * 7 + end) % SLOTS
}

/// Sorted by key; of entries with one key the last stays.
fn sorted(mut entries: Vec<(EcoString, Value)>) -> Vec<(EcoString, Value)> {
    if is_ordered(&entries) {
        return entries;
    }
    entries.reverse();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.dedup_by(|a, b| a.0 == b.0);
    entries
}

fn is_ordered(entries: &[(EcoString, Value)]) -> bool {
    entries.is_sorted_by(|a, b| a.0 < b.0)
}

/// A text in Unicode's composed form, as all strings of Terraform are.
#[must_use]
pub fn normalise(text: &str) -> EcoString {
    if text.is_ascii() { text.into() } else { text.nfc().collect() }
}
