//! The tree under a JSON text that is unknown because something in the tree is.

use ecow::EcoString;

use super::written;
use crate::value::{Because, Kind, Type, Unknown, Value};

/// What gives the JSON text of its one argument. The texts differ in spaces and in the order of keys.
const ENCODERS: [&str; 3] = ["jsonencode", POLICY_DOCUMENT, MINIFIED_POLICY_DOCUMENT];

/// The attributes of an `aws_iam_policy_document` that hold its text.
pub const POLICY_DOCUMENT: &str = "aws_iam_policy_document.json";
pub const MINIFIED_POLICY_DOCUMENT: &str = "aws_iam_policy_document.minified_json";

/// As deep as `jsondecode` reads.
const MAX_DEPTH: usize = 256;

/// Values in one tree: what is written small may be large, since its parts may be shared.
const MAX_PARTS: usize = 100_000;

/// What `jsondecode` will give for an unknown text whose tree is visible: lists are tuples, maps objects. `None` where it is
/// not visible, or too large.
#[must_use]
pub fn decode_json_tree(text: &Value) -> Option<Value> {
    let unknown = text.as_unknown()?;
    let mut left = MAX_PARTS;
    match &unknown.because {
        Because::Call(function, arguments) if ENCODERS.contains(&function.as_str()) => {
            arguments.first().and_then(|tree| decoded(tree, 0, &mut left))
        }
        Because::Template(parts) => written::decoded(parts),
        _ => None,
    }
}

fn decoded(value: &Value, depth: usize, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    if depth > MAX_DEPTH {
        return None;
    }
    let kind = match &value.kind {
        Kind::Null(_) => Kind::Null(Type::Any),
        Kind::Unknown(unknown) => return Some(unknown_leaf(value, unknown)),
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => value.kind.clone(),
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => {
            let items = value.items()?.iter().map(|item| decoded(item, depth + 1, left));
            Value::tuple(items.collect::<Option<_>>()?).kind
        }
        Kind::Map(mapping) | Kind::Object(mapping) => {
            let mut entry = |(key, value): &(EcoString, Value)| Some((key.clone(), decoded(value, depth + 1, left)?));
            let entries = mapping.entries.iter().map(&mut entry).collect::<Option<_>>()?;
            Value::open_object(entries, mapping.rest.as_deref().cloned()).kind
        }
    };
    Some(Value { kind, ..value.clone() })
}

/// Decoded, a list is a tuple, of which the types of the elements are not known before they are.
fn unknown_leaf(value: &Value, unknown: &Unknown) -> Value {
    if unknown.ty.is_primitive() {
        return value.clone();
    }
    let leaf = Value::unknown_with(Type::Any, unknown.because.clone(), (*unknown.known).clone());
    Value { kind: leaf.kind, ..value.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{addr::name, value::show};

    fn text(function: &str, tree: Value) -> Value {
        Value::unknown(Type::String, Because::Call(name(function), vec![tree].into()))
    }

    fn unknown(ty: Type) -> Value {
        Value::unknown(ty, Because::OtherState("x".into()))
    }

    #[test]
    fn the_tree_has_the_types_that_jsondecode_gives() {
        let list = Value::list(Type::String, vec![Value::string("a"), unknown(Type::String)]);
        let map = Value::map(Type::Any, vec![("l".into(), list), ("n".into(), Value::null(Type::Number))]);
        let tree = decode_json_tree(&text("jsonencode", map)).expect("a tree");
        assert!(matches!(tree.kind, Kind::Object(_)), "{}", show(&tree));
        assert!(matches!(tree.get("l").expect("l").kind, Kind::Tuple(_)));
        assert!(matches!(tree.get("n").expect("n").kind, Kind::Null(Type::Any)));
        let of_list = decode_json_tree(&text("jsonencode", unknown(Type::list(Type::String)))).expect("a tree");
        assert_eq!(of_list.ty(), Type::Any);
    }

    #[test]
    fn other_unknown_texts_show_nothing() {
        assert!(decode_json_tree(&text("yamlencode", Value::tuple(Vec::new()))).is_none());
        assert!(decode_json_tree(&unknown(Type::String)).is_none());
        assert!(decode_json_tree(&Value::string("{}")).is_none());
    }

    #[test]
    fn a_tree_without_end_is_not_walked() {
        let mut value = unknown(Type::String);
        for _ in 0..60 {
            value = Value::tuple(vec![value.clone(), value]);
        }
        assert!(decode_json_tree(&text("jsonencode", value)).is_none());
    }
}
