//! Instances that may not be there: what is wrong with their values alone may be wrong with nothing.

use std::sync::Arc;

use ecow::EcoString;

use super::node::Root;
use crate::value::{Because, Kind, Mapping, Sequence, Value};

/// Mistakes that depend on values: `subnets[count.index]` is one only if there are so many instances. That a schema has no such
/// attribute is one in any case. Sorted.
const OF_VALUES: [&str; 15] = [
    "Attempt to get attribute from null value",
    "Attempt to index null value",
    "Error in function call",
    "Incorrect attribute value type",
    "Invalid dynamic for_each value",
    "Invalid function argument",
    "Invalid index",
    "Invalid operand",
    "Invalid template interpolation value",
    "Iteration over non-iterable value",
    "Iteration over null value",
    "Missing map element",
    "Null condition",
    "Operation failed",
    "Splat of null value",
];

impl Root<'_> {
    /// Evaluates an instance that exists only if `doubt` turns out so. Mistakes of its values are not reported, and what
    /// they leave is unknown because of that doubt: a placeholder of an error would keep rules silent.
    pub(super) fn perhaps(&self, doubt: Option<&Value>, work: impl FnOnce() -> Value) -> Value {
        let Some(doubt) = doubt.filter(|doubt| !doubt.is_error()) else { return work() };
        let (value, problems) = self.cx.apart(work);
        let all = problems.len();
        let sure: Vec<_> = problems.into_iter().filter(|d| OF_VALUES.binary_search(&&*d.summary).is_err()).collect();
        let forgiven = sure.len() < all;
        self.cx.report_all(sure);
        if forgiven { open(&value, doubt) } else { value }
    }
}

/// The value with its errors replaced by unknowns.
fn open(value: &Value, doubt: &Value) -> Value {
    let items = |items: &[Value]| items.iter().map(|item| open(item, doubt)).collect::<Vec<_>>();
    let mapping = |mapping: &Mapping| {
        let entries: Vec<(EcoString, Value)> =
            mapping.entries.iter().map(|(key, entry)| (key.clone(), open(entry, doubt))).collect();
        Arc::new(Mapping { entries, element: mapping.element.clone(), rest: mapping.rest.clone() })
    };
    let sequence =
        |sequence: &Sequence| Arc::new(Sequence { element: sequence.element.clone(), items: items(&sequence.items) });
    let kind = match &value.kind {
        Kind::Unknown(unknown) if value.is_error() => {
            return Value::unknown(unknown.ty.clone(), Because::Expansion(doubt.clone()))
                .with_origin(value.origin)
                .marked(value.marks);
        }
        Kind::List(of) => Kind::List(sequence(of)),
        Kind::Set(of) => Kind::Set(sequence(of)),
        Kind::Tuple(of) => Kind::Tuple(Arc::new(items(of))),
        Kind::Map(of) => Kind::Map(mapping(of)),
        Kind::Object(of) => Kind::Object(mapping(of)),
        other => other.clone(),
    };
    Value { kind, marks: value.marks, origin: value.origin }
}
