//! One attribute read as something else than it is, to see whether a policy's verdict hangs on it.

use std::rc::Rc;

use super::lint::{Read, ReadOf};
use crate::{
    addr::Name,
    value::{Kind, Type, Value},
};

/// Ways to change a value, beside those of the pool; of some values there are fewer.
const WAYS: usize = 6;

/// An attribute that is changed in one of several ways.
#[derive(Debug)]
pub(super) struct Mutant {
    pub(super) read: Read,
    /// The declared type, for what is null or unknown.
    pub(super) ty: Type,
    pub(super) way: usize,
    /// Strings and numbers that the policy or what it is tested with knows.
    pub(super) pool: Rc<[Value]>,
}

impl Mutant {
    pub(super) fn of_judged(&self, attrs: &Value) -> Value {
        if self.read.of == ReadOf::Judged { self.changed(attrs, &self.read.path) } else { attrs.clone() }
    }

    pub(super) fn of_root(&self, root: &Value) -> Value {
        if self.read.of == ReadOf::Root { self.changed(root, &self.read.path) } else { root.clone() }
    }

    pub(super) fn of_found(&self, ty: Name, attrs: &Value) -> Value {
        if self.changes(ty) { self.changed(attrs, &self.read.path) } else { attrs.clone() }
    }

    /// Whether it changes resources of a type that are looked up.
    pub(super) fn changes(&self, ty: Name) -> bool {
        self.read.of == ReadOf::Found(ty)
    }

    /// The value with what is at the path changed, in every element on the way.
    fn changed(&self, value: &Value, path: &[Name]) -> Value {
        let Some((step, rest)) = path.split_first() else {
            return self.another(value).map_or_else(|| value.clone(), |changed| changed.with_origin(value.origin));
        };
        let kind = match &value.kind {
            Kind::Object(_) | Kind::Map(_) => return self.in_entry(value, *step, rest),
            Kind::List(of) => Value::list(of.element.clone(), self.in_items(&of.items, path)).kind,
            Kind::Set(of) => Value::set(of.element.clone(), self.in_items(&of.items, path)).kind,
            Kind::Tuple(items) => Value::tuple(self.in_items(items, path)).kind,
            _ => return value.clone(),
        };
        Value { kind, ..value.clone() }
    }

    fn in_items(&self, items: &[Value], path: &[Name]) -> Vec<Value> {
        items.iter().map(|item| self.changed(item, path)).collect()
    }

    /// What a mock leaves out is added: a plan would have it.
    fn in_entry(&self, value: &Value, step: Name, rest: &[Name]) -> Value {
        let mut entries = value.entries().unwrap_or_default().to_vec();
        match entries.iter_mut().find(|(name, _)| *name == step.as_str()) {
            Some((_, found)) => *found = self.changed(found, rest),
            None if rest.is_empty() => {
                entries.extend(self.another(&Value::null(self.ty.clone())).map(|new| (step.as_str().into(), new)));
            }
            None => {}
        }
        let kind = match &value.kind {
            Kind::Map(of) => Value::map(of.element.clone(), entries).kind,
            _ => Value::object(entries).kind,
        };
        Value { kind, ..value.clone() }
    }

    /// How many ways there are.
    pub(super) fn ways(pool: &[Value]) -> usize {
        WAYS + pool.len()
    }

    /// Another value in place of one.
    fn another(&self, value: &Value) -> Option<Value> {
        if let Some(from_pool) = self.way.checked_sub(WAYS) {
            let other = self.pool.get(from_pool)?;
            let is_unset = matches!(value.kind, Kind::Null(_) | Kind::Unknown(_));
            let ty = if is_unset { self.ty.clone() } else { value.ty() };
            return (other.ty() == ty || ty == Type::Any).then(|| other.clone());
        }
        let others = match &value.kind {
            Kind::Bool(was) => vec![Value::bool(!was), Value::null(Type::Bool)],
            Kind::Number(_) => {
                vec![number(0), number(1), number(2), number(-1), number(1_000_000), Value::null(Type::Number)]
            }
            Kind::String(_) => vec![text("mutant"), text(""), text("*"), Value::null(Type::String)],
            Kind::List(of) => vec![Value::list(of.element.clone(), Vec::new()), twice(value), other_items(value)],
            Kind::Set(of) => {
                vec![Value::set(of.element.clone(), Vec::new()), other_items(value), Value::null(value.ty())]
            }
            Kind::Tuple(_) => vec![Value::tuple(Vec::new()), twice(value), other_items(value)],
            Kind::Map(of) => vec![Value::map(of.element.clone(), Vec::new()), Value::null(value.ty())],
            Kind::Object(_) => vec![Value::object(Vec::new()), Value::null(value.ty())],
            Kind::Null(_) | Kind::Unknown(_) => of_type(&self.ty),
        };
        others.into_iter().nth(self.way)
    }
}

fn number(value: i64) -> Value {
    Value::int(value)
}

fn text(value: &str) -> Value {
    Value::string(value)
}

/// Every element twice.
fn twice(value: &Value) -> Value {
    let items = value.items().unwrap_or_default();
    let both = items.iter().chain(items).cloned().collect();
    match &value.kind {
        Kind::List(of) => Value::list(of.element.clone(), both),
        _ => Value::tuple(both),
    }
}

/// One element that is none of them.
fn other_items(value: &Value) -> Value {
    match &value.kind {
        Kind::List(of) => Value::list(of.element.clone(), vec![text("mutant")]),
        Kind::Set(of) => Value::set(of.element.clone(), vec![text("mutant")]),
        _ => Value::tuple(vec![text("mutant")]),
    }
}

/// Values of a type, in place of what is null or unknown.
fn of_type(ty: &Type) -> Vec<Value> {
    match ty {
        Type::Bool => vec![Value::bool(true), Value::bool(false)],
        Type::Number => vec![number(0), number(1), number(2), number(1_000_000)],
        Type::String => vec![text("mutant"), text("*"), text("")],
        Type::List(element) => {
            vec![Value::list((**element).clone(), vec![text("mutant")]), Value::list((**element).clone(), Vec::new())]
        }
        Type::Set(element) => {
            vec![Value::set((**element).clone(), vec![text("mutant")]), Value::set((**element).clone(), Vec::new())]
        }
        Type::Map(element) => vec![Value::map((**element).clone(), Vec::new())],
        Type::Any => vec![
            Value::bool(true),
            Value::bool(false),
            text("mutant"),
            number(1),
            Value::tuple(Vec::new()),
            Value::tuple(vec![text("mutant")]),
        ],
        Type::Tuple(_) | Type::Object(_) => Vec::new(),
    }
}
