//! Set algebra. The arguments become sets of one type; what unknown elements leave open stays unknown.

use super::{
    Call, Failure, Outcome,
    shape::{converted, element_type, found, length_range},
};
use crate::value::{Known, Range, Truth, Type, Value, unify};

/// The one type all sets can have. An empty set of no type fits with any.
pub(super) fn union_type(call: &Call<'_, '_>) -> Result<Type, Failure> {
    let types: Vec<Type> = call.args.iter().map(Value::ty).filter(|ty| *ty != Type::set(Type::Any)).collect();
    if types.is_empty() {
        return Ok(Type::set(Type::Any));
    }
    unify(&types).ok_or_else(|| Failure::new("given sets must all have compatible element types"))
}

/// The arguments' elements, converted to the common type.
fn sides(call: &Call<'_, '_>, ty: &Type) -> Vec<Vec<Value>> {
    let converted_items = |arg: &Value| converted(arg, ty).items().unwrap_or_default().to_vec();
    call.args.iter().map(converted_items).collect()
}

fn undecided(call: &Call<'_, '_>, ty: Type, range: Range) -> Value {
    call.unknown_with(ty, Known { not_null: true, range: Some(range), alias: None })
}

/// As many elements as the arguments have together, at most.
fn at_most(call: &Call<'_, '_>, low: u64) -> Range {
    let high = call.args.iter().map(|a| length_range(a).high).try_fold(0_u64, |sum, n| Some(sum.saturating_add(n?)));
    Range { low, high }
}

pub(super) fn setunion(call: &Call<'_, '_>) -> Outcome {
    let ty = union_type(call)?;
    let low = call.args.iter().map(|arg| length_range(arg).low).max().unwrap_or(0);
    if call.args.iter().any(|arg| !arg.is_known()) {
        return Ok(undecided(call, ty, at_most(call, low)));
    }
    let sides = sides(call, &ty);
    // Those that are not known may turn out to be equal to others, which a set allows for.
    Ok(Value::set(element_type(&ty), sides.into_iter().flatten().collect()))
}

pub(super) fn setintersection(call: &Call<'_, '_>) -> Outcome {
    let ty = union_type(call)?;
    let (first, others) = split(sides(call, &ty));
    let mut kept = Vec::new();
    for item in first {
        let everywhere = others.iter().map(|side| found(&item, &side.iter().collect::<Vec<_>>()));
        match everywhere.fold(Truth::True, both) {
            Truth::True => kept.push(item),
            Truth::False => {}
            Truth::Unknown => return Ok(undecided(call, ty, Range { low: 0, high: length_range(call.arg(0)).high })),
        }
    }
    Ok(Value::set(element_type(&ty), kept))
}

pub(super) fn setsubtract(call: &Call<'_, '_>) -> Outcome {
    let ty = union_type(call)?;
    let (first, others) = split(sides(call, &ty));
    let others: Vec<&Value> = others.iter().flatten().collect();
    let mut kept = Vec::new();
    for item in first {
        match found(&item, &others) {
            Truth::True => {}
            Truth::False => kept.push(item),
            Truth::Unknown => return Ok(undecided(call, ty, Range { low: 0, high: length_range(call.arg(0)).high })),
        }
    }
    Ok(Value::set(element_type(&ty), kept))
}

fn split(mut sides: Vec<Vec<Value>>) -> (Vec<Value>, Vec<Vec<Value>>) {
    let others = if sides.is_empty() { Vec::new() } else { sides.split_off(1) };
    (sides.pop().unwrap_or_default(), others)
}

const fn both(a: Truth, b: Truth) -> Truth {
    match (a, b) {
        (Truth::False, _) | (_, Truth::False) => Truth::False,
        (Truth::True, Truth::True) => Truth::True,
        _ => Truth::Unknown,
    }
}
