//! Type conversions, and functions about marks.

use super::{Call, Failure, Outcome};
use crate::value::{self, Kind, Marks, Type, Value};

pub(super) fn tobool(call: &Call<'_, '_>) -> Outcome {
    to(call, &Type::Bool)
}

pub(super) fn tolist(call: &Call<'_, '_>) -> Outcome {
    to(call, &Type::list(Type::Any))
}

pub(super) fn tomap(call: &Call<'_, '_>) -> Outcome {
    to(call, &Type::map(Type::Any))
}

pub(super) fn tonumber(call: &Call<'_, '_>) -> Outcome {
    to(call, &Type::Number)
}

pub(super) fn toset(call: &Call<'_, '_>) -> Outcome {
    to(call, &Type::set(Type::Any))
}

pub(super) fn tostring(call: &Call<'_, '_>) -> Outcome {
    to(call, &Type::String)
}

fn to(call: &Call<'_, '_>, ty: &Type) -> Outcome {
    call.cx.note_open_conversion(call.arg(0), ty);
    value::convert(call.arg(0), ty).map_err(|_| Failure::at(0, impossible(call.arg(0), ty)))
}

/// Terraform shows the text of a primitive that cannot be parsed, and the kinds of types otherwise.
fn impossible(given: &Value, ty: &Type) -> String {
    if given.marks.has(Marks::SENSITIVE) && given.as_str().is_some() {
        return format!("cannot convert this sensitive string to {}", kind_name(ty));
    }
    match (ty, &given.kind) {
        (Type::Bool, Kind::String(text)) => {
            format!("cannot convert \"{text}\" to bool; only the strings \"true\" or \"false\" are allowed")
        }
        (Type::Number, Kind::String(text)) => {
            format!("cannot convert \"{text}\" to number; given string must be a decimal representation of a number")
        }
        (Type::Bool | Type::Number | Type::String, _) => {
            format!("cannot convert {} to {}", friendly(&given.ty()), kind_name(ty))
        }
        _ => format!("cannot convert {} to {} of any single type", friendly(&given.ty()), kind_name(ty)),
    }
}

/// The kind of a type, without what it holds.
fn kind_name(ty: &Type) -> &'static str {
    match ty {
        Type::Any => "dynamic",
        Type::Bool => "bool",
        Type::Number => "number",
        Type::String => "string",
        Type::List(_) => "list",
        Type::Set(_) => "set",
        Type::Map(_) => "map",
        Type::Tuple(_) => "tuple",
        Type::Object(_) => "object",
    }
}

/// A type as messages name it: `list of string`, `tuple`.
pub(super) fn friendly(ty: &Type) -> String {
    match ty {
        Type::List(of) | Type::Set(of) | Type::Map(of) => format!("{} of {}", kind_name(ty), friendly(of)),
        _ => kind_name(ty).to_owned(),
    }
}

/// Only the value's own mark counts, not those of its elements.
pub(super) fn issensitive(call: &Call<'_, '_>) -> Outcome {
    let given = call.arg(0);
    if given.marks.has(Marks::SENSITIVE) {
        return Ok(Value::bool(true));
    }
    Ok(if given.is_known() { Value::bool(false) } else { call.unknown(Type::Bool) })
}

pub(super) fn sensitive(call: &Call<'_, '_>) -> Outcome {
    Ok(call.arg(0).clone().marked(Marks::SENSITIVE))
}

pub(super) fn nonsensitive(call: &Call<'_, '_>) -> Outcome {
    let mut value = call.arg(0).clone();
    value.marks = value.marks.without(Marks::SENSITIVE);
    Ok(value)
}

/// Ephemeral parts become null, wherever they are.
pub(super) fn ephemeralasnull(call: &Call<'_, '_>) -> Outcome {
    Ok(without_ephemeral(call.arg(0)))
}

fn without_ephemeral(value: &Value) -> Value {
    if value.marks.has(Marks::EPHEMERAL) {
        return Value::null(value.ty()).marked(value.marks.without(Marks::EPHEMERAL)).with_origin(value.origin);
    }
    if !value.deep_marks().has(Marks::EPHEMERAL) {
        return value.clone();
    }
    let mut out = value.clone();
    super::shape::for_children(&mut out, |child| *child = without_ephemeral(child));
    out
}
