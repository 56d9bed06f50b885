//! Numbers as text: what Terraform reads as a number, and the digits it prints.

use std::{fmt, str::FromStr};

use dashu_base::{BitTest, UnsignedAbs};
use dashu_float::{Context, Repr, round::mode::HalfEven};
use dashu_int::{IBig, UBig};

use super::{
    Number, PRECISION,
    arithmetic::{rounded, sign},
    magnitude,
};

/// Digits a number may be written with: more than anybody writes, and little enough to read in no time.
const MAX_WRITTEN: usize = 100_000;

/// Numbers at or above 2^this, or below its inverse, print in scientific notation instead of
/// hundreds of thousands of digits.
const MAX_PRINTED: isize = 1 << 20;

/// Bits the powers of five are computed with while reading: as many as Go uses.
const READING: usize = PRECISION + 64;

impl Number {
    /// Reads what `tonumber` accepts: decimal digits with an optional sign, point and exponent (`e` of ten, or `p` of
    /// two), and `inf`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(small) = parse_small(text) {
            return Some(small);
        }
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if matches!(unsigned, "inf" | "Inf") {
            return Some(Self::Infinite { negative });
        }
        Written::read(unsigned)?.number(negative)
    }
}

/// Plain integers, by far the most frequent.
fn parse_small(text: &str) -> Option<Number> {
    let plain = (1..=18).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok().map(Number::Int)).flatten()
}

/// The parts of a number as it is written: `digits * 10^ten * 2^two`.
struct Written {
    digits: UBig,
    ten: i64,
    two: i64,
}

impl Written {
    fn read(text: &str) -> Option<Self> {
        let (mantissa, ten, two) = match text.find(['e', 'E', 'p', 'P']) {
            None => (text, 0, 0),
            Some(at) => {
                let (mantissa, rest) = text.split_at(at);
                let exponent = read_exponent(rest.get(1..)?)?;
                if rest.starts_with(['e', 'E']) { (mantissa, exponent, 0) } else { (mantissa, 0, exponent) }
            }
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || all.len() > MAX_WRITTEN || !all.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits = UBig::from_str(&all).ok()?;
        Some(Self { digits, ten: ten - i64::try_from(fraction.len()).ok()?, two })
    }

    fn number(self, negative: bool) -> Option<Number> {
        if self.digits.is_zero() {
            return Some(if negative { Number::negative_zero() } else { Number::Int(0) });
        }
        let significand = IBig::from_parts(sign(negative), self.digits);
        let exponent = isize::try_from(self.ten + self.two).ok()?;
        if self.ten == 0 {
            return Some(Number::from_repr(rounded(significand, exponent, PRECISION), PRECISION));
        }
        let power = power_of_five(self.ten.unsigned_abs());
        let written = Repr::new(significand, 0);
        let context = Context::<HalfEven>::new(PRECISION);
        let scaled = if self.ten < 0 { context.div(&written, &power) } else { context.mul(&written, &power) };
        let (significand, binary) = scaled.ok()?.value().into_repr().into_parts();
        Some(Number::from_repr(Repr::new(significand, binary.checked_add(exponent)?), PRECISION))
    }
}

/// Exponents beyond what any number reaches are cut: the number is infinite or zero all the same.
fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let cut = digits.bytes().fold(0_i64, |sum, b| (sum * 10 + i64::from(b - b'0')).min(1 << 32));
    Some(if negative { -cut } else { cut })
}

/// 5^n, rounded at every step once it is long: a bounded amount of work for any exponent.
fn power_of_five(mut n: u64) -> Repr<2> {
    let context = Context::<HalfEven>::new(READING);
    let mut power = Repr::new(IBig::ONE, 0);
    let mut square = Repr::new(IBig::from(5), 0);
    while n > 0 {
        if n & 1 == 1 {
            power = context.mul(&power, &square).map_or(power, |product| product.value().into_repr());
        }
        square = context.mul(&square, &square).map_or(square, |product| product.value().into_repr());
        n >>= 1;
    }
    power
}

/// As Terraform converts a number to a string: the fewest decimal digits that give the number back, and no exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) | Self::Short { value, .. } => fmt::Display::fmt(value, f),
            Self::Infinite { negative: false } => f.write_str("+Inf"),
            Self::Infinite { negative: true } => f.write_str("-Inf"),
            Self::Big(float) => {
                let minus = if self.is_negative() { "-" } else { "" };
                write!(f, "{minus}{}", print(float.repr(), float.precision()))
            }
        }
    }
}

impl Number {
    /// At most so many significant digits, with an exponent where that is shorter: Go's `%.10g`, by which Terraform
    /// orders structures in sets.
    pub(in crate::value) fn to_general(&self, digits: usize) -> String {
        let Some(repr) = self.repr().filter(|repr| magnitude(repr).abs() <= MAX_PRINTED) else {
            return self.to_string();
        };
        let minus = if self.is_negative() { "-" } else { "" };
        let mut decimal = Decimal::exact(&repr.significand().unsigned_abs(), repr.exponent());
        decimal.cut(digits, true, true);
        format!("{minus}{}", decimal.general(digits))
    }
}

fn print(repr: &Repr<2>, precision: usize) -> String {
    if repr.significand().is_zero() {
        return "0".to_owned();
    }
    if magnitude(repr).abs() > MAX_PRINTED {
        return scientific(repr);
    }
    Decimal::shortest(repr, precision).to_string()
}

/// A rough rendering of numbers too large or too small to print: two digits and an exponent.
fn scientific(repr: &Repr<2>) -> String {
    let significand = repr.significand().unsigned_abs();
    let leading = significand.clone() >> significand.bit_len().saturating_sub(52);
    let top = u64::try_from(&leading).unwrap_or(1);
    #[expect(clippy::cast_precision_loss, reason = "a rough rendering")]
    let two = (top as f64).log2() - leading.bit_len() as f64 + magnitude(repr) as f64;
    let ten = two * std::f64::consts::LOG10_2;
    format!("{:.1}e{:+}", 10_f64.powf(ten - ten.floor()), ten.floor())
}

/// `0.d₁d₂d₃… * 10^point`, without trailing zeros.
struct Decimal {
    digits: Vec<u8>,
    point: isize,
}

impl Decimal {
    /// The exact decimal digits of `significand * 2^exponent`.
    fn exact(significand: &UBig, exponent: isize) -> Self {
        let scaled = if exponent >= 0 {
            significand << exponent.unsigned_abs()
        } else {
            // m / 2^n = m * 5^n / 10^n
            significand * UBig::from(5_u8).pow(exponent.unsigned_abs())
        };
        let digits: Vec<u8> = scaled.to_string().bytes().map(|b| b - b'0').collect();
        let length = isize::try_from(digits.len()).unwrap_or(isize::MAX);
        let mut decimal = Self { digits, point: length + exponent.min(0) };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
    }

    fn at(&self, i: usize) -> u8 {
        self.digits.get(i).copied().unwrap_or(0)
    }

    /// The fewest digits that lie within half a unit of the last bit: any of them reads back as the number.
    fn shortest(repr: &Repr<2>, precision: usize) -> Self {
        let significand = repr.significand().unsigned_abs();
        // One more bit than the precision, so that 1 is half a unit of the last place.
        let shift = (precision + 1).saturating_sub(significand.bit_len());
        let exponent = repr.exponent() - isize::try_from(shift).unwrap_or(0);
        let half_units = significand << shift;
        let mut exact = Self::exact(&half_units, exponent);
        let lower = Self::exact(&(&half_units - UBig::ONE), exponent);
        let upper = Self::exact(&(&half_units + UBig::ONE), exponent);
        // The bounds themselves round to the number only if its last bit is even.
        let inclusive = !half_units.bit(1);
        for i in 0..exact.digits.len() {
            let (l, d, u) = (lower.at(i), exact.at(i), upper.at(i));
            let down = l != d || inclusive && i + 1 == lower.digits.len();
            let up = d != u && (inclusive || d + 1 < u || i + 1 < upper.digits.len());
            if down || up {
                exact.cut(i + 1, down, up);
                break;
            }
        }
        exact
    }

    /// Keeps `length` digits; rounds as allowed, to nearest where both ways are.
    fn cut(&mut self, length: usize, down: bool, up: bool) {
        if length >= self.digits.len() {
            return;
        }
        let round_up = up && (!down || self.rounds_up(length));
        self.digits.truncate(length);
        if round_up {
            self.increment();
        }
        self.trim();
    }

    /// Whether what follows the first `length` digits is more than half, or half after an odd digit.
    fn rounds_up(&self, length: usize) -> bool {
        let exactly_half = self.at(length) == 5 && length + 1 == self.digits.len();
        if exactly_half {
            return length > 0 && self.at(length - 1) % 2 == 1;
        }
        self.at(length) >= 5
    }

    fn general(&self, digits: usize) -> String {
        let Some((first, rest)) = self.digits.split_first() else { return "0".to_owned() };
        let exponent = self.point - 1;
        let limit = isize::try_from(digits).unwrap_or(isize::MAX);
        if (-4..limit).contains(&exponent) {
            return self.to_string();
        }
        let rest: String = rest.iter().map(|digit| char::from(b'0' + digit)).collect();
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{first}{point}{rest}e{sign}{:02}", exponent.unsigned_abs())
    }

    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
        self.point += 1;
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let point = usize::try_from(self.point).unwrap_or(0);
        if point == 0 {
            f.write_str("0")?;
        }
        for i in 0..point {
            write!(f, "{}", self.at(i))?;
        }
        if self.digits.len() <= point {
            return Ok(());
        }
        f.write_str(".")?;
        for _ in self.point..0 {
            f.write_str("0")?;
        }
        self.digits.iter().skip(point).try_for_each(|digit| write!(f, "{digit}"))
    }
}
