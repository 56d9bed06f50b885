//! Numbers in the notations of `format`: exact arithmetic, rounded half to even as Go's big floats print.

use dashu_int::{IBig, UBig};

use crate::value::Number;

/// A notation with its number of digits; `None` is Go's shortest form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// `123.45`, with so many digits after the point.
    Plain(usize),
    /// `1.2345e+02`, with so many digits after the point.
    Scientific(usize),
    /// Whichever of the two is shorter, with so many digits in all.
    General(Option<usize>),
}

/// The decimal digits of a number's magnitude without leading and trailing zeros, and how many of them stand
/// before the point.
struct Digits {
    digits: String,
    point: i64,
}

/// The magnitude of a finite number; the sign is the caller's.
pub(super) fn magnitude(number: &Number, notation: Notation) -> String {
    match notation {
        Notation::Plain(after) => plain(number, after),
        Notation::Scientific(after) => scientific(&significant(number, after + 1), after),
        Notation::General(None) => general(&shortest(number), None),
        Notation::General(Some(digits)) => {
            let digits = digits.max(1);
            general(&trimmed(significant(number, digits)), Some(digits))
        }
    }
}

/// The magnitude as an exact fraction.
fn fraction(number: &Number) -> (UBig, UBig) {
    let (significand, exponent) = match number {
        Number::Int(value) | Number::Short { value, .. } => (IBig::from(*value), 0),
        Number::Big(float) => (float.repr().significand().clone(), float.repr().exponent()),
        Number::Infinite { .. } => (IBig::ZERO, 0),
    };
    let magnitude =
        UBig::try_from(if significand < IBig::ZERO { -significand } else { significand }).unwrap_or_default();
    let shift = exponent.unsigned_abs();
    if exponent < 0 { (magnitude, UBig::ONE << shift) } else { (magnitude << shift, UBig::ONE) }
}

fn ten_to(power: usize) -> UBig {
    UBig::from(10_u8).pow(power)
}

/// The magnitude times a power of ten, rounded half to even.
fn scaled(number: &Number, power: i64) -> UBig {
    let (mut above, mut below) = fraction(number);
    let factor = ten_to(usize::try_from(power.unsigned_abs()).unwrap_or(0));
    if power >= 0 {
        above *= factor
    } else {
        below *= factor
    }
    let whole = &above / &below;
    let twice_rest = (above - &whole * &below) << 1;
    let odd = &whole & UBig::ONE == UBig::ONE;
    if twice_rest > below || (twice_rest == below && odd) { whole + UBig::ONE } else { whole }
}

fn plain(number: &Number, after: usize) -> String {
    let digits = scaled(number, i64::try_from(after).unwrap_or(0)).to_string();
    let padded = format!("{digits:0>width$}", width = after + 1);
    let (before, behind) = padded.split_at(padded.len() - after);
    if after == 0 { before.to_owned() } else { format!("{before}.{behind}") }
}

/// The shortest digits that stand for this number at its precision.
fn shortest(number: &Number) -> Digits {
    let text = number.to_string();
    let text = text.trim_start_matches('-');
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{before}{behind}");
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let exponent: i64 = exponent.trim_start_matches('+').parse().unwrap_or(0);
    let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let point = length(before.len()) - length(leading) + exponent;
    trimmed(Digits { digits: digits.trim_start_matches('0').to_owned(), point })
}

fn trimmed(mut digits: Digits) -> Digits {
    digits.digits.truncate(digits.digits.trim_end_matches('0').len());
    if digits.digits.is_empty() {
        digits.point = 0;
    }
    digits
}

/// So many digits, rounded from the exact value; all of them zero for zero.
fn significant(number: &Number, count: usize) -> Digits {
    let width = i64::try_from(count).unwrap_or(i64::MAX);
    let point = shortest(number).point;
    let digits = scaled(number, width.saturating_sub(point)).to_string();
    if digits == "0" {
        return Digits { digits: "0".repeat(count), point: 0 };
    }
    // Rounding up may have made one digit more: 9.99 to 10.
    let point = if digits.len() > count { point + 1 } else { point };
    Digits { digits: digits.get(..count).unwrap_or(&digits).to_owned(), point }
}

fn scientific(digits: &Digits, after: usize) -> String {
    let (first, rest) = digits.digits.split_at(digits.digits.len().min(1));
    let first = if first.is_empty() { "0" } else { first };
    let zero = digits.digits.bytes().all(|b| b == b'0');
    let exponent = if zero { 0 } else { digits.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    let fraction = if after == 0 { String::new() } else { format!(".{rest:0<after$}") };
    format!("{first}{fraction}e{sign}{:02}", exponent.unsigned_abs())
}

/// Scientific below 1e-4, and from as many digits before the point as there are digits (six for the shortest form).
fn general(digits: &Digits, precision: Option<usize>) -> String {
    let count = digits.digits.len();
    let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let threshold = match precision {
        None => 6,
        Some(precision) if precision > count && length(count) >= digits.point => length(count),
        Some(precision) => length(precision),
    };
    let exponent = digits.point - 1;
    if count > 0 && (exponent < -4 || exponent >= threshold) {
        return scientific(digits, count.saturating_sub(1));
    }
    positional(digits)
}

fn positional(digits: &Digits) -> String {
    let text = &digits.digits;
    if text.is_empty() {
        return "0".to_owned();
    }
    match usize::try_from(digits.point) {
        Ok(0) => format!("0.{text}"),
        Ok(point) if point >= text.len() => format!("{text:0<point$}"),
        Ok(point) => {
            let (before, behind) = text.split_at(point);
            format!("{before}.{behind}")
        }
        Err(_) => {
            let zeros = usize::try_from(digits.point.unsigned_abs()).unwrap_or(0);
            format!("0.{}{text}", "0".repeat(zeros))
        }
    }
}
