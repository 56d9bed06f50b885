//! Arithmetic with the rounding of Go's `big.Float`, which is what Terraform computes with.

use dashu_base::{BitTest, Sign};
use dashu_float::{Context, Repr, round::mode::HalfEven};
use dashu_int::IBig;

use super::{Float, Number, PRECISION, magnitude};

impl Number {
    /// The sum; `None` for `Inf - Inf`.
    #[must_use]
    pub fn add(&self, other: &Self) -> Option<Self> {
        if let Some(sum) = self.at_hand(other, i64::checked_add) {
            return Some(sum);
        }
        let (Some(a), Some(b)) = (self.repr(), other.repr()) else { return self.add_infinite(other) };
        if a.significand().is_zero() || b.significand().is_zero() {
            return Some(self.add_zero(other));
        }
        Some(sum(&a, &b, self.precision().max(other.precision())))
    }

    /// What comes of two integers that are at hand, where it is one too that their precision has room for.
    fn at_hand(&self, other: &Self, operation: fn(i64, i64) -> Option<i64>) -> Option<Self> {
        let result = operation(self.held()?, other.held()?)?;
        let precision = match (self, other) {
            (Self::Short { precision: a, .. }, Self::Short { precision: b, .. }) => *a.max(b) as usize,
            _ => PRECISION,
        };
        let bits = i64::BITS - result.unsigned_abs().leading_zeros();
        (bits as usize <= precision).then(|| Self::small(result, precision))
    }

    fn add_infinite(&self, other: &Self) -> Option<Self> {
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) if self.is_negative() != other.is_negative() => None,
            (true, _) => Some(self.clone()),
            _ => Some(other.clone()),
        }
    }

    /// The sum where one of the two is a zero: negative zero only of two negative zeros.
    fn add_zero(&self, other: &Self) -> Self {
        match (self.is_zero(), other.is_zero()) {
            (true, true) if self.is_negative() && other.is_negative() => Self::negative_zero(),
            (true, true) => Self::small(0, self.precision().max(other.precision())),
            (true, false) => other.with_precision(self.precision().max(other.precision())),
            (false, _) => self.with_precision(self.precision().max(other.precision())),
        }
    }

    /// The same number at a precision that is at least its own.
    fn with_precision(&self, precision: usize) -> Self {
        self.repr().map_or_else(|| self.clone(), |repr| Self::from_repr(repr, precision))
    }

    fn wider(&self, other: &Self) -> Context<HalfEven> {
        Context::new(self.precision().max(other.precision()))
    }

    /// The difference; `None` for `Inf - Inf`.
    #[must_use]
    pub fn sub(&self, other: &Self) -> Option<Self> {
        if let Some(difference) = self.at_hand(other, i64::checked_sub) {
            return Some(difference);
        }
        self.add(&other.neg())
    }

    /// The product; `None` for `0 * Inf`.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Option<Self> {
        if let Some(product) = self.at_hand(other, i64::checked_mul).filter(|product| !product.is_zero()) {
            return Some(product);
        }
        let negative = self.is_negative() != other.is_negative();
        let (Some(a), Some(b)) = (self.repr(), other.repr()) else {
            return (!self.is_zero() && !other.is_zero()).then_some(Self::Infinite { negative });
        };
        if self.is_zero() || other.is_zero() {
            return Some(zero(negative));
        }
        let product = Context::<HalfEven>::new(PRECISION).mul(&a, &b).ok()?.value().into_repr();
        // Terraform gives a product of less precise numbers the bits it needs to be exact.
        let needed = product.significand().bit_len();
        Some(Self::from_repr(product, needed.max(self.precision()).max(other.precision())))
    }

    /// The quotient; `None` for `0 / 0` and `Inf / Inf`. Others divided by zero are infinite.
    #[must_use]
    pub fn div(&self, other: &Self) -> Option<Self> {
        let negative = self.is_negative() != other.is_negative();
        if self.is_infinite() || other.is_zero() {
            let undefined = other.is_infinite() || self.is_zero();
            return (!undefined).then_some(Self::Infinite { negative });
        }
        if self.is_zero() || other.is_infinite() {
            return Some(zero(negative));
        }
        let whole = |a: i64, b: i64| (a.checked_rem(b)? == 0).then(|| a.checked_div(b))?;
        if let Some(quotient) = self.at_hand(other, whole) {
            return Some(quotient);
        }
        let quotient = self.wider(other).div(&self.repr()?, &other.repr()?).ok()?;
        Some(Self::from_float(quotient.value()))
    }

    /// Terraform's `%`: what is left of the truncated quotient, with the sign of the dividend. `x % 0` is `x`;
    /// `None` when either is infinite.
    #[must_use]
    pub fn rem(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return Some(self.clone());
        }
        if self.is_infinite() || other.is_infinite() {
            return None;
        }
        if let (Some(a), Some(b)) = (self.held(), other.held()) {
            return Some(Self::small(a.checked_rem(b).unwrap_or(0), self.precision()));
        }
        let whole = self.div(other)?.trunc();
        let precision = self.precision();
        self.rounded_to(precision)?
            .sub(&whole.rounded_to(precision)?.mul(other)?.rounded_to(precision)?)?
            .rounded_to(precision)
    }

    /// The same number with so many bits, and of that precision.
    fn rounded_to(&self, precision: usize) -> Option<Self> {
        let (significand, exponent) = self.repr()?.into_parts();
        Some(Self::from_repr(rounded(significand, exponent, precision), precision))
    }

    /// The negation; of zero it is negative zero, which prints as `-0`.
    #[must_use]
    pub fn neg(&self) -> Self {
        match self {
            Self::Int(0) | Self::Short { value: 0, .. } => Self::negative_zero(),
            Self::Int(value) | Self::Short { value, .. } => value
                .checked_neg()
                .map_or_else(|| Self::from_integer(-IBig::from(*value)), |value| Self::small(value, self.precision())),
            Self::Big(float) => Self::from_float(Float::from_repr(-float.repr().clone(), float.context())),
            Self::Infinite { negative } => Self::Infinite { negative: !negative },
        }
    }

    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// -1, 0 or 1.
    #[must_use]
    pub fn signum(&self) -> Self {
        match (self.is_zero(), self.is_negative()) {
            (true, _) => Self::counted(0),
            (false, true) => Self::counted(-1),
            (false, false) => Self::counted(1),
        }
    }

    /// Rounded towards zero, of the same precision; never negative zero.
    #[must_use]
    pub fn trunc(&self) -> Self {
        match self {
            Self::Big(float) if self.is_zero() => Self::small(0, float.precision()),
            Self::Big(float) if !self.is_integer() => {
                Self::from_repr(Repr::new(float.repr().to_int().value(), 0), float.precision())
            }
            _ => self.clone(),
        }
    }

    #[must_use]
    pub fn floor(&self) -> Self {
        let whole = self.trunc();
        if self.is_negative() && whole != *self { whole.next(-1) } else { whole }
    }

    /// The integer beside this one, of its precision.
    fn next(&self, step: i64) -> Self {
        self.add(&Self::small(step, self.precision())).unwrap_or_else(|| self.clone())
    }

    #[must_use]
    pub fn ceil(&self) -> Self {
        let whole = self.trunc();
        if !self.is_negative() && whole != *self { whole.next(1) } else { whole }
    }

    /// The power, computed with doubles as Terraform does; `None` when an argument is out of a double's range
    /// or the result is no number.
    #[must_use]
    pub fn pow(&self, exponent: &Self) -> Option<Self> {
        Self::from_f64(power(self.to_f64()?, exponent.to_f64()?))
    }

    /// The logarithm, computed with doubles as Terraform does; `None` as for [`Self::pow`].
    #[must_use]
    pub fn log(&self, base: &Self) -> Option<Self> {
        Self::from_f64(libm::log(self.to_f64()?) / libm::log(base.to_f64()?))
    }
}

/// Bits between two numbers beyond which the smaller one only decides which way the larger is rounded.
const FAR: isize = 2 * PRECISION as isize + 128;

/// The sum of two numbers that are not zero. It is computed exactly and rounded once, as Go does; adding with
/// `dashu_float` is off by one in the last bit now and then.
fn sum(a: &Repr<2>, b: &Repr<2>, precision: usize) -> Number {
    let (large, small) = if magnitude(a) >= magnitude(b) { (a, b) } else { (b, a) };
    let far = magnitude(large) - magnitude(small) > FAR;
    let (significand, exponent) = if far {
        // Anything of the right sign, well below the last bit.
        let nudge = if small.sign() == Sign::Positive { IBig::ONE } else { IBig::NEG_ONE };
        let shift = FAR.unsigned_abs();
        ((large.significand() << shift) + nudge, large.exponent() - FAR)
    } else {
        let exponent = large.exponent().min(small.exponent());
        let aligned = |repr: &Repr<2>| repr.significand() << (repr.exponent() - exponent).unsigned_abs();
        (aligned(large) + aligned(small), exponent)
    };
    // What cancels out is positive zero.
    if significand.is_zero() {
        return Number::Int(0);
    }
    Number::from_repr(rounded(significand, exponent, precision), precision)
}

/// The power as Go computes it, which differs from the C library's in the last digits: by squaring for the whole
/// part of the exponent, by logarithm for the rest (whose last digit may differ: Go's exponential is its own).
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.abs() == 0.5 && base.is_finite() && base != 0.0 {
        return if exponent < 0.0 { 1.0 / base.sqrt() } else { base.sqrt() };
    }
    let special = base == 0.0 || !base.is_finite() || !exponent.is_finite() || exponent.abs() >= TOO_LARGE;
    if special || base < 0.0 && exponent.fract() != 0.0 {
        return base.powf(exponent);
    }
    let (mut whole, mut rest) = (exponent.abs().trunc(), exponent.abs().fract());
    if rest > 0.5 {
        rest -= 1.0;
        whole += 1.0;
    }
    let start = if rest == 0.0 { 1.0 } else { (rest * base.ln()).exp() };
    let (mantissa, two) = power_of_mantissa(base, whole, start);
    if exponent < 0.0 { scale(1.0 / mantissa, -two) } else { scale(mantissa, two) }
}

/// Exponents from which every power is 0, 1 or infinite.
const TOO_LARGE: f64 = 9_007_199_254_740_992.0;

/// `start * base^whole` as a mantissa and a power of two, so that nothing overflows on the way.
fn power_of_mantissa(base: f64, whole: f64, start: f64) -> (f64, i64) {
    let (mut square, mut square_two) = split(base);
    let (mut result, mut two) = (start, 0_i64);
    #[expect(clippy::cast_possible_truncation, reason = "below 2^53")]
    let mut left = whole as i64;
    while left != 0 {
        if square_two.abs() > 1 << 12 {
            two += square_two;
            break;
        }
        if left & 1 == 1 {
            result *= square;
            two += square_two;
        }
        square *= square;
        square_two *= 2;
        if square < 0.5 {
            square += square;
            square_two -= 1;
        }
        left >>= 1;
    }
    (result, two)
}

/// A number as a mantissa from 0.5 up to 1 and a power of two.
fn split(value: f64) -> (f64, i64) {
    // Numbers below the normal ones have no implicit leading bit: bring them up first.
    let (value, shift) = if value.abs() < f64::MIN_POSITIVE { (value * 2_f64.powi(54), 54) } else { (value, 0) };
    let bits = value.to_bits();
    let biased = i64::try_from(bits >> 52 & 0x7ff).unwrap_or_default();
    let mantissa = f64::from_bits(bits & !(0x7ff << 52) | 0x3fe << 52);
    (mantissa, biased - 0x3fe - shift)
}

/// `mantissa * 2^two`, in steps that a double has room for.
fn scale(mut mantissa: f64, two: i64) -> f64 {
    let mut left = i32::try_from(two.clamp(-4_000, 4_000)).unwrap_or_default();
    while left != 0 {
        let step = left.clamp(-1_000, 1_000);
        mantissa *= 2_f64.powi(step);
        left -= step;
    }
    mantissa
}

fn zero(negative: bool) -> Number {
    if negative { Number::negative_zero() } else { Number::Int(0) }
}

/// `significand * 2^exponent`, rounded.
pub(super) fn rounded(significand: IBig, exponent: isize, precision: usize) -> Repr<2> {
    let float = Float::from_repr(Repr::new(significand, exponent), Context::new(0));
    float.with_precision(precision).value().into_repr()
}

pub(super) fn sign(negative: bool) -> Sign {
    if negative { Sign::Negative } else { Sign::Positive }
}
