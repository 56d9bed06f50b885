//! Arithmetic with the rounding of Go's `big.Float`, which is what Terraform computes with.

use dashu_base::{BitTest, Sign};
use dashu_float::{Context, Repr, round::mode::HalfEven};
use dashu_int::IBig;

use super::{Float, Number, PRECISION};

impl Number {
    /// The sum; `None` for `Inf - Inf`.
    #[must_use]
    pub fn add(&self, other: &Self) -> Option<Self> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Some(Self::Int(sum));
        }
        let (Some(a), Some(b)) = (self.repr(), other.repr()) else { return self.add_infinite(other) };
        if a.significand().is_zero() || b.significand().is_zero() {
            return Some(self.add_zero(other));
        }
        self.wider(other).add(&a, &b).ok().map(|sum| Self::from_float(sum.value()))
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
            (true, true) => Self::Int(0),
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
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(difference) = a.checked_sub(*b)
        {
            return Some(Self::Int(difference));
        }
        self.add(&other.neg())
    }

    /// The product; `None` for `0 * Inf`.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Option<Self> {
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
            && product != 0
        {
            return Some(Self::Int(product));
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
        if let (Self::Int(a), Self::Int(b)) = (self, other)
            && a.checked_rem(*b) == Some(0)
            && let Some(quotient) = a.checked_div(*b)
        {
            return Some(Self::Int(quotient));
        }
        let quotient = self.wider(other).div(&self.repr()?, &other.repr()?).ok()?;
        Some(Self::from_float(quotient.value()))
    }

    /// Terraform's `%`: what is left of the truncated quotient, with the sign of the dividend. `x % 0` is `x`;
    /// `None` when either is infinite.
    #[must_use]
    pub fn rem(&self, other: &Self) -> Option<Self> {
        if self.is_infinite() || other.is_infinite() {
            return None;
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        if let (Self::Int(a), Self::Int(b)) = (self, other) {
            return Some(Self::Int(a.checked_rem(*b).unwrap_or(0)));
        }
        let whole = self.div(other)?.trunc();
        self.sub(&whole.mul(other)?)
    }

    /// The negation; of zero it is negative zero, which prints as `-0`.
    #[must_use]
    pub fn neg(&self) -> Self {
        match self {
            Self::Int(0) => Self::negative_zero(),
            Self::Int(value) => value.checked_neg().map_or_else(|| Self::from_integer(-IBig::from(*value)), Self::Int),
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
            (true, _) => Self::Int(0),
            (false, true) => Self::Int(-1),
            (false, false) => Self::Int(1),
        }
    }

    /// Rounded towards zero; never negative zero.
    #[must_use]
    pub fn trunc(&self) -> Self {
        match self {
            Self::Big(_) if self.is_zero() => Self::Int(0),
            Self::Big(float) if !self.is_integer() => Self::from_integer(float.repr().to_int().value()),
            _ => self.exact(),
        }
    }

    /// An integer that prints all its digits whatever its precision was.
    fn exact(&self) -> Self {
        match self {
            Self::Big(float) if float.precision() < PRECISION => self.with_precision(PRECISION),
            _ => self.clone(),
        }
    }

    #[must_use]
    pub fn floor(&self) -> Self {
        let whole = self.trunc();
        if self.is_negative() && whole != *self { whole.sub(&Self::Int(1)).unwrap_or(whole) } else { whole }
    }

    #[must_use]
    pub fn ceil(&self) -> Self {
        let whole = self.trunc();
        if !self.is_negative() && whole != *self { whole.add(&Self::Int(1)).unwrap_or(whole) } else { whole }
    }

    /// The power, computed with doubles as Terraform does; `None` when an argument is out of a double's range
    /// or the result is no number.
    #[must_use]
    pub fn pow(&self, exponent: &Self) -> Option<Self> {
        Self::from_f64(self.to_f64()?.powf(exponent.to_f64()?))
    }

    /// The logarithm, computed with doubles as Terraform does; `None` as for [`Self::pow`].
    #[must_use]
    pub fn log(&self, base: &Self) -> Option<Self> {
        Self::from_f64(self.to_f64()?.ln() / base.to_f64()?.ln())
    }
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
