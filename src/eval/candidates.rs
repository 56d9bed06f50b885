//! Look-ups by a key that is not known: what they find is one of the entries, or the default.

use super::{RefStep, take};
use crate::{
    addr::name,
    value::{Because, Choice, Known, Range, Truth, Type, Value, equals},
};

/// Entries that are told apart; of a larger map nothing is said.
const MAX_ENTRIES: usize = 64;

/// Values of one choice that are told apart: choices share their arms, so that a small one may stand for endlessly many.
const MAX_VALUES: u32 = 256;

/// Whether a value is no choice between more values than are told apart.
pub(super) fn is_small(value: &Value) -> bool {
    let mut left = MAX_VALUES;
    count_down(value, &mut left)
}

fn count_down(value: &Value, left: &mut u32) -> bool {
    *left = left.saturating_sub(1);
    match value.as_unknown().map(|unknown| &unknown.because) {
        _ if *left == 0 => false,
        Some(Because::Either(choice)) => count_down(&choice.yes, left) && count_down(&choice.no, left),
        _ => true,
    }
}

/// What a map or object has under an unknown key. Another key than those of the entries is an error, and so none.
pub(super) fn entry(of: &Value, key: &Value) -> Option<Value> {
    found(of, key, None)
}

/// What a map or object has under an unknown key, else the default.
pub(super) fn entry_or(of: &Value, key: &Value, default: &Value) -> Option<Value> {
    found(of, key, Some(default))
}

fn found(of: &Value, key: &Value, default: Option<&Value>) -> Option<Value> {
    let entries = of.entries().filter(|entries| entries.len() <= MAX_ENTRIES && of.rest().is_none())?;
    if let Some(text) = key.as_str() {
        return of.get(text).or(default).cloned();
    }
    let unknown = key.as_unknown().filter(|unknown| unknown.ty == Type::String && is_small(key))?;
    if let Because::Either(choice) = &unknown.because {
        let (yes, no) = (found(of, &choice.yes, default), found(of, &choice.no, default));
        // The arm whose key is not there would be an error.
        let (Some(yes), Some(no)) = (&yes, &no) else { return yes.or(no) };
        return Some(either(choice.condition.clone(), yes.clone(), no.clone()));
    }
    let mut last_first = entries.iter().rev();
    let last = default.or_else(|| last_first.next().map(|(_, value)| value)).cloned()?;
    Some(last_first.fold(last, |others, (text, value)| either(is(key, text), value.clone(), others)))
}

/// What a step leads to in those values of a choice that have it, with the condition that may choose one that has not.
/// Nothing where all of them have it, or none.
pub(super) fn where_it_is(value: &Value, step: &RefStep) -> Option<(Value, Value)> {
    let Because::Either(choice) = &value.as_unknown().filter(|_| is_small(value))?.because else { return None };
    let mut lacks = false;
    let found = in_arms(value, step, &mut lacks)?;
    lacks.then(|| (found, choice.condition.clone()))
}

fn in_arms(value: &Value, step: &RefStep, lacks: &mut bool) -> Option<Value> {
    let Some(Because::Either(choice)) = value.as_unknown().map(|unknown| &unknown.because) else {
        let found = take(value, step).ok();
        *lacks |= found.is_none();
        return found;
    };
    match (in_arms(&choice.yes, step, lacks), in_arms(&choice.no, step, lacks)) {
        (Some(yes), Some(no)) => Some(either(choice.condition.clone(), yes, no)),
        (yes, no) => yes.or(no),
    }
}

/// Whether the key is this one.
fn is(key: &Value, text: &str) -> Value {
    let known = Known { not_null: true, ..Known::default() };
    let operands = [key.clone(), Value::string(text)];
    Value::unknown_with(Type::Bool, Because::Call(name("=="), operands.into()), known)
}

/// One of two values that keep their types, as an unknown condition decides. That one of them or the condition is
/// secret makes no secret of the whole: so it is with Terraform's look-ups.
pub(super) fn either(condition: Value, yes: Value, no: Value) -> Value {
    let (of_yes, of_no) = (yes.ty(), no.ty());
    let is_plain = of_yes.is_primitive() && of_yes == of_no;
    if is_plain && equals(&yes, &no) == Truth::True {
        return yes;
    }
    let ty = if of_yes == of_no { of_yes } else { Type::Any };
    let known = Known { not_null: never_null(&yes) && never_null(&no), range: joined_range(&yes, &no), alias: None };
    let origin = condition.origin;
    let because = Because::Either(Choice { condition, yes, no }.into());
    Value::unknown_with(ty, because, known).with_origin(origin)
}

pub(super) fn never_null(value: &Value) -> bool {
    value.as_unknown().map_or_else(|| !value.is_null(), |unknown| unknown.is_not_null())
}

pub(super) fn joined_range(a: &Value, b: &Value) -> Option<Range> {
    Some(a.number_range()?.union(b.number_range()?))
}
