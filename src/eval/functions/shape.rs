//! What several functions ask of collections: element types, unknowns inside, children to change.

use std::sync::Arc;

use crate::value::{Kind, Marks, Range, Truth, Type, Value, canonical_order, convert, equals, unify};

/// Changes everything directly inside a value.
pub(super) fn for_children(value: &mut Value, mut change: impl FnMut(&mut Value)) {
    match &mut value.kind {
        Kind::List(sequence) | Kind::Set(sequence) => Arc::make_mut(sequence).items.iter_mut().for_each(change),
        Kind::Tuple(items) => Arc::make_mut(items).iter_mut().for_each(change),
        Kind::Map(mapping) | Kind::Object(mapping) => {
            Arc::make_mut(mapping).entries.iter_mut().for_each(|(_, child)| change(child));
        }
        _ => {}
    }
}

/// Removes the marks of a value and of everything inside it.
pub(super) fn unmark(value: &mut Value) {
    value.marks = Marks::NONE;
    for_children(value, unmark);
}

/// The type of the elements of a collection type; a tuple's or object's unified one, `Any` if there is none.
pub(super) fn element_type(ty: &Type) -> Type {
    match ty {
        Type::List(of) | Type::Set(of) | Type::Map(of) => (**of).clone(),
        Type::Tuple(items) => unify(items).unwrap_or_default(),
        Type::Object(fields) => {
            let types: Vec<_> = fields.iter().map(|f| f.ty.clone()).collect();
            unify(&types).unwrap_or_default()
        }
        _ => Type::Any,
    }
}

/// Converts where that is possible, and leaves the value as it is where not.
pub(super) fn converted(value: &Value, ty: &Type) -> Value {
    convert(value, ty).unwrap_or_else(|_| value.clone())
}

/// How many elements a collection has; a set's unknown elements may turn out equal to others.
pub(super) fn length_range(value: &Value) -> Range {
    match (&value.kind, value.ty()) {
        (Kind::Set(sequence), _) => set_length(&sequence.items),
        (Kind::Unknown(unknown), Type::List(_) | Type::Set(_) | Type::Map(_)) => {
            unknown.known.range.unwrap_or(Range { low: 0, high: None })
        }
        (_, Type::Tuple(types)) => exactly(types.len()),
        (_, Type::Object(fields)) => exactly(fields.len()),
        (Kind::Unknown(_), _) => Range { low: 0, high: None },
        _ => exactly(value.children().count()),
    }
}

fn exactly(n: usize) -> Range {
    let n = u64::try_from(n).unwrap_or(u64::MAX);
    Range { low: n, high: Some(n) }
}

fn set_length(items: &[Value]) -> Range {
    let all = exactly(items.len());
    let distinct = merged(items.iter()).is_some_and(|kept| kept.len() == items.len());
    let known = items.iter().filter(|item| item.is_wholly_known()).count();
    let low = exactly(known.max(usize::from(!items.is_empty()))).low;
    if distinct { all } else { Range { low, high: all.high } }
}

/// Each of so many elements is compared with each other one where some are unknown; more stay undecided.
const MAX_COMPARED: usize = 2_000;

/// Elements without the repetitions of earlier ones; `None` when it is not known which are equal.
pub(super) fn merged<'v>(items: impl Iterator<Item = &'v Value>) -> Option<Vec<Value>> {
    let items: Vec<&Value> = items.collect();
    if items.iter().all(|item| item.is_wholly_known()) {
        return Some(merged_known(&items));
    }
    if items.len() > MAX_COMPARED {
        return None;
    }
    let mut kept: Vec<&Value> = Vec::new();
    for item in items {
        match found(item, &kept) {
            Truth::False => kept.push(item),
            Truth::True => {}
            Truth::Unknown => return None,
        }
    }
    Some(kept.into_iter().cloned().collect())
}

/// Sorted to find repetitions, in the original order to give them.
fn merged_known(items: &[&Value]) -> Vec<Value> {
    let mut order: Vec<(usize, &Value)> = items.iter().copied().enumerate().collect();
    order.sort_by(|a, b| canonical_order(a.1, b.1).then(a.0.cmp(&b.0)));
    let groups = order.chunk_by(|a, b| equals(a.1, b.1) == Truth::True);
    let mut firsts: Vec<(usize, &Value)> = groups.filter_map(|group| group.first().copied()).collect();
    firsts.sort_unstable_by_key(|(at, _)| *at);
    firsts.into_iter().map(|(_, item)| item.clone()).collect()
}

/// Whether an element equal to this one is among these.
pub(super) fn found(wanted: &Value, among: &[&Value]) -> Truth {
    let mut outcome = Truth::False;
    for item in among {
        match equals(wanted, item) {
            Truth::True => return Truth::True,
            Truth::Unknown => outcome = Truth::Unknown,
            Truth::False => {}
        }
    }
    outcome
}
