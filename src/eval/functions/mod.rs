//! The functions of the language: a table of small functions, and the one driver that calls them.

use std::path::Path;

use super::Context;
use crate::{
    addr::Name,
    source::Place,
    value::{Type, Value},
};

/// What a function is called with. Arguments are converted to the parameters' types, checked for
/// null, and known at their top level unless the parameter says otherwise.
#[derive(Debug)]
pub struct Call<'a, 's> {
    pub cx: &'a Context<'s>,
    pub args: &'a [Value],
    /// The directory relative paths of file functions are resolved against, as Terraform does.
    pub base: &'a Path,
    pub at: Place,
}

/// Why a call failed, in Terraform's words.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The argument to blame, if one is.
    pub argument: Option<usize>,
    pub message: String,
}

/// Calls a built-in function by its plain name (`length`, not `core::length`), with arguments as
/// evaluated. Reports its own errors and then yields [`Value::error`]; `None` when there is no such function.
/// `arg_places` are the places of the arguments, in order.
#[must_use]
pub fn call(
    cx: &Context<'_>,
    name: Name,
    args: &[Value],
    base: &Path,
    at: Place,
    arg_places: &[Place],
) -> Option<Value> {
    let _ = (cx, name, args, base, at, arg_places, Type::Any);
    None
}

/// The names of all functions, sorted.
#[must_use]
pub fn names() -> Vec<&'static str> {
    Vec::new()
}
