//! Why a type cannot become another, in Terraform's words.

use ecow::EcoString;

use super::{ConvertError, Field, convertible, field, required};
use crate::{
    addr::name,
    value::{Step, Type},
};

/// `None` when the one type is convertible to the other.
pub(super) fn mismatch(from: &Type, to: &Type) -> Option<ConvertError> {
    if convertible(from, to) {
        return None;
    }
    let mut path = Vec::new();
    let message = explain(from, to, &mut path);
    Some(ConvertError { path, message })
}

fn explain(from: &Type, to: &Type, path: &mut Vec<Step>) -> String {
    match (from, to) {
        (Type::Object(from), Type::Object(to)) => explain_object(from, to, path),
        (Type::Tuple(from), Type::List(to)) => explain_elements(from, (to, "list"), path),
        (Type::Tuple(from), Type::Set(to)) => explain_elements(from, (to, "set"), path),
        (Type::Object(from), Type::Map(to)) => explain_values(from, to, path),
        (Type::List(from) | Type::Set(from), Type::List(to)) => explain_element(from, (to, "list"), path),
        (Type::List(from) | Type::Set(from), Type::Set(to)) => explain_element(from, (to, "set"), path),
        (Type::Map(from), Type::Map(to)) => explain_element(from, (to, "map"), path),
        _ => required(to),
    }
}

fn explain_element(from: &Type, (to, kind): (&Type, &str), path: &mut Vec<Step>) -> String {
    path.push(Step::Any);
    format!("incorrect {kind} element type: {}", explain(from, to, path))
}

fn explain_elements(from: &[Type], (to, kind): (&Type, &str), path: &mut Vec<Step>) -> String {
    let bad = from.iter().zip(0_u64..).find(|(from, _)| !convertible(from, to));
    let Some((from, i)) = bad else { return same_type(kind) };
    path.push(Step::Index(i));
    format!("element {i}: {}", explain(from, to, path))
}

fn explain_values(from: &[Field], to: &Type, path: &mut Vec<Step>) -> String {
    let Some(bad) = from.iter().find(|from| !convertible(&from.ty, to)) else { return same_type("map") };
    path.push(Step::Key(bad.name.clone()));
    format!("element \"{}\": {}", bad.name, explain(&bad.ty, to, path))
}

fn same_type(kind: &str) -> String {
    format!("all {kind} elements must have the same type")
}

/// What is missing is told before what is wrong.
fn explain_object(from: &[Field], to: &[Field], path: &mut Vec<Step>) -> String {
    let absent = |to: &&Field| !to.optional && field(from, &to.name).is_none();
    let missing: Vec<&EcoString> = to.iter().filter(absent).map(|to| &to.name).collect();
    if !missing.is_empty() {
        return missing_attributes(&missing);
    }
    let given = to.iter().filter_map(|to| Some((field(from, &to.name)?, to)));
    let Some((from, to)) = given.into_iter().find(|(from, to)| !convertible(&from.ty, &to.ty)) else {
        return required(&Type::object(to.to_vec()));
    };
    path.push(Step::Attr(name(&to.name)));
    format!("attribute \"{}\": {}", to.name, explain(&from.ty, &to.ty, path))
}

fn missing_attributes(missing: &[&EcoString]) -> String {
    match missing {
        [one] => format!("attribute \"{one}\" is required"),
        [one, two] => format!("attributes \"{one}\" and \"{two}\" are required"),
        [most @ .., last] => {
            let most: String = most.iter().map(|name| format!("\"{name}\", ")).collect();
            format!("attributes {most}and \"{last}\" are required")
        }
        [] => "object required".to_owned(),
    }
}
