//! Functions that ask one collection something, or give a part of it.

use unicode_segmentation::UnicodeSegmentation;

use super::{
    Call, Failure, Outcome,
    convert::friendly,
    numeric::{self, whole},
    shape::{converted, element_type, found, length_range, merged},
};
use crate::eval::{RefStep, candidates, reference, take};
use crate::value::{Because, Kind, Known, Number, Range, Step, Truth, Type, Value, convert, equals};

/// Characters of a string, elements of anything else. A tuple's length is known with its type.
pub(super) fn length(call: &Call<'_, '_>) -> Outcome {
    let value = call.arg(0);
    match value.ty() {
        Type::Bool | Type::Number => {
            return Err(Failure::new("argument must be a string, a collection type, or a structural type"));
        }
        Type::String => {
            return Ok(value.as_str().map_or_else(|| call.unknown(Type::Number), |text| characters(text)));
        }
        Type::Any => return Ok(call.unknown(Type::Number)),
        _ => {}
    }
    let range = length_range(value);
    if range.high == Some(range.low) {
        return Ok(numeric::count(range.low));
    }
    Ok(call.unknown_with(Type::Number, Known { not_null: true, range: Some(range), alias: None }))
}

fn characters(text: &str) -> Value {
    let count = if text.is_ascii() && !text.contains('\r') { text.len() } else { text.graphemes(true).count() };
    numeric::count(u64::try_from(count).unwrap_or(u64::MAX))
}

pub(super) fn element_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    match call.arg(0).ty() {
        Type::Any => Ok(Type::Any),
        ty @ (Type::List(_) | Type::Tuple(_)) => Ok(element_type(&ty)),
        other => Err(Failure::new(format!("cannot read elements from {}", friendly(&other)))),
    }
}

/// The index wraps round at the end, that of a list also at the beginning: of an unknown list only where it is
/// certainly as long.
pub(super) fn element(call: &Call<'_, '_>) -> Outcome {
    let ty = element_of(call)?;
    let index = whole(call, 1).map_err(|f| Failure::new(format!("invalid index: {}", f.message)));
    if !call.arg(0).is_known() {
        let index = match index {
            // Which of the types of a tuple is meant is asked before it is known.
            Err(failure) if matches!(call.arg(0).ty(), Type::Tuple(_)) => return Err(failure),
            Err(_) => return Ok(call.unknown_with(ty, Known::default())),
            Ok(index) => index,
        };
        let (index, ty) = match call.arg(0).ty() {
            Type::Tuple(_) if index < 0 => {
                return Err(Failure::new("cannot use element function with a negative index"));
            }
            Type::Tuple(types) => {
                let at = usize::try_from(index).ok().and_then(|at| at.checked_rem(types.len()));
                let ty = at.and_then(|at| types.get(at)).cloned().unwrap_or_default();
                (at.and_then(|at| i64::try_from(at).ok()).unwrap_or(index), ty)
            }
            _ => (index, ty),
        };
        let low = call.arg(0).length_range().map_or(0, |range| range.low);
        let within = u64::try_from(index).ok().filter(|index| *index < low);
        let taken = within.and_then(|_| take(call.arg(0), &RefStep::Index(Value::int(index), call.at)).ok());
        return Ok(taken.unwrap_or_else(|| call.unknown_with(ty, Known::default())));
    }
    let (index, items) = (index?, call.items(0));
    if index < 0 && !matches!(call.arg(0).kind, Kind::List(_)) {
        return Err(Failure::new("cannot use element function with a negative index"));
    }
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let at = index.checked_rem_euclid(length).and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| items.get(at))
        .cloned()
        .ok_or_else(|| Failure::new("cannot use element function with an empty list"))
}

/// A sure hit wins over elements that are not known.
pub(super) fn contains(call: &Call<'_, '_>) -> Outcome {
    if !matches!(call.arg(0).kind, Kind::List(_) | Kind::Tuple(_) | Kind::Set(_)) {
        let failure = Failure::new("argument must be list, tuple, or set");
        return once_known(call, Type::Bool, failure);
    }
    let mut undecided = false;
    for item in call.items(0) {
        match equals(item, call.arg(1)) {
            Truth::True => return Ok(Value::bool(true)),
            Truth::Unknown => undecided = true,
            Truth::False => {}
        }
    }
    Ok(if undecided { call.unknown(Type::Bool) } else { Value::bool(false) })
}

/// A mistake in the first argument that Terraform sees when it knows what to look for.
fn once_known(call: &Call<'_, '_>, ty: Type, failure: Failure) -> Outcome {
    if call.arg(1).is_known() { Err(failure) } else { Ok(call.unknown(ty)) }
}

pub(super) fn index(call: &Call<'_, '_>) -> Outcome {
    if !matches!(call.arg(0).kind, Kind::List(_) | Kind::Tuple(_)) {
        return once_known(call, Type::Number, Failure::new("argument must be a list or tuple"));
    }
    if call.items(0).is_empty() {
        return once_known(call, Type::Number, Failure::new("cannot search an empty list"));
    }
    for (at, item) in (0..).zip(call.items(0)) {
        match equals(item, call.arg(1)) {
            Truth::True => return Ok(numeric::count(at)),
            Truth::Unknown => return Ok(call.unknown(Type::Number)),
            Truth::False => {}
        }
    }
    once_known(call, Type::Number, Failure::new("item not found"))
}

/// The keys of an object are known with its type.
pub(super) fn keys(call: &Call<'_, '_>) -> Outcome {
    let value = call.arg(0);
    let known = |entries: &[(ecow::EcoString, Value)]| entries.iter().map(|(k, _)| Value::string(k.clone())).collect();
    match (value.entries(), value.ty()) {
        (Some(entries), Type::Map(_)) => Ok(Value::list(Type::String, known(entries))),
        (Some(entries), Type::Object(_)) => Ok(Value::tuple(known(entries))),
        (None, Type::Object(fields)) => {
            Ok(Value::tuple(fields.iter().map(|f| Value::string(f.name.clone())).collect()))
        }
        (None, Type::Map(_)) => Ok(call.unknown_with(Type::list(Type::String), same_length(value))),
        (None, Type::Any) => Ok(call.unknown(Type::Any)),
        _ => Err(Failure::at(0, "must have map or object type")),
    }
}

fn same_length(value: &Value) -> Known {
    Known { not_null: true, range: Some(length_range(value)), alias: None }
}

pub(super) fn values(call: &Call<'_, '_>) -> Outcome {
    let value = call.arg(0);
    let known = |entries: &[(ecow::EcoString, Value)]| entries.iter().map(|(_, v)| v.clone()).collect();
    match (value.entries(), value.ty()) {
        (Some(entries), Type::Map(element)) => Ok(Value::list((*element).clone(), known(entries))),
        (Some(entries), Type::Object(_)) => Ok(Value::tuple(known(entries))),
        (None, Type::Object(fields)) => Ok(call.unknown(Type::tuple(fields.iter().map(|f| f.ty.clone()).collect()))),
        (None, Type::Map(element)) => Ok(call.unknown_with(Type::List(element), same_length(value))),
        (None, Type::Any) => Ok(call.unknown(Type::Any)),
        _ => Err(Failure::new("values() requires a map as the first argument")),
    }
}

/// What `lookup` gives when something is unknown: of a map its element; of an object the attribute, if it is known which.
pub(super) fn lookup(call: &Call<'_, '_>) -> Outcome {
    if call.args.len() > 3 {
        return Err(Failure::new(format!("lookup() takes two or three arguments, got {}", call.args.len())));
    }
    if let Some(found) = lookup_in_either(call) {
        return found;
    }
    let found = lookup_in_one(call)?;
    let (map, key) = (call.arg(0), call.arg(1));
    // Those of the default only where that is what is found.
    let marks = if map.ty() == Type::Any { map.marks } else { map.marks.with(key.marks) };
    Ok(found.marked(marks))
}

fn lookup_in_one(call: &Call<'_, '_>) -> Outcome {
    let (map, key) = (call.arg(0), call.arg(1));
    let ty = lookup_type(call)?;
    let of_map = matches!(map.ty(), Type::Map(_));
    let (Some(_), Some(key)) = (map.entries(), key.as_str()) else {
        let found = lookup_unknown(call, of_map.then_some(&ty));
        return Ok(found.unwrap_or_else(|| call.unknown_with(ty, Known::default())));
    };
    match (map.get(key), call.args.get(2)) {
        (Some(found), _) => Ok(found.clone()),
        (None, Some(default)) if of_map => convert(default, &ty).map_err(|_| wrong_default()),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) if of_map => Err(Failure::new(format!("lookup failed to find key \"{key}\""))),
        (None, None) => Err(Failure::at(0, format!("the given object has no attribute \"{key}\""))),
    }
}

/// In one of two maps, as an unknown condition decides: one of what is found in them.
fn lookup_in_either(call: &Call<'_, '_>) -> Option<Outcome> {
    let map = call.arg(0);
    let Because::Either(choice) = &map.as_unknown().filter(|_| candidates::is_small(map))?.because else { return None };
    let within = |map: &Value| {
        let mut args = call.args.to_vec();
        *args.first_mut()? = map.clone();
        lookup(&Call { args: &args, cx: call.cx, name: call.name, base: call.base, at: call.at }).ok()
    };
    let (yes, no) = (within(&choice.yes)?, within(&choice.no)?);
    Some(Ok(candidates::either(choice.condition.clone(), yes, no)))
}

/// What may be found under a key that is not known; `element` is a map's element type.
fn lookup_unknown(call: &Call<'_, '_>, element: Option<&Type>) -> Option<Value> {
    let (map, key) = (call.arg(0), call.arg(1));
    match (call.args.get(2), element) {
        (Some(default), Some(ty)) => candidates::entry_or(map, key, &convert(default, ty).ok()?),
        (Some(default), None) => candidates::entry_or(map, key, default),
        (None, _) => {
            call.cx.note_open_lookup(key);
            candidates::entry(map, key)
        }
    }
}

fn wrong_default() -> Failure {
    Failure::at(2, "the default value must have the same type as the map elements")
}

fn lookup_type(call: &Call<'_, '_>) -> Result<Type, Failure> {
    let ty = match call.arg(0).ty() {
        Type::Map(element) => (*element).clone(),
        Type::Object(fields) => {
            let Some(key) = call.arg(1).as_str() else { return Ok(Type::Any) };
            let field = fields.iter().find(|f| f.name == *key).map(|f| f.ty.clone());
            return Ok(field.or_else(|| call.args.get(2).map(Value::ty)).unwrap_or_default());
        }
        Type::Any => return Ok(Type::Any),
        _ => return Err(Failure::at(0, "lookup() requires a map as the first argument")),
    };
    let default = call.args.get(2);
    match default {
        Some(default) if convert(default, &ty).is_err() => Err(wrong_default()),
        _ => Ok(ty),
    }
}

pub(super) fn one_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    match call.arg(0).ty() {
        Type::List(of) | Type::Set(of) => Ok((*of).clone()),
        Type::Tuple(types) if types.is_empty() => Ok(Type::Any),
        Type::Tuple(types) if types.len() == 1 => Ok(types.first().cloned().unwrap_or_default()),
        Type::Any => Ok(Type::Any),
        _ => Err(Failure::at(0, "must be a list, set, or tuple value with either zero or one elements")),
    }
}

pub(super) fn one(call: &Call<'_, '_>) -> Outcome {
    let ty = one_of(call)?;
    match call.items(0) {
        [] => Ok(Value::null(ty)),
        [single] => Ok(single.clone()),
        _ if length_range(call.arg(0)).low < 2 => Ok(call.unknown_with(ty, Known::default())),
        _ => Err(Failure::at(0, "must be a list, set, or tuple value with either zero or one elements")),
    }
}

pub(super) fn slice_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    let start = call.arg(1).as_number();
    if let (Some(start), Some(items)) = (start, call.arg(0).items())
        && *start > Number::from(items.len() as u64)
    {
        return Err(Failure::at(1, "start index must not be greater than the length of the list"));
    }
    if call.arg(2).as_number().is_some_and(|end| end.is_negative() && !end.is_zero()) {
        return Err(Failure::at(2, "end index must not be less than zero"));
    }
    match call.arg(0).ty() {
        ty @ Type::List(_) => Ok(ty),
        Type::Tuple(_) | Type::Any => Ok(Type::Any),
        Type::Set(_) => Err(Failure::at(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the \
             ordering of the result is not important",
        )),
        _ => Err(Failure::at(0, "must be a list or tuple value")),
    }
}

pub(super) fn slice(call: &Call<'_, '_>) -> Outcome {
    slice_of(call)?;
    let bound = |at, name| whole(call, at).map_err(|f| Failure::at(at, format!("invalid {name} index: {}", f.message)));
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    let length = match call.arg(0).ty() {
        Type::Tuple(types) => types.len(),
        _ if !call.arg(0).is_known() => return Ok(slice_of_unknown(call, start, end)),
        _ => call.items(0).len(),
    };
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let problem = match () {
        () if start < 0 => Some((1, "start index must not be less than zero")),
        () if start > length => Some((1, "start index must not be greater than the length of the list")),
        () if end < 0 => Some((2, "end index must not be less than zero")),
        () if end > length => Some((2, "end index must not be greater than the length of the list")),
        () if start > end => Some((1, "start index must not be greater than end index")),
        () => None,
    };
    if let Some((argument, message)) = problem {
        return Err(Failure::at(argument, message));
    }
    if !call.arg(0).is_known() {
        return Ok(slice_of_unknown(call, start, end));
    }
    let items = call.items(0);
    let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
    Ok(same_kind(call.arg(0), items.get(range).unwrap_or_default().to_vec()))
}

/// A slice that succeeds has the elements asked for, so each is known as an element of the whole.
fn slice_of_unknown(call: &Call<'_, '_>, start: i64, end: i64) -> Value {
    let whole = call.arg(0);
    let unknown = || call.unknown(whole.ty());
    if start < 0 || end < start || end - start > MAX_PARTS {
        return unknown();
    }
    let step = |i| take(whole, &RefStep::Index(Value::int(i), call.at)).ok();
    let Some(items) = (start..end).map(step).collect::<Option<Vec<Value>>>() else { return unknown() };
    match whole.ty() {
        Type::List(element) => Value::list((*element).clone(), items),
        _ => Value::tuple(items),
    }
}

/// A longer slice of an unknown list stays unknown as a whole.
const MAX_PARTS: i64 = 1_000;

/// A list of the same element type, or a tuple, like the original.
fn same_kind(original: &Value, items: Vec<Value>) -> Value {
    match &original.kind {
        Kind::List(sequence) | Kind::Set(sequence) => Value::list(sequence.element.clone(), items),
        _ => Value::tuple(items),
    }
}

pub(super) fn reverse_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    match call.arg(0).ty() {
        Type::List(of) | Type::Set(of) => Ok(Type::List(of)),
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned().collect())),
        Type::Any => Ok(Type::Any),
        other => Err(Failure::at(0, format!("can only reverse list or tuple values, not {}", friendly(&other)))),
    }
}

pub(super) fn reverse(call: &Call<'_, '_>) -> Outcome {
    let ty = reverse_of(call)?;
    if matches!(call.arg(0).kind, Kind::Set(_)) && !call.arg(0).is_wholly_known() {
        return Ok(call.unknown(ty));
    }
    Ok(same_kind(call.arg(0), call.items(0).iter().rev().cloned().collect()))
}

/// By bytes. Null cannot be sorted. Of unknown elements it is known how many there are.
pub(super) fn sort(call: &Call<'_, '_>) -> Outcome {
    if !call.arg(0).is_known() {
        let strings = Type::list(Type::String);
        return Ok(reference::parts(call.arg(0)).map_or_else(
            || call.unknown_with(strings, same_length(call.arg(0))),
            |parts| Value::list(Type::String, in_unknown_order(call, parts.len())),
        ));
    }
    let items = call.items(0);
    if let Some(at) = items.iter().position(Value::is_null) {
        return Err(Failure::new(format!("given list element {at} is null; a null string cannot be sorted")));
    }
    if items.iter().any(|item| !item.is_known()) {
        return Ok(Value::list(Type::String, in_unknown_order(call, items.len())));
    }
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    Ok(Value::list(Type::String, sorted))
}

/// As many elements as there are, of which none is known.
fn in_unknown_order(call: &Call<'_, '_>, length: usize) -> Vec<Value> {
    let whole = call.unknown_with(Type::list(Type::String), same_length(call.arg(0)));
    let known = Known { not_null: true, ..Known::default() };
    let element = |at| Value::unknown_with(Type::String, Because::Part(whole.clone(), Step::Index(at)), known.clone());
    (0..).take(length).map(element).collect()
}

/// Drops null and empty strings.
pub(super) fn compact(call: &Call<'_, '_>) -> Outcome {
    let items = call.items(0);
    if items.iter().any(|item| !item.is_known()) {
        let high = Some(u64::try_from(items.len()).unwrap_or(u64::MAX));
        let low = items.iter().filter(|item| item.as_str().is_some_and(|s| !s.is_empty())).count();
        let range = Some(Range { low: u64::try_from(low).unwrap_or(0), high });
        return Ok(call.unknown_with(Type::list(Type::String), Known { not_null: true, range, alias: None }));
    }
    let kept = items.iter().filter(|item| item.as_str().is_some_and(|s| !s.is_empty())).cloned().collect();
    Ok(Value::list(Type::String, kept))
}

/// Keeps the first of equal elements; undecided when it is not known which are equal.
pub(super) fn distinct(call: &Call<'_, '_>) -> Outcome {
    let items = call.items(0);
    let element = element_type(&call.arg(0).ty());
    match merged(items.iter()) {
        Some(kept) => Ok(Value::list(element, kept)),
        None => {
            let high = Some(u64::try_from(items.len()).unwrap_or(u64::MAX));
            let known = Known { not_null: true, range: Some(Range { low: 1, high }), alias: None };
            Ok(call.unknown_with(Type::list(element), known))
        }
    }
}

/// The type of a list without repetitions.
pub(super) fn distinct_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    Ok(Type::list(element_type(&call.arg(0).ty())))
}

/// The type of a list of chunks.
pub(super) fn chunklist_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    Ok(Type::list(call.arg(0).ty()))
}

/// A size of zero gives one chunk.
pub(super) fn chunklist(call: &Call<'_, '_>) -> Outcome {
    let size = whole(call, 1).map_err(|f| Failure::new(format!("invalid size: {}", f.message)))?;
    let size = usize::try_from(size).map_err(|_| Failure::new("the size argument must be positive"))?;
    let items = call.items(0);
    let inner = call.arg(0).ty();
    let element = element_type(&inner);
    let width = if size == 0 { items.len().max(1) } else { size };
    let chunks = items.chunks(width).map(|chunk| Value::list(element.clone(), chunk.to_vec())).collect();
    Ok(Value::list(inner, chunks))
}

/// The type of a selection of values.
pub(super) fn matchkeys_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    Ok(Type::list(element_type(&call.arg(0).ty())))
}

/// The values whose keys are in the search set.
pub(super) fn matchkeys(call: &Call<'_, '_>) -> Outcome {
    let (values, keys) = (call.items(0), call.items(1));
    let compatible = crate::value::unify(&[call.arg(1).ty(), call.arg(2).ty()]);
    let Some(keys_type) = compatible else {
        return Err(Failure::new("keys and searchset must be of the same type"));
    };
    if values.len() != keys.len() {
        return Err(Failure::new("length of keys and values should be equal"));
    }
    let keys = converted(call.arg(1), &keys_type);
    let wanted = converted(call.arg(2), &keys_type);
    let wanted: Vec<&Value> = wanted.children().collect();
    let element = element_type(&call.arg(0).ty());
    let mut kept = Vec::new();
    for (value, key) in values.iter().zip(keys.items().unwrap_or_default()) {
        match found(key, &wanted) {
            Truth::True => kept.push(value.clone()),
            Truth::Unknown => return Ok(call.unknown(Type::list(element))),
            Truth::False => {}
        }
    }
    Ok(Value::list(element, kept))
}

/// From a map of lists to the map of each element to the keys that had it.
pub(super) fn transpose(call: &Call<'_, '_>) -> Outcome {
    let ty = Type::map(Type::list(Type::String));
    let mut pairs = Vec::new();
    for (key, list) in call.arg(0).entries().unwrap_or_default() {
        if list.is_null() {
            return Err(Failure::new("input must not contain null list"));
        }
        let Some(items) = list.items() else { return Ok(call.unknown(ty)) };
        for item in items {
            match &item.kind {
                Kind::String(text) => pairs.push((text.clone(), key.clone())),
                Kind::Null(_) => return Err(Failure::new("input list must not contain null string")),
                _ => return Ok(call.unknown(ty)),
            }
        }
    }
    pairs.sort();
    let groups = pairs.chunk_by(|a, b| a.0 == b.0).filter_map(|group| {
        let keys = group.iter().map(|(_, key)| Value::string(key.clone())).collect();
        group.first().map(|(text, _)| (text.clone(), Value::list(Type::String, keys)))
    });
    Ok(Value::map(Type::list(Type::String), groups.collect()))
}

/// A false element decides; null counts as false.
pub(super) fn alltrue(call: &Call<'_, '_>) -> Outcome {
    decide(call, false)
}

pub(super) fn anytrue(call: &Call<'_, '_>) -> Outcome {
    decide(call, true)
}

fn decide(call: &Call<'_, '_>, deciding: bool) -> Outcome {
    let items = call.items(0);
    let is = |item: &Value| if item.is_null() { Some(false) } else { item.as_bool() };
    if items.iter().any(|item| is(item) == Some(deciding)) {
        return Ok(Value::bool(deciding));
    }
    let undecided = items.iter().any(|item| is(item).is_none());
    Ok(if undecided { call.unknown(Type::Bool) } else { Value::bool(!deciding) })
}
