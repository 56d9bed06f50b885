//! Conversion of what is known of an unknown value.

use super::convert;
use crate::value::{Known, Range, Type, Unknown, Value};

/// The unknown value as of another type, which its own is convertible to. Its reason stays as it is: the arms of a
/// choice are converted when somebody looks at them.
pub(super) fn convert_unknown(unknown: &Unknown, ty: Type) -> Value {
    let alias = unknown.known.alias.as_ref().and_then(|alias| convert(alias, &ty).ok());
    let range = converted_range(unknown, &ty);
    let known = Known { not_null: unknown.known.not_null, range, alias };
    Value::unknown_with(ty, unknown.because.clone(), known)
}

fn converted_range(unknown: &Unknown, to: &Type) -> Option<Range> {
    match (&unknown.ty, to) {
        (Type::Number | Type::Any, Type::Number) | (Type::Map(_) | Type::Any, Type::Map(_)) => unknown.known.range,
        (Type::Object(fields), Type::Map(_)) => exactly(fields.len()),
        (Type::Tuple(items), Type::List(_)) => exactly(items.len()),
        (Type::Tuple(items), Type::Set(_)) => exactly(items.len()).map(deduplicated),
        (Type::List(_) | Type::Set(_) | Type::Any, Type::List(_)) | (Type::Set(_), Type::Set(_)) => unknown.known.range,
        (Type::List(_) | Type::Any, Type::Set(_)) => unknown.known.range.map(deduplicated),
        (from, to) if from == to => unknown.known.range,
        _ => None,
    }
}

fn exactly(length: usize) -> Option<Range> {
    let length = u64::try_from(length).ok()?;
    Some(Range { low: length, high: Some(length) })
}

/// A set has at least one element where its list has any.
fn deduplicated(range: Range) -> Range {
    Range { low: range.low.min(1), high: range.high }
}
