//! Look-ups by a key that is not known: what they find is one of the entries, or the default.

use crate::{
    addr::name,
    value::{Because, Choice, Known, Range, Truth, Type, Value, equals},
};

/// Entries that are told apart; of a larger map nothing is said.
const MAX_ENTRIES: usize = 64;

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
    let unknown = key.as_unknown().filter(|unknown| unknown.ty == Type::String)?;
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
    value.as_unknown().map_or_else(|| !value.is_null(), |unknown| unknown.known.not_null)
}

pub(super) fn joined_range(a: &Value, b: &Value) -> Option<Range> {
    Some(a.number_range()?.union(b.number_range()?))
}
