//! Equality in three truth values, and the order of set elements.

mod identity;
mod order;
mod template;

use std::sync::Arc;

use ecow::EcoString;

use self::identity::{Place, is_pure, is_single, is_sure};
use super::{Because, Field, Kind, Number, Range, Sequence, Type, Unknown, Value, convert, range::exact_length};
use crate::addr::Name;

pub use order::canonical_order;

/// True, false, or not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    /// Kleene's conjunction.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// This answer, or the other where this one is not known.
    #[must_use]
    fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::Unknown { other() } else { self }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// Whether two values are equal, as Terraform's `==` says for known ones (no conversion), and by
/// identity for unknown ones. Marks do not matter.
#[must_use]
pub fn equals(a: &Value, b: &Value) -> Truth {
    Comparison { pairs: MAX_PAIRS, unfoldings: MAX_UNFOLDINGS }.at(a, b, 0)
}

/// Pairs of values one comparison looks at before it says it does not know: values share their parts, so
/// that a small one may be endless when walked.
const MAX_PAIRS: u32 = 1_000_000;

/// Arms, aliases and parts of unknown values it follows, which is dearer.
const MAX_UNFOLDINGS: u32 = 2_000;

/// How deep it follows them: more than anybody writes, and little enough for the stack.
const MAX_DEPTH: u32 = 128;

struct Comparison {
    pairs: u32,
    unfoldings: u32,
}

/// Whether values, of which one at least is not known, are of different types, as far as that is seen at once. Within
/// structures nothing is converted, so they are not equal then.
fn of_other_types(a: &Value, b: &Value) -> bool {
    let other = |unknown: &Unknown, value: &Value| match (&unknown.ty, &value.kind) {
        (Type::Any, _) => false,
        (ty, Kind::Unknown(other)) => *ty != other.ty && !ty.has_any() && !other.ty.has_any(),
        (ty, Kind::Null(of)) => ty != of && !ty.has_any(),
        (Type::Bool, kind) => !matches!(kind, Kind::Bool(_)),
        (Type::Number, kind) => !matches!(kind, Kind::Number(_)),
        (Type::String, kind) => !matches!(kind, Kind::String(_)),
        (_, kind) => matches!(kind, Kind::Bool(_) | Kind::Number(_) | Kind::String(_)),
    };
    match (a.as_unknown(), b.as_unknown()) {
        (Some(unknown), _) => other(unknown, b),
        (None, Some(unknown)) => other(unknown, a),
        (None, None) => false,
    }
}

/// An unknown value that is compared.
#[derive(Clone, Copy)]
struct Side<'v> {
    value: &'v Value,
    unknown: &'v Arc<Unknown>,
}

impl Comparison {
    fn at(&mut self, a: &Value, b: &Value, depth: u32) -> Truth {
        self.pairs = self.pairs.saturating_sub(1);
        if self.pairs == 0 || depth > MAX_DEPTH {
            return Truth::Unknown;
        }
        if depth > 0 && of_other_types(a, b) {
            return Truth::False;
        }
        match (a.as_unknown(), b.as_unknown()) {
            (Some(x), Some(y)) => {
                self.unknowns(Side { value: a, unknown: x }, Side { value: b, unknown: y }, depth + 1)
            }
            (Some(unknown), None) => self.unknown_and_known(Side { value: a, unknown }, b, depth + 1),
            (None, Some(unknown)) => self.unknown_and_known(Side { value: b, unknown }, a, depth + 1),
            (None, None) => self.known(a, b, depth + 1),
        }
    }

    fn known(&mut self, a: &Value, b: &Value, depth: u32) -> Truth {
        match (&a.kind, &b.kind) {
            // At the top any null is any other; within a structure the types must agree too.
            (Kind::Null(a), Kind::Null(b)) => (depth == 1 || a == b).into(),
            (Kind::Bool(a), Kind::Bool(b)) => (a == b).into(),
            (Kind::Number(a), Kind::Number(b)) => (a == b).into(),
            (Kind::String(a), Kind::String(b)) => (a == b).into(),
            (Kind::Tuple(a), Kind::Tuple(b)) => self.items(a, b, depth),
            (Kind::Object(a), Kind::Object(b)) => self.entries(&a.entries, &b.entries, depth),
            (Kind::List(a), Kind::List(b)) if a.element == b.element => self.items(&a.items, &b.items, depth),
            (Kind::Set(a), Kind::Set(b)) if a.element == b.element => self.sets(a, b, depth),
            (Kind::Map(a), Kind::Map(b)) if a.element == b.element => self.entries(&a.entries, &b.entries, depth),
            _ => Truth::False,
        }
    }

    fn items(&mut self, a: &[Value], b: &[Value], depth: u32) -> Truth {
        if a.len() != b.len() {
            return Truth::False;
        }
        self.all(a.iter().zip(b), depth)
    }

    fn entries(&mut self, a: &[(EcoString, Value)], b: &[(EcoString, Value)], depth: u32) -> Truth {
        if a.len() != b.len() || a.iter().zip(b).any(|((a, _), (b, _))| a != b) {
            return Truth::False;
        }
        self.all(a.iter().zip(b).map(|((_, a), (_, b))| (a, b)), depth)
    }

    fn all<'v>(&mut self, pairs: impl Iterator<Item = (&'v Value, &'v Value)>, depth: u32) -> Truth {
        let mut all = Truth::True;
        for (a, b) in pairs {
            all = all.and(self.at(a, b, depth));
            if all == Truth::False {
                break;
            }
        }
        all
    }

    /// Sets are equal when every element of each is in the other.
    fn sets(&mut self, a: &Sequence, b: &Sequence, depth: u32) -> Truth {
        let in_order = self.items(&a.items, &b.items, depth);
        if in_order == Truth::True {
            return Truth::True;
        }
        if a.items.iter().chain(&b.items).all(|item| self.is_wholly_known(item)) {
            return Truth::False;
        }
        self.contained(a, b, depth).and(self.contained(b, a, depth))
    }

    fn is_wholly_known(&mut self, value: &Value) -> bool {
        self.pairs = self.pairs.saturating_sub(1);
        self.pairs > 0 && value.is_known() && value.children().all(|child| self.is_wholly_known(child))
    }

    fn contained(&mut self, inner: &Sequence, outer: &Sequence, depth: u32) -> Truth {
        let mut all = Truth::True;
        for item in &inner.items {
            all = all.and(self.one_of(item, &outer.items, depth));
            if all == Truth::False {
                break;
            }
        }
        all
    }

    fn one_of(&mut self, item: &Value, others: &[Value], depth: u32) -> Truth {
        let mut found = Truth::False;
        for other in others {
            match self.at(item, other, depth) {
                Truth::True => return Truth::True,
                Truth::Unknown => found = Truth::Unknown,
                Truth::False => {}
            }
        }
        found
    }

    /// Takes one of the unfoldings that are left.
    fn unfold(&mut self) -> bool {
        self.unfoldings = self.unfoldings.saturating_sub(1);
        self.unfoldings > 0
    }

    fn unknown_and_known(&mut self, a: Side<'_>, known: &Value, depth: u32) -> Truth {
        if known.is_null() {
            return if a.unknown.is_not_null() { Truth::False } else { self.by_arms(a, known, depth) };
        }
        if never_of(known, &a.unknown.ty) || out_of_range(a.unknown.known.range, known) {
            return Truth::False;
        }
        self.by_alias(a, known, depth)
            .or_else(|| self.by_template(a.value, known, depth))
            .or_else(|| self.by_arms(a, known, depth))
    }

    fn unknowns(&mut self, a: Side<'_>, b: Side<'_>, depth: u32) -> Truth {
        if matches!(a.unknown.because, Because::Error) || matches!(b.unknown.because, Because::Error) {
            return Truth::Unknown;
        }
        if disjoint(&a.unknown.ty, &b.unknown.ty) {
            // Only two nulls could still be equal.
            return if a.unknown.is_not_null() || b.unknown.is_not_null() { Truth::False } else { Truth::Unknown };
        }
        if apart(a.unknown.known.range, b.unknown.known.range) {
            return Truth::False;
        }
        self.by_reason(a, b, depth)
            .or_else(|| self.by_alias(a, b.value, depth))
            .or_else(|| self.by_alias(b, a.value, depth))
            .or_else(|| self.by_template(a.value, b.value, depth))
            .or_else(|| self.by_common_condition(a.unknown, b.unknown, depth))
            .or_else(|| self.by_arms(a, b.value, depth))
            .or_else(|| self.by_arms(b, a.value, depth))
    }

    fn by_reason(&mut self, a: Side<'_>, b: Side<'_>, depth: u32) -> Truth {
        if Arc::ptr_eq(a.unknown, b.unknown) && is_single(a.value) {
            return Truth::True;
        }
        if let (Some(a), Some(b)) = (Place::of(a.unknown), Place::of(b.unknown)) {
            return a.equals(&b);
        }
        match (&a.unknown.because, &b.unknown.because) {
            (Because::Part(a, step), Because::Part(b, other)) if step == other && is_sure(step) => {
                only_true(self.at(a, b, depth))
            }
            (Because::Call(f, a), Because::Call(g, b)) if f == g && is_pure(*f) => self.calls(*f, a, b, depth),
            _ => Truth::Unknown,
        }
    }

    fn calls(&mut self, function: Name, a: &[Value], b: &[Value], depth: u32) -> Truth {
        if !self.unfold() {
            return Truth::Unknown;
        }
        if function.as_str() == "cidrsubnet" && self.are_siblings(a, b, depth) {
            return Truth::False;
        }
        only_true(self.items(a, b, depth))
    }

    /// Whether these are arguments of `cidrsubnet` for two different parts of one network.
    fn are_siblings(&mut self, a: &[Value], b: &[Value], depth: u32) -> bool {
        let ([prefix, bits, number], [other_prefix, other_bits, other_number]) = (a, b) else { return false };
        self.at(number, other_number, depth) == Truth::False
            && self.at(bits, other_bits, depth) == Truth::True
            && self.at(prefix, other_prefix, depth) == Truth::True
    }

    fn by_alias(&mut self, a: Side<'_>, other: &Value, depth: u32) -> Truth {
        match &a.unknown.known.alias {
            Some(alias) if self.unfold() => self.at(alias, other, depth),
            _ => Truth::Unknown,
        }
    }

    /// Two choices by the same condition: arm by arm.
    fn by_common_condition(&mut self, a: &Unknown, b: &Unknown, depth: u32) -> Truth {
        let (Because::Either(x), Because::Either(y)) = (&a.because, &b.because) else { return Truth::Unknown };
        if !self.unfold() || self.at(&x.condition, &y.condition, depth) != Truth::True {
            return Truth::Unknown;
        }
        let mut arms = |x: &Value, y: &Value| match (convert(x, &a.ty), convert(y, &b.ty)) {
            (Ok(x), Ok(y)) => self.at(&x, &y, depth),
            _ => Truth::Unknown,
        };
        agreed(arms(&x.yes, &y.yes), || arms(&x.no, &y.no))
    }

    /// A choice, when both arms give the same answer.
    fn by_arms(&mut self, a: Side<'_>, other: &Value, depth: u32) -> Truth {
        let Because::Either(choice) = &a.unknown.because else { return Truth::Unknown };
        if !self.unfold() {
            return Truth::Unknown;
        }
        let mut arm =
            |arm: &Value| convert(arm, &a.unknown.ty).map_or(Truth::Unknown, |arm| self.at(&arm, other, depth));
        agreed(arm(&choice.yes), || arm(&choice.no))
    }
}

/// The answer both give; the second is not asked where the first does not know.
fn agreed(first: Truth, second: impl FnOnce() -> Truth) -> Truth {
    if first == Truth::Unknown || first != second() { Truth::Unknown } else { first }
}

/// Equal arguments give equal results; different ones may too.
const fn only_true(answer: Truth) -> Truth {
    match answer {
        Truth::True => Truth::True,
        _ => Truth::Unknown,
    }
}

/// Whether a value is of another type than one that is settled: `tolist([])` is no list of strings.
fn never_of(known: &Value, ty: &Type) -> bool {
    let own = known.ty();
    disjoint(ty, &own) || (own != *ty && !ty.has_any() && known.is_wholly_known())
}

/// Whether no value, null aside, is of both types.
fn disjoint(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Any, _) | (_, Type::Any) => false,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => disjoint(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => a.len() != b.len() || a.iter().zip(b.iter()).any(|(a, b)| disjoint(a, b)),
        (Type::Object(a), Type::Object(b)) => a.len() != b.len() || a.iter().zip(b.iter()).any(fields_disjoint),
        _ => a != b,
    }
}

fn fields_disjoint((a, b): (&Field, &Field)) -> bool {
    a.name != b.name || disjoint(&a.ty, &b.ty)
}

fn out_of_range(range: Option<Range>, known: &Value) -> bool {
    let Some(range) = range else { return false };
    let above = |value: &Number| range.high.is_some_and(|high| *value > Number::from(high));
    match &known.kind {
        Kind::Number(number) => *number < Number::from(range.low) || above(number),
        // A set's unknown elements may turn out to be one.
        Kind::Set(set) => range.low > set.items.len() as u64,
        _ => exact_length(known).is_some_and(|length| apart(Some(range), Some(Range::exactly(length)))),
    }
}

fn apart(a: Option<Range>, b: Option<Range>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    a.high.is_some_and(|high| high < b.low) || b.high.is_some_and(|high| high < a.low)
}

#[cfg(test)]
mod tests;
