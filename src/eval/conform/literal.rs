//! Values that are written down whole.

use crate::{
    config::{Expr, Module},
    syntax::{ExprId, ExprKind, ObjectKey, Tree},
    value::{Number, Type, Value, convert},
};

/// The value of an expression without references and calls.
pub(super) fn of(module: &Module, expr: Expr) -> Option<Value> {
    value(module.tree(expr), expr.id, MAX_DEPTH)
}

/// Whether `null` is written there.
pub(super) fn is_null(module: &Module, expr: Expr) -> bool {
    let tree = module.tree(expr);
    matches!(tree.kind(tree.unwrapped(expr.id)), ExprKind::Null)
}

/// How many elements are written there, where it is a list or an object.
pub(super) fn length(module: &Module, expr: Expr) -> Option<usize> {
    let tree = module.tree(expr);
    match tree.kind(tree.unwrapped(expr.id)) {
        ExprKind::Tuple(items) => Some(tree.list(items).len()),
        ExprKind::Object(items) => Some(tree.items(items).len()),
        _ => None,
    }
}

/// More nesting is no literal any more.
const MAX_DEPTH: u32 = 32;

fn value(tree: &Tree, id: ExprId, depth: u32) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    Some(match tree.kind(id) {
        ExprKind::Null => Value::null(Type::Any),
        ExprKind::Bool(value) => Value::bool(value),
        ExprKind::Number(text) => crate::value::Kind::Number(Number::parse(tree.str(text))?).into(),
        ExprKind::String(text) => Value::string(tree.str(text).clone()),
        ExprKind::Paren(inner) => value(tree, inner, depth)?,
        ExprKind::Negate(inner) => {
            let ExprKind::Number(text) = tree.kind(inner) else { return None };
            crate::value::Kind::Number(Number::parse(&format!("-{}", tree.str(text)))?).into()
        }
        ExprKind::Tuple(items) => {
            Value::tuple(tree.list(items).iter().map(|id| value(tree, *id, depth)).collect::<Option<_>>()?)
        }
        ExprKind::Object(items) => {
            let entry = |item: &crate::syntax::ObjectItem| {
                let key = match item.key {
                    ObjectKey::Name(name) => name.as_str().into(),
                    ObjectKey::Expr(key) => match tree.kind(key) {
                        ExprKind::String(text) => tree.str(text).clone(),
                        _ => return None,
                    },
                };
                Some((key, value(tree, item.value, depth)?))
            };
            Value::object(tree.items(items).iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// What is wrong with a value that is written down, for an argument of a type.
pub(super) fn mismatch(value: &Value, name: &str, ty: &Type) -> Option<String> {
    let error = convert(value, ty).err()?;
    let path = super::super::body::path_text(&error.path);
    let of = if path.is_empty() { String::new() } else { format!("attribute \"{}\": ", path.trim_start_matches('.')) };
    Some(format!("Inappropriate value for attribute \"{name}\": {of}{}.", error.message))
}
