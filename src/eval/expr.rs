//! Evaluates one expression in a scope.

use std::path::Path;

use super::Context;
use crate::{
    addr::Name,
    source::Place,
    syntax::{ExprId, Tree},
    value::Value,
};

/// A step after the first name of a reference.
#[derive(Clone, Debug)]
pub enum RefStep {
    Attr(Name, Place),
    /// A constant or computed index.
    Index(Value, Place),
}

/// What a name resolved to, and how many of the following steps that used up.
#[derive(Debug)]
pub struct Resolved {
    pub value: Value,
    pub used: usize,
}

/// What names mean where an expression stands.
pub trait Scope {
    /// Resolves `root` followed by `steps`. `at` is the whole reference as written.
    /// Reports its own errors (undeclared names) and then yields [`Value::error`].
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved;

    /// Calls a namespaced function (`core::length`, `infralint::zones`); plain names are Terraform's own.
    /// `None` when there is no such function here.
    fn call(&self, cx: &Context<'_>, name: Name, args: &[Value], at: Place, arg_places: &[Place]) -> Option<Value> {
        let _ = (cx, name, args, at, arg_places);
        None
    }

    /// The directory relative paths of file functions are resolved against.
    fn base(&self) -> &Path;
}

/// Evaluates an expression.
#[must_use]
pub fn evaluate(cx: &Context<'_>, scope: &dyn Scope, tree: &Tree, id: ExprId) -> Value {
    let _ = (cx, scope, tree, id);
    Value::error()
}
