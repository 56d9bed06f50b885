//! Arithmetic. `pow` and `log` go through doubles, as in Terraform.

use super::{Call, Failure, Outcome};
use crate::value::{Kind, Number, Type, Value, convert};

const NOT_WHOLE: &str = "value must be a whole number, between -9223372036854775808 and 9223372036854775807";

/// Terraform stops a range here.
const MAX_RANGE: usize = 1024;

/// A whole number argument.
pub(super) fn whole(call: &Call<'_, '_>, index: usize) -> Result<i64, Failure> {
    call.arg(index).as_number().and_then(Number::to_i64).ok_or_else(|| Failure::new(NOT_WHOLE))
}

/// A count as a number.
pub(super) fn count(count: u64) -> Value {
    of(i64::try_from(count).map_or_else(|_| Number::from(count), Number::counted))
}

pub(super) fn of(number: Number) -> Value {
    Kind::Number(number).into()
}

/// The finite number argument; zero stands in for what the driver never lets through.
fn number(call: &Call<'_, '_>, index: usize) -> Number {
    call.arg(index).as_number().cloned().unwrap_or(Number::Int(0))
}

fn defined(number: Option<Number>, what: &str) -> Outcome {
    number.map(of).ok_or_else(|| Failure::new(format!("the {what} of these numbers is not defined")))
}

/// As with the operators of one operand, an unknown result is not sensitive.
pub(super) fn abs(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.arg(0).is_known() {
        true => of(number(call, 0).abs()).marked(call.arg(0).marks),
        false => call.unknown(Type::Number),
    })
}

pub(super) fn ceil(call: &Call<'_, '_>) -> Outcome {
    Ok(of(number(call, 0).ceil()))
}

pub(super) fn floor(call: &Call<'_, '_>) -> Outcome {
    Ok(of(number(call, 0).floor()))
}

/// Only of whole numbers, as in Terraform.
pub(super) fn signum(call: &Call<'_, '_>) -> Outcome {
    Ok(Value::counted(whole(call, 0)?.signum()))
}

pub(super) fn pow(call: &Call<'_, '_>) -> Outcome {
    defined(number(call, 0).pow(&number(call, 1)), "power")
}

pub(super) fn log(call: &Call<'_, '_>) -> Outcome {
    defined(number(call, 0).log(&number(call, 1)), "logarithm")
}

pub(super) fn max(call: &Call<'_, '_>) -> Outcome {
    extreme(call, |next, best| next > best)
}

pub(super) fn min(call: &Call<'_, '_>) -> Outcome {
    extreme(call, |next, best| next < best)
}

fn extreme(call: &Call<'_, '_>, better: fn(&Number, &Number) -> bool) -> Outcome {
    let mut best: Option<&Value> = None;
    for next in call.args {
        let wins = match (next.as_number(), best.and_then(Value::as_number)) {
            (Some(next), Some(best)) => better(next, best),
            _ => best.is_none(),
        };
        if wins {
            best = Some(next);
        }
    }
    best.cloned().ok_or_else(|| Failure::new("must pass at least one number"))
}

/// Numbers, or what converts to one; null and anything else is refused.
pub(super) fn sum(call: &Call<'_, '_>) -> Outcome {
    let list = call.arg(0);
    let Some(items) = list.items() else { return Err(Failure::at(0, not_summable(list))) };
    if items.is_empty() {
        return Err(Failure::at(0, "cannot sum an empty list"));
    }
    let not_numbers = || Failure::at(0, "argument must be list, set, or tuple of number values");
    let mut total: Option<Number> = None;
    if items.iter().any(|item| !item.is_known()) {
        return Ok(call.unknown(Type::Number));
    }
    for item in items {
        let item = convert(item, &Type::Number).map_err(|_| not_numbers())?;
        match &item.kind {
            Kind::Number(number) => {
                let sum = total.map_or_else(|| Some(number.clone()), |total| total.add(number));
                total = Some(sum.ok_or_else(|| Failure::new("can't compute sum of opposing infinities"))?);
            }
            _ => return Err(not_numbers()),
        }
    }
    Ok(of(total.unwrap_or(Number::Int(0))))
}

fn not_summable(value: &Value) -> String {
    match value.ty() {
        Type::Map(_) | Type::Object(_) => {
            format!("argument must be list, set, or tuple. Received {}", super::convert::friendly(&value.ty()))
        }
        _ => "cannot sum noniterable".to_owned(),
    }
}

/// `range(limit)`, `range(start, limit)` or `range(start, limit, step)`.
pub(super) fn range(call: &Call<'_, '_>) -> Outcome {
    let (start, end, step) = match call.args.len() {
        1 => (Number::counted(0), number(call, 0), None),
        2 => (number(call, 0), number(call, 1), None),
        3 => (number(call, 0), number(call, 1), Some(number(call, 2))),
        _ => return Err(Failure::new("must have one, two, or three arguments")),
    };
    let down = end < start;
    let step = step.unwrap_or(Number::counted(if down { -1 } else { 1 }));
    let backwards = step.is_negative() && !step.is_zero();
    if (down || !step.is_zero()) && backwards != down && end != start {
        let (relation, sign) = if down { ("greater", "positive") } else { ("less", "negative") };
        return Err(Failure::at(1, format!("end must be {relation} than start when step is {sign}")));
    }
    counted(start, &end, &step)
}

fn counted(start: Number, end: &Number, step: &Number) -> Outcome {
    let backwards = step.is_negative() && !step.is_zero();
    let reached = |at: &Number| if backwards { at <= end } else { at >= end };
    let mut items = Vec::new();
    let mut at = start;
    while !reached(&at) {
        if items.len() >= MAX_RANGE {
            return Err(Failure::new(
                "more than 1024 values were generated; either decrease the difference between start and end or use \
                 a smaller step",
            ));
        }
        items.push(of(at.clone()));
        at = at.add(step).ok_or_else(|| Failure::new("the range is not defined"))?;
    }
    Ok(Value::list(Type::Number, items))
}

/// Anything but text is refused even where it is not known yet.
pub(super) fn parseint_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    match call.arg(0).ty() {
        Type::String | Type::Any => Ok(Type::Number),
        other => {
            let found = super::convert::friendly(&other);
            Err(Failure::at(0, format!("first argument must be a string, not {found}")))
        }
    }
}

/// Digits up to base 62: upper case letters come after lower case ones, and up to base 36 mean the same.
pub(super) fn parseint(call: &Call<'_, '_>) -> Outcome {
    parseint_of(call)?;
    let text = call.text(0);
    let base = whole(call, 1).map_err(|f| Failure::at(1, f.message))?;
    if !(2..=62).contains(&base) {
        return Err(Failure::at(1, "base must be a whole number between 2 and 62 inclusive"));
    }
    call.bounded(text.len().saturating_mul(100))?;
    digits(text, base)
        .map(of)
        .ok_or_else(|| Failure::at(0, format!("cannot parse \"{text}\" as a base {base} integer")))
}

fn digits(text: &str, base: i64) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.is_empty() {
        return None;
    }
    let mut value = dashu_int::IBig::ZERO;
    for c in unsigned.chars() {
        let digit = digit(c, base).filter(|digit| *digit < base)?;
        value = value * base + digit;
    }
    Some(Number::from_digits(if text.starts_with('-') { -value } else { value }))
}

fn digit(c: char, base: i64) -> Option<i64> {
    let offset = |from: char| i64::from(u32::from(c) - u32::from(from));
    match c {
        '0'..='9' => Some(offset('0')),
        'a'..='z' => Some(10 + offset('a')),
        'A'..='Z' if base <= 36 => Some(10 + offset('A')),
        'A'..='Z' => Some(36 + offset('A')),
        _ => None,
    }
}
