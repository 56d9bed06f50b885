//! The order of a set's elements.

use std::cmp::Ordering;

use crate::value::{Because, IdentityClass, Kind, Step, Value, quote::push_quoted};

/// A total order over values: the iteration order of Terraform's sets for known values, then null, then the unknown
/// ones, those with an identity in the order of their addresses.
#[must_use]
pub fn canonical_order(a: &Value, b: &Value) -> Ordering {
    rank(a).cmp(&rank(b)).then_with(|| match (&a.kind, &b.kind) {
        (Kind::Bool(a), Kind::Bool(b)) => a.cmp(b),
        (Kind::Number(a), Kind::Number(b)) => a.cmp(b),
        (Kind::String(a), Kind::String(b)) => a.cmp(b),
        (Kind::Unknown(_), Kind::Unknown(_)) => unknown_order(a, b),
        (Kind::Null(_), Kind::Null(_)) => Ordering::Equal,
        _ => structure_key(a).cmp(&structure_key(b)),
    })
}

/// Values of different ranks are only met in sets this program makes, never in Terraform's.
fn rank(value: &Value) -> u8 {
    match &value.kind {
        Kind::Bool(_) => 0,
        Kind::Number(_) => 1,
        Kind::String(_) => 2,
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_) => 3,
        Kind::Null(_) => 4,
        Kind::Unknown(_) => 5,
    }
}

fn unknown_order(a: &Value, b: &Value) -> Ordering {
    match (identity(a), identity(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        // Those with an identity first; the others stay as they came.
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// Equal for attributes that are equal by their class.
fn identity(value: &Value) -> Option<(String, Option<IdentityClass>, &[Step])> {
    match &value.as_unknown()?.because {
        Because::Attribute(attribute) | Because::Data(attribute) => {
            let path = if attribute.identity.is_some() { &[] } else { &*attribute.path };
            Some((format!("{}/{}", attribute.of.root, attribute.of), attribute.identity, path))
        }
        _ => None,
    }
}

/// How much of a structure decides its place.
const MAX_KEY: usize = 64 << 10;

/// Terraform orders structures in sets by the bytes of a rendering of theirs; this gives the same order.
fn structure_key(value: &Value) -> String {
    let mut key = String::new();
    render(value, &mut key);
    key
}

fn render(value: &Value, key: &mut String) {
    if key.len() > MAX_KEY {
        return;
    }
    match &value.kind {
        Kind::Null(_) => key.push('~'),
        Kind::Unknown(_) => key.push('?'),
        Kind::Bool(value) => key.push(if *value { 'T' } else { 'F' }),
        Kind::Number(number) => key.push_str(&number.to_general(10)),
        Kind::String(text) => push_quoted(text, key),
        Kind::List(sequence) | Kind::Set(sequence) => render_items(&sequence.items, ('[', ']'), key),
        Kind::Tuple(items) => render_items(items, ('<', '>'), key),
        Kind::Object(mapping) => {
            key.push('<');
            for (_, item) in &mapping.entries {
                render(item, key);
                key.push(';');
            }
            key.push('>');
        }
        Kind::Map(mapping) => {
            key.push('{');
            for (name, item) in &mapping.entries {
                push_quoted(name, key);
                key.push(':');
                render(item, key);
                key.push(';');
            }
            key.push('}');
        }
    }
}

fn render_items(items: &[Value], (open, close): (char, char), key: &mut String) {
    key.push(open);
    for item in items {
        render(item, key);
        key.push(';');
    }
    key.push(close);
}
