//! `for` expressions and splats.

use ecow::EcoString;

use super::{
    expr::{Eval, Frame},
    reference,
};
use crate::{
    source::Place,
    syntax::{ExprId, For},
    value::{Because, Kind, Known, Marks, Range, Step, Type, Value, convert},
};

/// Keys and values of a collection in Terraform's order. `None` when it is unknown or an error
/// that has been reported.
pub(super) fn elements(eval: &Eval<'_, '_>, collection: &Value, at: Place) -> Option<Vec<(Value, Value)>> {
    if collection.rest().is_some() {
        return None;
    }
    eval.cx.spend(collection.entries().map_or(0, <[_]>::len) + collection.items().map_or(0, <[_]>::len));
    if let Some(entries) = collection.entries() {
        return Some(entries.iter().map(|(k, v)| (Value::string(k.clone()), inherited(v, collection))).collect());
    }
    if let Some(items) = collection.items() {
        let keyed = items.iter().enumerate().map(|(i, v)| {
            let value = inherited(v, collection);
            let key = if matches!(collection.kind, Kind::Set(_)) { value.clone() } else { Value::counted(i as i64) };
            (key, value)
        });
        return Some(keyed.collect());
    }
    match &collection.kind {
        Kind::Null(_) => {
            eval.cx.error(
                "Iteration over null value",
                "A null value cannot be used as the collection in a 'for' expression.",
                at,
            );
        }
        Kind::Unknown(unknown) if !unknown.ty.is_primitive() => {}
        _ => {
            let ty = collection.ty().friendly_name();
            let detail = format!("A value of type {ty} cannot be used as the collection in a 'for' expression.");
            eval.cx.error("Iteration over non-iterable value", detail, at);
        }
    }
    None
}

/// An element with its collection's marks, and its origin where it has none of its own.
fn inherited(element: &Value, collection: &Value) -> Value {
    let origin = element.origin.or(collection.origin);
    element.clone().with_origin(origin).marked(collection.marks)
}

/// What a `for` has gathered so far.
#[derive(Default)]
struct Gathered {
    results: Vec<(Value, Value)>,
    marks: Marks,
    /// Results whose condition is unknown, and the conditions.
    doubtful: usize,
    doubts: Vec<Value>,
    error: bool,
}

/// `[for …]` and `{for …}`.
pub(super) fn for_expr(eval: &Eval<'_, '_>, of: &For) -> Value {
    let collection = eval.expr(of.collection);
    let elements = elements(eval, &collection, eval.tree.place(of.collection));
    if elements.is_none() && collection.is_known() && collection.rest().is_none() {
        return Value::error();
    }
    let mut marks = collection.marks;
    if let Some(condition) = of.condition.filter(|_| elements.as_ref().is_none_or(Vec::is_empty)) {
        let test = of_any(eval, condition, of);
        if test.is_error() {
            return Value::error();
        }
        marks = marks.with(test.marks);
    }
    let Some(elements) = elements else { return unknown_result(&collection, of).marked(marks) };
    let mut gathered = Gathered { marks, ..Gathered::default() };
    for (key, value) in elements {
        if !eval.cx.may_loop(eval.tree.place(of.result)) {
            return Value::error();
        }
        let frame = Frame { key: of.key.map(|name| (name, key)), value: (of.value, value), outer: eval.frame };
        one_element(&eval.within(&frame), of, &mut gathered);
    }
    if gathered.error {
        return Value::error();
    }
    let origin = collection.origin;
    let marks = gathered.marks;
    let result = match of.result_key {
        Some(key) => object_result(eval, of, key, gathered),
        None => tuple_result(gathered),
    };
    result.with_origin(origin).marked(marks)
}

fn unknown_result(collection: &Value, of: &For) -> Value {
    if !matches!(&collection.as_unknown().map(|u| &u.because), Some(because) if !matches!(because, Because::Error)) {
        return Value::error();
    }
    let range = if of.condition.is_none() && of.result_key.is_none() { collection.length_range() } else { None };
    let because = Because::Call(crate::addr::name("for"), vec![collection.clone()].into());
    let known = Known { not_null: true, range, alias: None };
    Value::unknown_with(Type::Any, because, known).with_origin(collection.origin).marked(collection.marks)
}

fn one_element(eval: &Eval<'_, '_>, of: &For, gathered: &mut Gathered) {
    // Behind an element that may be left out, Terraform does not look at conditions any more.
    let looked_at = |condition| match gathered.doubts.last() {
        None => filter(eval, condition, of),
        Some(doubt) => {
            let (test, errors) = eval.cx.apart(|| filter(eval, condition, of));
            if errors.is_empty() { test } else { doubt.clone() }
        }
    };
    let doubt = match of.condition.map(looked_at) {
        None => None,
        Some(test) => {
            gathered.marks = gathered.marks.with(test.marks);
            match test.kind {
                Kind::Bool(true) => None,
                Kind::Bool(false) => return,
                _ if test.is_error() => {
                    gathered.error = true;
                    return;
                }
                _ => match eval.scope.kept(&test) {
                    Some(false) => return,
                    Some(true) => None,
                    None => Some(test),
                },
            }
        }
    };
    let key = of.result_key.map_or_else(|| Value::null(Type::Any), |key| result_key(eval, key));
    let value = eval.expr(of.result);
    gathered.marks = gathered.marks.with(key.marks);
    gathered.error |= key.is_error();
    if let Some(doubt) = doubt {
        gathered.doubtful += 1;
        gathered.doubts.push(doubt);
    }
    gathered.results.push((key, value));
    // Each time they have doubled, so that counting costs no more than evaluating did.
    let held = || gathered.results.iter().map(|(_, value)| value);
    if gathered.results.len().is_power_of_two() && !eval.cx.bears_all(held()) {
        gathered.error = true;
        let detail = format!("This value is made of more than {} values.", eval.cx.limits.parts);
        eval.cx.once("Value too large", detail, eval.tree.place(of.result));
    }
}

/// What a condition is for any element. Without elements nothing else is told of it.
fn of_any(eval: &Eval<'_, '_>, condition: ExprId, of: &For) -> Value {
    let any = Value::unknown(Type::Any, Because::Call(crate::addr::name("for"), std::sync::Arc::from([])));
    let frame = Frame { key: of.key.map(|name| (name, any.clone())), value: (of.value, any), outer: eval.frame };
    filter(&eval.within(&frame), condition, of)
}

/// Whether a condition is of a wrong type whatever the element is: of others Terraform says so only when it knows them.
fn wrong_for_any(eval: &Eval<'_, '_>, condition: ExprId, of: &For) -> bool {
    let any = || Value::unknown(Type::Any, Because::Call(crate::addr::name("for"), std::sync::Arc::from([])));
    let frame = Frame { key: of.key.map(|name| (name, any())), value: (of.value, any()), outer: eval.frame };
    let (test, errors) = eval.cx.apart(|| eval.within(&frame).expr(condition));
    errors.is_empty() && convert(&test, &Type::Bool).is_err()
}

fn filter(eval: &Eval<'_, '_>, condition: ExprId, of: &For) -> Value {
    let at = eval.tree.place(condition);
    let test = eval.expr(condition);
    if test.is_null() {
        return eval.error("Condition is null", "The value of the 'if' clause must not be null.", at);
    }
    convert(&test, &Type::Bool).unwrap_or_else(|e| {
        if !test.is_known() && !wrong_for_any(eval, condition, of) {
            return test;
        }
        let why = if e.message.contains("bool") { e.message } else { "a bool is required".to_owned() };
        eval.error("Invalid 'for' condition", format!("The 'if' clause value is invalid: {why}."), at)
    })
}

fn result_key(eval: &Eval<'_, '_>, key: ExprId) -> Value {
    let at = eval.tree.place(key);
    let value = eval.expr(key);
    if value.is_null() {
        return eval.error(
            "Invalid object key",
            "Key expression in 'for' expression must not produce a null value.",
            at,
        );
    }
    convert(&value, &Type::String).unwrap_or_else(|e| {
        if !value.is_known() {
            return value;
        }
        eval.error("Invalid object key", format!("The key expression produced an invalid result: {}.", e.message), at)
    })
}

fn tuple_result(gathered: Gathered) -> Value {
    let all = gathered.results.len() as u64;
    let values: Vec<Value> = gathered.results.into_iter().map(|(_, v)| v).collect();
    if gathered.doubts.is_empty() {
        return Value::tuple(values);
    }
    let known = Known {
        not_null: true,
        range: Some(Range { low: all - gathered.doubtful as u64, high: Some(all) }),
        alias: None,
    };
    let because = Because::Call(crate::addr::name("for"), gathered.doubts.into());
    Value::unknown_with(Type::Any, because, known)
}

fn object_result(eval: &Eval<'_, '_>, of: &For, key_expr: ExprId, gathered: Gathered) -> Value {
    let doubtful_key = gathered.results.iter().map(|(k, _)| k).find(|k| k.as_str().is_none()).cloned();
    if !gathered.doubts.is_empty() || doubtful_key.is_some() {
        let reasons: Vec<Value> = gathered.doubts.into_iter().chain(doubtful_key).collect();
        return Value::unknown(Type::Any, Because::Call(crate::addr::name("for"), reasons.into()));
    }
    let mut entries: Vec<(EcoString, Value)> = Vec::with_capacity(gathered.results.len());
    let mut seen = std::collections::HashMap::with_capacity(gathered.results.len());
    let mut groups: Vec<Vec<Value>> = Vec::new();
    for (key, value) in gathered.results {
        let Some(key) = key.as_str().cloned() else { continue };
        match seen.get(&key) {
            None => {
                seen.insert(key.clone(), groups.len());
                groups.push(if of.grouping { vec![value.clone()] } else { Vec::new() });
                entries.push((key, value));
            }
            Some(group) if of.grouping => groups[*group].push(value),
            Some(_) => {
                let detail = format!(
                    "Two different items produced the key \"{key}\" in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key."
                );
                return eval.error("Duplicate object key", detail, eval.tree.place(key_expr));
            }
        }
    }
    if of.grouping {
        let grouped = entries.into_iter().zip(groups).map(|((key, _), group)| (key, Value::tuple(group)));
        return Value::object(grouped.collect());
    }
    Value::object(entries)
}

/// `source[*]…` and `source.*…`.
pub(super) fn splat(eval: &Eval<'_, '_>, source: ExprId, each: ExprId) -> Value {
    let before = eval.cx.reported();
    let whole = eval.expr(source);
    if eval.cx.reported() > before {
        return Value::error();
    }
    let marks = whole.marks;
    let origin = whole.origin;
    if whole.is_error() {
        return whole;
    }
    if whole.is_null() {
        return match whole.ty() {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => eval.error(
                "Splat of null value",
                "Splat expressions (with the * symbol) cannot be applied to null sequences.",
                eval.tree.place(source),
            ),
            _ => Value::tuple(Vec::new()),
        };
    }
    let failed = std::cell::Cell::new(false);
    let step = |element: &Value| {
        let element = inherited(element, &whole);
        let result = Eval { element: Some(&element), ..*eval }.expr(each);
        failed.set(failed.get() || result.is_error());
        result
    };
    let result = match (&whole.kind, whole.items()) {
        (Kind::List(of) | Kind::Set(of), _) if of.items.is_empty() => {
            Value::list(some_result(&step, &of.element, &whole).ty(), Vec::new())
        }
        (_, Some(items)) => splat_items(&whole, items.iter().map(step).collect()),
        (Kind::Unknown(_), _) if reference::parts(&whole).is_some() => {
            Value::tuple(reference::parts(&whole).unwrap_or_default().iter().map(step).collect())
        }
        (Kind::Unknown(unknown), _) if unknown.ty.is_primitive() => Value::tuple(vec![step(&whole)]),
        (Kind::Unknown(unknown), _) if matches!(unknown.ty, Type::Map(_) | Type::Object(_)) => {
            let only = step(&whole);
            if only.is_error() { only } else { Value::tuple(vec![only]) }
        }
        (Kind::Unknown(unknown), _) => {
            let ty = match &unknown.ty {
                Type::List(element) | Type::Set(element) => {
                    let result = some_result(&step, element, &whole);
                    if result.is_error() {
                        return result;
                    }
                    Type::list(result.ty())
                }
                _ => Type::Any,
            };
            let because = Because::Call(crate::addr::name("[*]"), vec![whole.clone()].into());
            let known = Known { not_null: true, range: whole.length_range(), alias: None };
            Value::unknown_with(ty, because, known)
        }
        _ => Value::tuple(vec![step(&whole)]),
    };
    if failed.get() {
        return Value::error();
    }
    result.with_origin(origin).marked(marks)
}

/// What a splat makes of any element of a type: it tells mistakes and the type of the results.
fn some_result(step: &dyn Fn(&Value) -> Value, element: &Type, whole: &Value) -> Value {
    step(&Value::unknown(element.clone(), Because::Part(whole.clone(), Step::Any)))
}

/// A splat over a list or set stays a list where its results have one type; over a tuple it is a tuple.
fn splat_items(whole: &Value, results: Vec<Value>) -> Value {
    let element = results.first().map(Value::ty);
    match (&whole.kind, element) {
        (Kind::List(_) | Kind::Set(_), Some(element)) if results.iter().all(|r| r.ty() == element) => {
            Value::list(element, results)
        }
        (Kind::List(sequence), None) => Value::list(sequence.element.clone(), results),
        _ => Value::tuple(results),
    }
}
