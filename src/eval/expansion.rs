//! `count` and `for_each`.

use ecow::EcoString;

use super::{Context, expr::Scope};
use crate::{
    addr::{InstanceKey, name},
    config::{Expr, Module},
    source::Place,
    value::{Because, Hop, Kind, Marks, Origin, Range, Type, Value, What, convert},
};

/// What `each` and `count` mean inside one instance.
#[derive(Clone, Debug, Default)]
pub struct Each {
    pub count_index: Option<Value>,
    pub key_value: Option<(Value, Value)>,
}

/// One instance.
#[derive(Clone, Debug)]
pub struct Item {
    pub key: InstanceKey,
    pub each: Each,
    /// Whether it exists depends on this unknown value.
    pub doubt: Option<Value>,
    /// Of an unknown map or set one instance stands for all; those numbered from 1 stand for how many there may be.
    pub repeat: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repetition {
    Once,
    Count,
    ForEach,
}

/// The instances of a resource or module call.
#[derive(Clone, Debug)]
pub struct Expansion {
    pub repetition: Repetition,
    pub items: Vec<Item>,
    /// `count` or `for_each` where it is unknown: there may be more or other instances than `items`.
    pub unknown: Option<Value>,
    /// How many there may be.
    pub range: Range,
    /// Where the number of instances came from.
    pub origin: Origin,
}

/// The arguments that repeat a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arguments<'m> {
    pub(super) module: &'m Module,
    pub(super) count: Option<Expr>,
    pub(super) for_each: Option<Expr>,
    /// Of the block.
    pub(super) header: Place,
}

/// Of a `count` or `for_each` without a known upper bound, so many instances stand for all that may be there.
const MAYBE_INSTANCES: u64 = 4;

/// The instances that a block makes, none where there would be too many.
pub(super) fn expand(cx: &Context<'_>, scope: &dyn Scope, arguments: Arguments<'_>) -> Expansion {
    let expansion = expand_any(cx, scope, arguments);
    if cx.may_make(expansion.items.len(), arguments.header) {
        return expansion;
    }
    Expansion { items: Vec::new(), unknown: Some(Value::error()), range: Range::ANY, ..expansion }
}

fn expand_any(cx: &Context<'_>, scope: &dyn Scope, arguments: Arguments<'_>) -> Expansion {
    let value_of = |expr: Expr, what| {
        let tree = arguments.module.tree(expr);
        let value = super::evaluate(cx, scope, tree, expr.id);
        let at = tree.place(expr.id);
        let hop = Hop { what, at, name: at, next: value.origin };
        (value.with_origin(cx.origins.push(hop)), at)
    };
    match (arguments.count, arguments.for_each) {
        (Some(count), _) => {
            let (value, at) = value_of(count, What::Count);
            counted(cx, &value, at)
        }
        (None, Some(for_each)) => {
            let (value, at) = value_of(for_each, What::ForEach);
            keyed(cx, &value, at)
        }
        (None, None) => Expansion {
            repetition: Repetition::Once,
            items: vec![Item { key: InstanceKey::None, each: Each::default(), doubt: None, repeat: 0 }],
            unknown: None,
            range: Range::exactly(1),
            origin: Origin::NONE,
        },
    }
}

fn counted(cx: &Context<'_>, value: &Value, at: Place) -> Expansion {
    let number = match count_number(value) {
        Ok(number) => number,
        Err((summary, detail)) => {
            cx.error(summary, detail, at);
            Value::error()
        }
    };
    let range = number.number_range().unwrap_or(Range::ANY);
    let unknown = (!number.is_known()).then(|| number.with_origin(value.origin));
    if range.low > cx.limits.instances as u64 {
        let detail = format!("{} instances are more than the limit of {}.", range.low, cx.limits.instances);
        cx.error("Invalid count argument", detail, at);
        return Expansion {
            repetition: Repetition::Count,
            items: Vec::new(),
            unknown: Some(Value::error()),
            range,
            origin: value.origin,
        };
    }
    let shown = range.high.unwrap_or(u64::MAX).min(range.low + MAYBE_INSTANCES);
    let items = (0..shown).map(|i| Item {
        key: InstanceKey::Index(i),
        each: Each { count_index: Some(Value::counted(i64::try_from(i).unwrap_or(i64::MAX))), key_value: None },
        doubt: unknown.clone().filter(|_| i >= range.low),
        repeat: 0,
    });
    Expansion { repetition: Repetition::Count, items: items.collect(), unknown, range, origin: value.origin }
}

const NOT_SUITABLE: &str = "Invalid count argument";
const NOT_A_NUMBER: &str = "Incorrect value type";

fn unsuitable(detail: &str) -> Result<Value, (&'static str, String)> {
    Err((NOT_SUITABLE, detail.to_owned()))
}

/// The count as a number, or summary and detail of what is wrong; unknown ones stay. It may be sensitive.
fn count_number(value: &Value) -> Result<Value, (&'static str, String)> {
    if value.is_error() {
        return Ok(value.clone());
    }
    if value.is_null() {
        return unsuitable("The given \"count\" argument value is null. An integer is required.");
    }
    if value.marks.has(Marks::EPHEMERAL) {
        return unsuitable(
            "The given \"count\" is derived from an ephemeral value, which is not kept from plan to apply.",
        );
    }
    let number = convert(value, &Type::Number)
        .map_err(|e| (NOT_A_NUMBER, format!("Invalid expression value: {}.", e.message)))?;
    match number.as_number() {
        Some(n) if n.is_negative() && !n.is_zero() => {
            unsuitable("The given \"count\" argument value is unsuitable: must be greater than or equal to zero.")
        }
        Some(n) if n.to_i64().is_none() => unsuitable(
            "The given \"count\" argument value is unsuitable: value must be a whole number, between -9223372036854775808 and 9223372036854775807 inclusive.",
        ),
        _ => Ok(number),
    }
}

fn keyed(cx: &Context<'_>, value: &Value, at: Place) -> Expansion {
    let expansion = |items, unknown: Option<Value>, range| Expansion {
        repetition: Repetition::ForEach,
        items,
        unknown,
        range,
        origin: value.origin,
    };
    if value.deep_marks().has(Marks::EPHEMERAL) {
        let detail =
            "The given \"for_each\" value is derived from an ephemeral value, which is not kept from plan to apply.";
        cx.error("Invalid for_each argument", detail, at);
        return expansion(Vec::new(), Some(Value::error()), Range::ANY);
    }
    if value.marks.has(Marks::SENSITIVE) && !value.is_error() {
        cx.error("Invalid for_each argument", SENSITIVE_FOR_EACH, at);
        return expansion(Vec::new(), Some(Value::error()), Range::ANY);
    }
    if let Some(entries) = value.entries() {
        let items: Vec<Item> = entries.iter().map(|(k, v)| item(k, inherit(v, value))).collect();
        let range = Range::exactly(items.len() as u64);
        return expansion(items, None, range);
    }
    match &value.kind {
        Kind::Set(set) => {
            let items: Vec<Item> = set.items.iter().map(|v| set_item(cx, v, at)).collect();
            let unknown = set.items.iter().find(|v| !v.is_known()).cloned();
            let low = if unknown.is_some() { 1 } else { items.len() as u64 };
            let range = Range { low, high: Some(items.len() as u64) };
            expansion(items, unknown, range)
        }
        Kind::Unknown(unknown) if !value.is_error() && may_repeat(&unknown.ty) => {
            let range = value.length_range().unwrap_or(Range::ANY);
            let shown = range.high.unwrap_or(u64::MAX).min(MAYBE_INSTANCES);
            let items = (0..shown as u32).map(|repeat| Item { repeat, ..unknown_item(value) }).collect();
            expansion(items, Some(value.clone()), range)
        }
        _ => {
            if !value.is_error() {
                cx.error("Invalid for_each argument", for_each_detail(value), at);
            }
            expansion(Vec::new(), Some(Value::error()), Range::ANY)
        }
    }
}

const SENSITIVE_FOR_EACH: &str = "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.";

const fn may_repeat(ty: &Type) -> bool {
    matches!(ty, Type::Any | Type::Map(_) | Type::Set(_) | Type::Object(_))
}

fn for_each_detail(value: &Value) -> String {
    if value.is_null() {
        return "The given \"for_each\" argument value is unsuitable: the given \"for_each\" argument value is null. A map, or set of strings is allowed.".to_owned();
    }
    let ty = value.ty().friendly_name();
    format!(
        "The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type {ty}."
    )
}

fn inherit(element: &Value, of: &Value) -> Value {
    let origin = element.origin.or(of.origin);
    element.clone().with_origin(origin)
}

fn item(key: &EcoString, value: Value) -> Item {
    let each = Each { count_index: None, key_value: Some((Value::string(key.clone()), value)) };
    Item { key: InstanceKey::Key(key.clone()), each, doubt: None, repeat: 0 }
}

fn set_item(cx: &Context<'_>, element: &Value, at: Place) -> Item {
    match element.as_str() {
        Some(key) => item(key, element.clone()),
        None => {
            if element.is_known() {
                let ty = element.ty().friendly_name();
                let detail = format!(
                    "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type {ty}."
                );
                cx.error("Invalid for_each set argument", detail, at);
            }
            let each = Each { count_index: None, key_value: Some((element.clone(), element.clone())) };
            Item { key: InstanceKey::Unknown, each, doubt: Some(element.clone()), repeat: 0 }
        }
    }
}

/// The instance that stands for all of an unknown map or set.
fn unknown_item(value: &Value) -> Item {
    let part = |ty| Value::unknown(ty, Because::Expansion(value.clone())).with_origin(value.origin);
    let element = match value.ty() {
        Type::Map(element) | Type::Set(element) => (*element).clone(),
        _ => Type::Any,
    };
    let each = Each { count_index: None, key_value: Some((part(Type::String), part(element))) };
    Item { key: InstanceKey::Unknown, each, doubt: Some(value.clone()), repeat: 0 }
}

impl Expansion {
    /// The item that is evaluated for an item: the first for all that repeat it.
    pub(super) fn evaluated(&self, i: usize) -> usize {
        if self.items.get(i).is_some_and(|item| item.repeat > 0) { 0 } else { i }
    }

    /// The value of the whole: the one instance, a tuple for `count`, an object for `for_each`.
    pub(super) fn assemble(&self, instance: impl Fn(usize) -> Value) -> Value {
        let value = match (self.repetition, &self.unknown) {
            (Repetition::Once, _) if self.items.is_empty() => Value::error(),
            (Repetition::Once, _) => return instance(0),
            (_, Some(unknown)) if unknown.is_error() => Value::error(),
            (_, Some(unknown)) => {
                let known = crate::value::Known { not_null: true, range: Some(self.range), alias: None };
                let members: Vec<Value> =
                    std::iter::once(unknown.clone()).chain((0..self.items.len()).map(instance)).collect();
                Value::unknown_with(Type::Any, Because::Call(name("instances"), members.into()), known)
            }
            (Repetition::Count, None) => Value::tuple((0..self.items.len()).map(instance).collect()),
            (Repetition::ForEach, None) => {
                Value::object((0..self.items.len()).filter_map(|i| self.entry(i, &instance)).collect())
            }
        };
        value.with_origin(self.origin)
    }

    fn entry(&self, i: usize, instance: &impl Fn(usize) -> Value) -> Option<(EcoString, Value)> {
        match &self.items.get(i)?.key {
            InstanceKey::Key(key) => Some((key.clone(), instance(i))),
            _ => None,
        }
    }

    /// The item with a key, as an index of a reference gives it.
    pub(super) fn find(&self, key: &Value) -> Option<usize> {
        let wanted = match (self.repetition, &key.kind) {
            (Repetition::Count, _) => InstanceKey::Index(convert(key, &Type::Number).ok()?.as_number()?.to_u64()?),
            (Repetition::ForEach, _) => InstanceKey::Key(convert(key, &Type::String).ok()?.as_str()?.clone()),
            (Repetition::Once, _) => return None,
        };
        match self.repetition {
            Repetition::Count => match wanted {
                InstanceKey::Index(i) => {
                    usize::try_from(i).ok().filter(|i| self.items.get(*i).is_some_and(|item| item.key == wanted))
                }
                _ => None,
            },
            _ => self
                .items
                .binary_search_by(|item| item.key.cmp(&wanted))
                .ok()
                .or_else(|| self.items.iter().position(|item| item.key == wanted)),
        }
    }
}
