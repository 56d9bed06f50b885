//! Steps into types: what an attribute access or an index leads to, or what is wrong with it.

use crate::{diag::nearest, value::Type};

/// Why a step leads nowhere.
pub(super) enum Wrong {
    /// Certain: no value of the type has it.
    Missing(String),
    /// The language refuses it.
    Refused(String),
}

/// What an attribute of a value of a type is.
pub(super) fn attribute(ty: &Type, name: &str) -> Result<Type, Wrong> {
    match ty {
        Type::Any => Ok(Type::Any),
        Type::Map(element) => Ok((**element).clone()),
        Type::Object(fields) => match fields.iter().find(|field| field.name == name) {
            Some(field) => Ok(field.ty.clone()),
            None => {
                let hint = nearest(name, fields.iter().map(|field| field.name.as_str()));
                Err(Wrong::Missing(format!("There is no attribute \"{name}\" here.{hint}")))
            }
        },
        Type::List(element) | Type::Set(element) => {
            let has = matches!(&**element, Type::Object(fields) if fields.iter().any(|field| field.name == name));
            let way = match (has, matches!(ty, Type::List(_))) {
                (true, true) => " Blocks are lists: take one by its index, as in [0], or all with [*].",
                (true, false) => " Blocks of this type are a set: go through them with a for expression or [*].",
                (false, _) => "",
            };
            Err(Wrong::Missing(format!("This is {}, which has no attribute \"{name}\".{way}", article(ty))))
        }
        Type::Bool | Type::Number | Type::String | Type::Tuple(_) => {
            Err(Wrong::Missing(format!("This is {}, which has no attribute \"{name}\".", article(ty))))
        }
    }
}

/// What an element of a value of a type is; `key` where it is a literal string.
pub(super) fn index(ty: &Type, key: Option<&str>) -> Result<Type, Wrong> {
    match (ty, key) {
        (Type::List(element) | Type::Map(element), _) => Ok((**element).clone()),
        (Type::Object(_), Some(key)) => attribute(ty, key),
        (Type::Any | Type::Object(_) | Type::Tuple(_), _) => Ok(Type::Any),
        (Type::Set(_), _) => Err(Wrong::Refused(
            "This is a set, whose elements have no index: use a for expression, as in [for x in … : x][0].".to_owned(),
        )),
        (Type::Bool | Type::Number | Type::String, _) => {
            Err(Wrong::Refused(format!("This is {}, which has no elements.", article(ty))))
        }
    }
}

/// What a `for` or a splat goes through.
pub(super) fn element(ty: &Type) -> Type {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => (**element).clone(),
        _ => Type::Any,
    }
}

/// What is in a list of lists, however deep.
pub(super) fn flat(ty: &Type) -> Type {
    match ty {
        Type::List(element) | Type::Set(element) => flat(element),
        Type::Tuple(_) => Type::Any,
        other => other.clone(),
    }
}

fn article(ty: &Type) -> &'static str {
    match ty {
        Type::Any => "a value",
        Type::Bool => "a bool",
        Type::Number => "a number",
        Type::String => "a string",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Tuple(_) => "a tuple",
        Type::Object(_) => "an object",
    }
}

/// What a value is that may be of either type; anything where they differ. Nothing and an empty list say nothing.
pub(super) fn either(a: Type, b: Type) -> Type {
    let says_nothing = |ty: &Type| matches!(ty, Type::Tuple(elements) if elements.is_empty());
    if a == b || says_nothing(&b) {
        a
    } else if says_nothing(&a) {
        b
    } else {
        Type::Any
    }
}
