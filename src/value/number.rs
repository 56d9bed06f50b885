//! Terraform's numbers: 512-bit binary floats, with a fast path for small integers.

/// A number. Integers that fit are `Int`, so equal numbers are equal in form.
#[derive(Clone, PartialEq, Debug)]
pub enum Number {
    Int(i64),
    Big(std::sync::Arc<f64>),
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
