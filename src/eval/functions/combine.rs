//! Functions that make one value of several.

use std::collections::BTreeMap;

use ecow::EcoString;

use super::{
    Call, Failure, Outcome,
    convert::friendly,
    shape::{converted, element_type, length_range, merged},
};
use crate::value::{Because, Field, Kind, Known, Marks, Range, Type, Value, unify};

/// Lists of one type give a list, anything else a tuple.
pub(super) fn concat_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    if call.args.is_empty() {
        return Err(Failure::new("at least one argument is required"));
    }
    let types: Vec<Type> = call.args.iter().map(Value::ty).collect();
    if types.contains(&Type::Any) {
        return Ok(Type::Any);
    }
    let all_lists = types.iter().all(|ty| matches!(ty, Type::List(_)));
    for (at, (ty, arg)) in types.iter().zip(call.args).enumerate() {
        if !matches!(ty, Type::List(_) | Type::Tuple(_)) {
            let found = friendly(ty);
            return Err(Failure::at(at, format!("all arguments must be lists or tuples; got {found}")));
        }
        if matches!(ty, Type::List(_)) && !arg.is_known() && !all_lists {
            // Terraform does not look further.
            return Ok(Type::Any);
        }
    }
    if all_lists && let Some(ty @ Type::List(_)) = unify(&types) {
        return Ok(ty);
    }
    tuple_of(&types, call.args).map_or(Ok(Type::Any), Ok)
}

/// The tuple type of all elements; `None` when a list among them has no known length.
fn tuple_of(types: &[Type], args: &[Value]) -> Option<Type> {
    let mut elements = Vec::new();
    for (ty, arg) in types.iter().zip(args) {
        match ty {
            Type::Tuple(types) => elements.extend(types.iter().cloned()),
            _ => elements.extend(arg.items()?.iter().map(Value::ty)),
        }
    }
    Some(Type::tuple(elements))
}

pub(super) fn concat(call: &Call<'_, '_>) -> Outcome {
    let ty = concat_of(call)?;
    if call.args.iter().any(|arg| !arg.is_known()) {
        let known = Known { not_null: true, range: Some(total_length(call.args)), alias: None };
        return Ok(call.unknown_with(ty, known));
    }
    call.bounded(call.args.iter().filter_map(Value::items).map(<[Value]>::len).sum())?;
    let items = call.args.iter().filter_map(Value::items).flatten();
    Ok(match &ty {
        Type::List(element) => Value::list((**element).clone(), items.map(|item| converted(item, element)).collect()),
        _ => Value::tuple(items.cloned().collect()),
    })
}

fn total_length(args: &[Value]) -> Range {
    args.iter().map(length_range).fold(Range { low: 0, high: Some(0) }, |sum, next| Range {
        low: sum.low.saturating_add(next.low),
        high: sum.high.zip(next.high).map(|(a, b)| a.saturating_add(b)),
    })
}

/// Lists, sets and tuples inside give their elements, at any depth; null and anything else stays.
pub(super) fn flatten(call: &Call<'_, '_>) -> Outcome {
    let value = call.arg(0);
    if !value.is_known() {
        return Ok(call.unknown(Type::Any));
    }
    if !matches!(value.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Any) {
        return Err(Failure::new("can only flatten lists, sets and tuples"));
    }
    let mut flat = Flat { items: Vec::new(), marks: Marks::NONE, undecided: !value.is_known() };
    flat.add(call, value)?;
    let result = if flat.undecided { call.unknown(Type::Any) } else { Value::tuple(flat.items) };
    Ok(result.marked(flat.marks))
}

struct Flat {
    items: Vec<Value>,
    /// Marks of the sequences that were dissolved.
    marks: Marks,
    undecided: bool,
}

impl Flat {
    fn add(&mut self, call: &Call<'_, '_>, value: &Value) -> Result<(), Failure> {
        self.marks = self.marks.with(value.marks);
        let unsure_set =
            matches!(value.kind, Kind::Set(_)) && length_range(value).high != Some(length_range(value).low);
        self.undecided |= unsure_set;
        for item in value.items().unwrap_or_default() {
            match item.ty() {
                Type::List(_) | Type::Set(_) | Type::Tuple(_) if item.is_known() && !item.is_null() => {
                    self.add(call, item)?;
                }
                Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Any if !item.is_known() => {
                    self.undecided = true;
                }
                _ => self.items.push(item.clone()),
            }
            call.bounded(self.items.len())?;
        }
        Ok(())
    }
}

/// The type of a merge: a map when all are maps of one type, an object otherwise.
pub(super) fn merge_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    for arg in call.args {
        let ty = arg.ty();
        // As in Terraform, nobody looks further.
        if ty == Type::Any {
            return Ok(Type::Any);
        }
        if !matches!(ty, Type::Map(_) | Type::Object(_)) {
            let found = friendly(&ty).split(' ').next().unwrap_or_default().to_owned();
            return Err(Failure::new(format!("arguments must be maps or objects, got \"{found}\"")));
        }
    }
    let types: Vec<Type> = call.args.iter().map(Value::ty).collect();
    let Some(first) = types.first() else { return Ok(Type::object(Vec::new())) };
    if types.iter().all(|ty| ty == first) {
        return Ok(first.clone());
    }
    Ok(merged_fields(call.args).map_or(Type::Any, Type::object))
}

/// The attributes of objects and maps together, later ones first; `None` when one is an unknown map.
fn merged_fields(args: &[Value]) -> Option<Vec<Field>> {
    let mut fields: BTreeMap<EcoString, Type> = BTreeMap::new();
    for arg in args.iter().filter(|arg| !arg.is_null()) {
        match (arg.ty(), arg.entries()) {
            (Type::Object(of), _) => fields.extend(of.iter().map(|field| (field.name.clone(), field.ty.clone()))),
            (Type::Map(element), Some(entries)) => {
                fields.extend(entries.iter().map(|(key, _)| (key.clone(), (*element).clone())));
            }
            _ => return None,
        }
    }
    Some(fields.into_iter().map(|(name, ty)| Field { name, ty, optional: false }).collect())
}

/// Later entries win; null counts as empty.
pub(super) fn merge(call: &Call<'_, '_>) -> Outcome {
    let ty = merge_of(call)?;
    let mut entries: Vec<(EcoString, Value)> = Vec::new();
    for arg in call.args.iter().filter(|arg| !arg.is_null()) {
        match arg.entries() {
            Some(of) => entries.extend(of.iter().cloned()),
            None => entries.extend(as_entries(arg)?),
        }
    }
    call.bounded(entries.len())?;
    if matches!(&ty, Type::Object(fields) if fields.len() > entries.len()) {
        return Err(Failure::new("all arguments are null, and there is no object of their type without attributes"));
    }
    Ok(match ty {
        Type::Map(element) => Value::map((*element).clone(), entries),
        _ => Value::object(entries),
    })
}

/// The elements of what is no map: behind a null without a type Terraform takes them for entries by themselves.
fn as_entries(arg: &Value) -> Result<Vec<(EcoString, Value)>, Failure> {
    let items = arg.items().filter(|items| items.is_empty() || matches!(arg.kind, Kind::Set(_)));
    let entry = |item: &Value| Some((item.as_str()?.clone(), item.clone()));
    let entries = items.and_then(|items| items.iter().map(entry).collect::<Option<Vec<_>>>());
    entries.ok_or_else(|| Failure::new("arguments must be maps or objects"))
}

/// The type all arguments that have one share.
pub(super) fn coalesce_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    let types: Vec<Type> = call.args.iter().map(Value::ty).collect();
    let typed: Vec<Type> = types.iter().filter(|ty| **ty != Type::Any).cloned().collect();
    match unify(&typed).filter(|_| !types.is_empty()) {
        Some(ty) => Ok(ty),
        None if typed.is_empty() && !types.is_empty() => Ok(Type::Any),
        None => Err(Failure::new("all arguments must have the same type")),
    }
}

/// The first that is neither null nor an empty string. An unknown one decides only when it is
/// known to be neither.
pub(super) fn coalesce(call: &Call<'_, '_>) -> Outcome {
    let ty = coalesce_of(call)?;
    for arg in call.args {
        let value = converted(arg, &ty);
        match &value.kind {
            Kind::Null(_) => {}
            Kind::String(text) if text.is_empty() => {}
            Kind::Unknown(_) if !surely_something(&value) => return Ok(call.unknown(ty)),
            _ => return Ok(value),
        }
    }
    Err(Failure::new("no non-null, non-empty-string arguments"))
}

/// Whether an unknown value is neither null nor an empty string.
fn surely_something(value: &Value) -> bool {
    let Some(unknown) = value.as_unknown() else { return !value.is_null() };
    match &unknown.because {
        Because::Attribute(attribute) if attribute.identity.is_some() => true,
        Because::Template(pieces) => pieces.iter().any(|p| p.as_str().is_some_and(|text| !text.is_empty())),
        _ => unknown.is_not_null() && !matches!(unknown.ty, Type::String | Type::Any),
    }
}

pub(super) fn coalescelist_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    if call.args.is_empty() {
        return Err(Failure::new("at least one argument is required"));
    }
    let types: Vec<Type> = call.args.iter().map(Value::ty).collect();
    for (arg, ty) in call.args.iter().zip(&types) {
        // As in Terraform, nobody looks further.
        if !arg.is_known() {
            return Ok(Type::Any);
        }
        if !matches!(ty, Type::List(_) | Type::Tuple(_)) {
            return Err(Failure::new("coalescelist arguments must be lists or tuples"));
        }
    }
    let first = types.first().cloned().unwrap_or_default();
    Ok(if types.iter().all(|ty| *ty == first) { first } else { Type::Any })
}

pub(super) fn coalescelist(call: &Call<'_, '_>) -> Outcome {
    let ty = coalescelist_of(call)?;
    for arg in call.args {
        match arg.items() {
            Some([]) => {}
            None if arg.is_null() => {}
            None if length_range(arg).low == 0 => return Ok(call.unknown(ty)),
            _ => return Ok(arg.clone()),
        }
    }
    Err(Failure::new("no non-null arguments"))
}

/// Keys are all known here, or the result is not.
pub(super) fn zipmap(call: &Call<'_, '_>) -> Outcome {
    let (keys, values) = (call.arg(0), call.arg(1));
    let ty = zipmap_of(call)?;
    let marks = keys.deep_marks();
    let names: Option<Vec<EcoString>> = keys.items().unwrap_or_default().iter().map(|k| k.as_str().cloned()).collect();
    let Some(items) = values.items() else { return Ok(call.unknown(ty).marked(marks)) };
    if let Some(at) = keys.items().unwrap_or_default().iter().position(Value::is_null) {
        return Err(Failure::new(format!("keys list has null value at index {at}")));
    }
    let Some(names) = names.filter(|_| keys.is_known()) else { return Ok(call.unknown(ty).marked(marks)) };
    let given = names.len();
    if given != items.len() {
        let count = items.len();
        return Err(Failure::new(format!("number of keys ({given}) does not match number of values ({count})")));
    }
    let entries = names.into_iter().zip(items.iter().cloned()).collect();
    let result = match ty {
        Type::Map(element) => Value::map((*element).clone(), entries),
        _ => Value::object(entries),
    };
    Ok(result.marked(marks))
}

fn zipmap_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    match call.arg(1).ty() {
        Type::List(element) => Ok(Type::Map(element)),
        Type::Tuple(types) => named_types(call, &types),
        Type::Any => Ok(Type::Any),
        _ => Err(Failure::new("values argument must be a list or tuple value")),
    }
}

/// The object of these types under the keys, where those are known.
fn named_types(call: &Call<'_, '_>, types: &[Type]) -> Result<Type, Failure> {
    let keys = call.arg(0).items().filter(|keys| keys.iter().all(|key| key.is_known() && !key.is_null()));
    let Some(keys) = keys else { return Ok(Type::Any) };
    if keys.len() != types.len() {
        let (given, count) = (keys.len(), types.len());
        return Err(Failure::new(format!("number of keys ({given}) does not match number of values ({count})")));
    }
    let fields: BTreeMap<EcoString, Type> =
        keys.iter().filter_map(|key| key.as_str().cloned()).zip(types.iter().cloned()).collect();
    Ok(Type::object(fields.into_iter().map(|(name, ty)| Field { name, ty, optional: false }).collect()))
}

/// A set when any of the arguments is one, a list otherwise; of tuples with one element of each.
pub(super) fn setproduct_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    if call.args.len() < 2 {
        return Err(Failure::new("at least two arguments are required"));
    }
    let mut elements = Vec::new();
    let mut set = false;
    for (at, arg) in call.args.iter().enumerate() {
        let ty = arg.ty();
        if !matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Any) {
            return Err(Failure::at(at, "a set or a list is required"));
        }
        if let Type::Tuple(types) = &ty
            && !types.is_empty()
            && unify(types).is_none()
        {
            return Err(Failure::at(at, "all elements must be of the same type"));
        }
        set |= matches!(ty, Type::Set(_));
        elements.push(element_type(&ty));
    }
    let tuple = Type::tuple(elements);
    Ok(if set { Type::set(tuple) } else { Type::list(tuple) })
}

pub(super) fn setproduct(call: &Call<'_, '_>) -> Outcome {
    let ty = setproduct_of(call)?;
    let is_empty = |arg: &Value| length_range(arg).high == Some(0);
    if call.args.iter().any(|arg| !arg.is_known()) && !call.args.iter().any(is_empty) {
        return Ok(call.unknown(ty));
    }
    let sources: Vec<Vec<Value>> = call.args.iter().map(elements).collect();
    let size = sources.iter().fold(1, |size: usize, source| size.saturating_mul(source.len()));
    call.bounded(size.saturating_mul(sources.len()))?;
    let mut rows = vec![Vec::new()];
    for source in &sources {
        rows = rows.iter().flat_map(|row| source.iter().map(|item| extended(row, item))).collect();
    }
    let tuples: Vec<Value> = rows.into_iter().map(Value::tuple).collect();
    // As in Terraform, elements that have not become of one type make no list.
    if tuples.windows(2).any(|pair| matches!(pair, [a, b] if a.ty() != b.ty())) {
        return Err(Failure::new("the elements of one argument are of types that have nothing in common"));
    }
    match ty {
        Type::Set(element) => Ok(Value::set((*element).clone(), merged(tuples.iter()).unwrap_or(tuples))),
        other => Ok(Value::list(element_type(&other), tuples)),
    }
}

/// The elements, all of one type.
fn elements(arg: &Value) -> Vec<Value> {
    let ty = element_type(&arg.ty());
    arg.items().unwrap_or_default().iter().map(|item| converted(item, &ty)).collect()
}

fn extended(row: &[Value], item: &Value) -> Vec<Value> {
    row.iter().chain([item]).cloned().collect()
}
