//! Terraform's numbers: binary floats of 512 bits, with a fast path for small integers.

mod arithmetic;
mod text;

use std::{
    cmp::Ordering,
    hash::{Hash, Hasher},
    sync::Arc,
};

use dashu_base::{BitTest, Sign};
use dashu_float::{Context, FBig, Repr, round::mode::HalfEven};
use dashu_int::IBig;

/// A float of Terraform: base 2, rounded half to even, with the precision of the computation it came from.
type Float = FBig<HalfEven, 2>;

/// Bits of a number that was written or computed from written ones.
const PRECISION: usize = 512;

/// Bits of a number that was counted: a length, an index.
const COUNTED: u32 = 64;

/// Exponents beyond this become infinite, or zero (as in Go's `big.Float`).
const MAX_EXPONENT: isize = i32::MAX as isize;

/// A number. Integers that fit are `Int` or `Short` (save negative zero, and integers whose precision is too small to
/// print them exactly); `Eq`, `Ord` and `Hash` go by the numeric value whatever the form.
#[derive(Clone, Debug)]
pub enum Number {
    /// Of the precision of a written number.
    Int(i64),
    /// Of another precision, which what is computed from it alone has too.
    Short {
        value: i64,
        /// In bits.
        precision: u32,
    },
    /// Finite. The float's own precision decides how many digits it prints.
    Big(Arc<Float>),
    /// `1/0`, which Terraform computes as `+Inf`.
    Infinite { negative: bool },
}

impl Number {
    pub const INFINITY: Self = Self::Infinite { negative: false };
    pub const NEG_INFINITY: Self = Self::Infinite { negative: true };

    /// The normal form of a finite float.
    fn from_float(float: Float) -> Self {
        let repr = float.repr();
        let negative = repr.sign() == Sign::Negative;
        if repr.is_infinite() {
            return Self::Infinite { negative };
        }
        if repr.significand().is_zero() {
            return if negative { Self::negative_zero() } else { Self::small(0, float.precision()) };
        }
        let magnitude = magnitude(repr);
        if magnitude > MAX_EXPONENT {
            return Self::Infinite { negative };
        }
        if magnitude < -MAX_EXPONENT {
            return if negative { Self::negative_zero() } else { Self::Int(0) };
        }
        let precision = float.precision();
        small_integer(&float).map_or_else(|| Self::Big(Arc::new(float)), |value| Self::small(value, precision))
    }

    /// An integer that prints exactly at the precision.
    fn small(value: i64, precision: usize) -> Self {
        match u32::try_from(precision) {
            Ok(precision) if (precision as usize) < PRECISION => Self::Short { value, precision },
            _ => Self::Int(value),
        }
    }

    /// A length or an index: of 64 bits in Terraform, so that one divided by another has fewer digits.
    #[must_use]
    pub const fn counted(value: i64) -> Self {
        Self::Short { value, precision: COUNTED }
    }

    /// The value of the forms that hold it as it is.
    const fn held(&self) -> Option<i64> {
        match self {
            Self::Int(value) | Self::Short { value, .. } => Some(*value),
            _ => None,
        }
    }

    fn negative_zero() -> Self {
        Self::Big(Arc::new(Float::from_repr(Repr::neg_zero(), Context::new(PRECISION))))
    }

    fn from_repr(repr: Repr<2>, precision: usize) -> Self {
        Self::from_float(Float::from_repr(repr, Context::new(precision)))
    }

    /// An exact integer of any size.
    #[must_use]
    pub fn from_integer(value: IBig) -> Self {
        let precision = value.bit_len().max(PRECISION);
        Self::from_repr(Repr::new(value, 0), precision)
    }

    /// An exact integer with no more bits than it takes, and those of a counted one at least.
    #[must_use]
    pub fn from_digits(value: IBig) -> Self {
        let precision = value.bit_len().max(COUNTED as usize);
        Self::from_repr(Repr::new(value, 0), precision)
    }

    /// The finite number's exact significand and binary exponent.
    fn repr(&self) -> Option<Repr<2>> {
        match self {
            Self::Int(value) | Self::Short { value, .. } => Some(Repr::new(IBig::from(*value), 0)),
            Self::Big(float) => Some(float.repr().clone()),
            Self::Infinite { .. } => None,
        }
    }

    fn precision(&self) -> usize {
        match self {
            Self::Big(float) => float.precision(),
            Self::Short { precision, .. } => *precision as usize,
            Self::Int(_) | Self::Infinite { .. } => PRECISION,
        }
    }

    /// Whether the sign bit is set: also of negative zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Int(value) | Self::Short { value, .. } => *value < 0,
            Self::Big(float) => float.repr().sign() == Sign::Negative,
            Self::Infinite { negative } => *negative,
        }
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Int(value) | Self::Short { value, .. } => *value == 0,
            Self::Big(float) => float.repr().significand().is_zero(),
            Self::Infinite { .. } => false,
        }
    }

    #[must_use]
    pub const fn is_infinite(&self) -> bool {
        matches!(self, Self::Infinite { .. })
    }

    #[must_use]
    pub fn is_integer(&self) -> bool {
        match self {
            Self::Int(_) | Self::Short { .. } => true,
            // The significand of a `Repr` is odd or zero, so a fraction shows in the exponent.
            Self::Big(float) => float.repr().significand().is_zero() || float.repr().exponent() >= 0,
            Self::Infinite { .. } => false,
        }
    }

    /// The value, when it is an integer in range.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) | Self::Short { value, .. } => Some(*value),
            Self::Big(float) if self.is_integer() => integer_of(float.repr()),
            _ => None,
        }
    }

    /// The value, when it is an integer in range.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        match self {
            Self::Int(value) | Self::Short { value, .. } => u64::try_from(*value).ok(),
            Self::Big(float) if self.is_integer() && fits(float.repr(), 64) => {
                u64::try_from(&float.repr().to_int().value()).ok()
            }
            _ => None,
        }
    }

    /// The value, when it is an integer in range.
    #[must_use]
    pub fn to_usize(&self) -> Option<usize> {
        self.to_u64().and_then(|value| usize::try_from(value).ok())
    }

    /// The exact integer, when it is one and has at most 2²⁰ bits.
    #[must_use]
    pub fn to_integer(&self) -> Option<IBig> {
        match self {
            Self::Int(value) | Self::Short { value, .. } => Some(IBig::from(*value)),
            Self::Big(float) if self.is_integer() && fits(float.repr(), 1 << 20) => Some(float.repr().to_int().value()),
            _ => None,
        }
    }

    /// The nearest double; `None` when a finite number is out of its range, which Terraform refuses too.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) | Self::Short { value, .. } => Some(*value as f64),
            Self::Big(float) => Some(float.to_f64().value()).filter(|value| value.is_finite()),
            Self::Infinite { negative: false } => Some(f64::INFINITY),
            Self::Infinite { negative: true } => Some(f64::NEG_INFINITY),
        }
    }

    /// The number a double stands for, with a double's precision; `None` for NaN.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self::Infinite { negative: value < 0.0 });
        }
        let repr = Float::try_from(value).ok()?.into_repr();
        Some(Self::from_repr(repr, 53))
    }
}

/// The exponent of the number's highest bit, plus one: the number is below 2^magnitude.
fn magnitude(repr: &Repr<2>) -> isize {
    let bits = isize::try_from(repr.significand().bit_len()).unwrap_or(isize::MAX);
    repr.exponent().saturating_add(bits)
}

fn fits(repr: &Repr<2>, bits: isize) -> bool {
    magnitude(repr) <= bits
}

fn integer_of(repr: &Repr<2>) -> Option<i64> {
    if !fits(repr, 64) {
        return None;
    }
    i64::try_from(&repr.to_int().value()).ok()
}

/// The float as `i64`, if it is an integer that fits and prints exactly at the float's precision.
fn small_integer(float: &Float) -> Option<i64> {
    let repr = float.repr();
    let exact = isize::try_from(float.precision()).unwrap_or(isize::MAX);
    if repr.exponent() < 0 || !fits(repr, exact) {
        return None;
    }
    integer_of(repr)
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or_else(|_| Self::from_integer(IBig::from(value)), Self::Int)
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Self::from(value as u64)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Some(a), Some(b)) = (self.held(), other.held()) {
            return a.cmp(&b);
        }
        match (self.repr(), other.repr()) {
            (Some(a), Some(b)) => compare(&a, &b),
            (Some(_), None) => {
                if other.is_negative() {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (None, Some(_)) => {
                if self.is_negative() {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (None, None) => other.is_negative().cmp(&self.is_negative()),
        }
    }
}

/// Compares finite numbers: by sign, then by the place of the highest bit, then exactly.
fn compare(a: &Repr<2>, b: &Repr<2>) -> Ordering {
    let (sign_a, sign_b) = (signum(a), signum(b));
    if sign_a != sign_b || sign_a == 0 {
        return sign_a.cmp(&sign_b);
    }
    let by_magnitude = magnitude(a).cmp(&magnitude(b));
    let ordering = by_magnitude.then_with(|| compare_aligned(a, b));
    // Magnitudes grow away from zero; aligned significands carry their sign.
    if by_magnitude.is_ne() && sign_a < 0 { ordering.reverse() } else { ordering }
}

/// Compares the significands of numbers whose highest bits have the same place.
fn compare_aligned(a: &Repr<2>, b: &Repr<2>) -> Ordering {
    let shift = a.exponent() - b.exponent();
    if shift >= 0 {
        (a.significand() << shift.unsigned_abs()).cmp(b.significand())
    } else {
        a.significand().cmp(&(b.significand() << shift.unsigned_abs()))
    }
}

fn signum(repr: &Repr<2>) -> i8 {
    match (repr.significand().is_zero(), repr.sign()) {
        (true, _) => 0,
        (false, Sign::Positive) => 1,
        (false, Sign::Negative) => -1,
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Some(value) = self.to_i64() {
            return value.hash(state);
        }
        match self {
            Self::Big(float) => (float.repr().significand(), float.repr().exponent()).hash(state),
            other => other.is_negative().hash(state),
        }
    }
}
