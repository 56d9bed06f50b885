//! Bounds of numbers and of the lengths of collections, known or not.

use super::{Because, Kind, Range, Unknown, Value};

impl Range {
    #[must_use]
    pub const fn exactly(n: u64) -> Self {
        Self { low: n, high: Some(n) }
    }

    /// From 0, without an upper bound.
    pub const ANY: Self = Self { low: 0, high: None };

    /// The smallest range that holds both.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let high = self.high.zip(other.high).map(|(a, b)| a.max(b));
        Self { low: self.low.min(other.low), high }
    }
}

impl Value {
    /// Bounds of a number that is not negative; `None` when nothing is known.
    #[must_use]
    pub fn range(&self) -> Option<Range> {
        match &self.kind {
            Kind::Number(number) => number.to_u64().map(Range::exactly),
            Kind::Unknown(unknown) => unknown.bounds(Self::range),
            _ => None,
        }
    }

    /// Bounds of the number of elements of a collection, tuple or object.
    #[must_use]
    pub fn length_range(&self) -> Option<Range> {
        match &self.kind {
            Kind::Unknown(unknown) => unknown.bounds(Self::length_range),
            Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_) => {
                let length = self.children().count() as u64;
                let distinct = !matches!(self.kind, Kind::Set(_)) || self.is_wholly_known();
                Some(Range { low: if distinct { length } else { length.min(1) }, high: Some(length) })
            }
            _ => None,
        }
    }
}

impl Unknown {
    fn bounds(&self, of: impl Fn(&Value) -> Option<Range>) -> Option<Range> {
        if self.known.range.is_some() {
            return self.known.range;
        }
        match &self.because {
            Because::Either(choice) => Some(of(&choice.yes)?.joined(of(&choice.no)?)),
            _ => None,
        }
    }
}
