//! Arithmetic.

use super::{Call, Failure};
use crate::value::{Kind, Number, Value};

/// A whole number argument.
pub(super) fn whole(call: &Call<'_, '_>, index: usize) -> Result<i64, Failure> {
    match &call.arg(index).kind {
        Kind::Number(Number::Int(value)) => Ok(*value),
        _ => Err(Failure::new("value must be a whole number, between -9223372036854775808 and 9223372036854775807")),
    }
}

/// A count as a number.
pub(super) fn count(count: u64) -> Value {
    Value::int(i64::try_from(count).unwrap_or(i64::MAX))
}
