//! Functions over strings. Lengths and positions count grapheme clusters.

use unicode_segmentation::UnicodeSegmentation;

use super::{Call, Failure, Outcome, numeric::whole, string};
use crate::value::{Because, Kind, Type, Value};

pub(super) fn chomp(call: &Call<'_, '_>) -> Outcome {
    Ok(string(call.text(0).trim_end_matches(['\n', '\r'])))
}

/// Every line but the first gets the spaces, also an empty one.
pub(super) fn indent(call: &Call<'_, '_>) -> Outcome {
    let spaces = whole(call, 0)?;
    let text = call.text(1);
    let width = usize::try_from(spaces).map_err(|_| Failure::at(0, "the number of spaces must not be negative"))?;
    call.bounded(text.matches('\n').count().saturating_mul(width).saturating_add(text.len()))?;
    Ok(string(&text.replace('\n', &format!("\n{}", " ".repeat(width)))))
}

pub(super) fn join(call: &Call<'_, '_>) -> Outcome {
    if call.args.len() < 2 {
        return Err(Failure::new("at least one list is required"));
    }
    let mut parts = Vec::new();
    for (list, argument) in call.args.iter().enumerate().skip(1) {
        for (index, item) in argument.items().unwrap_or_default().iter().enumerate() {
            if item.is_null() {
                return Err(Failure::at(list, format!("element {index} is null; cannot concatenate null values")));
            }
            parts.push(item);
        }
    }
    joined(call, &parts)
}

/// With an unknown part the result is a template: what is known of it stays visible.
fn joined(call: &Call<'_, '_>, parts: &[&Value]) -> Outcome {
    let separator = call.text(0);
    let size: usize = parts.iter().map(|p| p.as_str().map_or(0, |s| s.len()) + separator.len()).sum();
    call.bounded(size)?;
    if let Some(texts) = parts.iter().map(|p| p.as_str().map(|s| s.as_str())).collect::<Option<Vec<_>>>() {
        return Ok(string(&texts.join(separator)));
    }
    let mut pieces = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 && !separator.is_empty() {
            pieces.push(Value::string(separator));
        }
        pieces.push((*part).clone());
    }
    Ok(template(pieces))
}

/// An unknown string made of known and unknown pieces. Neighbouring known ones are one, and templates inside dissolve.
pub(super) fn template(joined: Vec<Value>) -> Value {
    let mut merged: Vec<Value> = Vec::new();
    for piece in joined
        .into_iter()
        .flat_map(|value| if pieces(&value).is_empty() { vec![value] } else { pieces(&value).to_vec() })
    {
        let before = merged.last().and_then(Value::as_str).cloned();
        match (before, piece.as_str()) {
            (_, Some(text)) if text.is_empty() => {}
            (Some(before), Some(text)) => {
                merged.pop();
                merged.push(Value::string(before + text.as_str()));
            }
            _ => merged.push(piece),
        }
    }
    let known = crate::value::Known { not_null: true, ..Default::default() };
    Value::unknown_with(Type::String, Because::Template(merged.into()), known)
}

/// Go's mapping, one character to one: `ß` stays.
pub(super) fn lower(call: &Call<'_, '_>) -> Outcome {
    Ok(string(&call.text(0).chars().map(lower_one).collect::<String>()))
}

pub(super) fn upper(call: &Call<'_, '_>) -> Outcome {
    Ok(string(&call.text(0).chars().map(upper_one).collect::<String>()))
}

fn only(mut mapped: impl Iterator<Item = char>, original: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(c), None) => c,
        _ => original,
    }
}

/// The simple lower case; `İ` is the one letter whose full mapping is longer than its simple one.
fn lower_one(c: char) -> char {
    if c == 'İ' { 'i' } else { only(c.to_lowercase(), c) }
}

fn upper_one(c: char) -> char {
    match c {
        // Greek letters with iota subscript: one character in simple mapping, two in full mapping.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shifted(c, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(c, 9),
        _ => only(c.to_uppercase(), c),
    }
}

fn shifted(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// The letters that have a title case of their own, and upper case for the rest.
fn title_one(c: char) -> char {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        // Georgian has upper case letters but does not use them in titles.
        '\u{10d0}'..='\u{10ff}' => c,
        _ => upper_one(c),
    }
}

/// Upper-cases the first letter of each word, words being separated as Go's `strings.Title` does.
pub(super) fn title(call: &Call<'_, '_>) -> Outcome {
    let mut previous = ' ';
    let titled = call.text(0).chars().map(|c| {
        let out = if separates(previous) { title_one(c) } else { c };
        previous = c;
        out
    });
    Ok(string(&titled.collect::<String>()))
}

fn separates(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || c == '_');
    }
    !c.is_alphanumeric() && c.is_whitespace()
}

/// `/…/` is a regular expression, as in Terraform.
pub(super) fn replace(call: &Call<'_, '_>) -> Outcome {
    let [text, from, to] = [call.text(0), call.text(1), call.text(2)];
    let pattern = from.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|_| from.len() > 1);
    if let Some(pattern) = pattern {
        return super::regex::replace(call, pattern);
    }
    call.bounded(text.matches(from).count().saturating_mul(to.len()).saturating_add(text.len()))?;
    Ok(string(&text.replace(from, to)))
}

pub(super) fn split(call: &Call<'_, '_>) -> Outcome {
    let [separator, text] = [call.text(0), call.text(1)];
    let parts: Vec<Value> = if separator.is_empty() {
        text.graphemes(true).flat_map(str::chars).map(|c| string(c.encode_utf8(&mut [0; 4]))).collect()
    } else {
        text.split(separator).map(string).collect()
    };
    Ok(Value::list(Type::String, parts))
}

pub(super) fn strcontains(call: &Call<'_, '_>) -> Outcome {
    let Some(needle) = call.arg(1).as_str() else { return Ok(call.unknown(Type::Bool)) };
    let known = call.arg(0);
    if let Some(text) = known.as_str() {
        return Ok(Value::bool(text.contains(needle.as_str())));
    }
    let sure = needle.is_empty() || pieces(known).iter().any(|p| p.as_str().is_some_and(|t| t.contains(&**needle)));
    Ok(if sure { Value::bool(true) } else { call.unknown(Type::Bool) })
}

/// The pieces of a partly known string.
fn pieces(value: &Value) -> &[Value] {
    match value.as_unknown().map(|u| &u.because) {
        Some(Because::Template(pieces)) => pieces,
        _ => &[],
    }
}

pub(super) fn startswith(call: &Call<'_, '_>) -> Outcome {
    let Some(prefix) = call.arg(1).as_str() else { return Ok(call.unknown(Type::Bool)) };
    let decided = match &call.arg(0).kind {
        Kind::String(text) => Some(text.starts_with(prefix.as_str())),
        _ if prefix.is_empty() => Some(true),
        _ => pieces(call.arg(0)).first().and_then(Value::as_str).and_then(|known| begins(known, prefix)),
    };
    Ok(decided.map_or_else(|| call.unknown(Type::Bool), Value::bool))
}

/// Characters of which Terraform takes for granted that nothing after them combines with them.
const DELIMITERS: &str = " !#&'()*+,-./:;?@[]^_{|}~";

/// Whether a text that begins with `known` begins with `prefix`. The last character of the known part
/// may still combine with what follows, so only what comes before it is sure.
fn begins(known: &str, prefix: &str) -> Option<bool> {
    if known.is_ascii() && prefix.is_ascii() && known.len() > prefix.len() {
        return Some(known.starts_with(prefix));
    }
    if known.ends_with(|last| DELIMITERS.contains(last)) && known.starts_with(prefix) {
        return Some(true);
    }
    let sure = known.grapheme_indices(true).next_back().map_or("", |(at, _)| known.get(..at).unwrap_or(""));
    let shared = sure.bytes().zip(prefix.bytes()).all(|(a, b)| a == b);
    if !shared {
        return Some(false);
    }
    (sure.len() >= prefix.len()).then_some(true)
}

pub(super) fn endswith(call: &Call<'_, '_>) -> Outcome {
    let Some(suffix) = call.arg(1).as_str() else { return Ok(call.unknown(Type::Bool)) };
    let decided = match &call.arg(0).kind {
        Kind::String(text) => Some(text.ends_with(suffix.as_str())),
        _ if suffix.is_empty() => Some(true),
        _ => pieces(call.arg(0)).last().and_then(Value::as_str).and_then(|known| ends(known, suffix)),
    };
    Ok(decided.map_or_else(|| call.unknown(Type::Bool), Value::bool))
}

/// Whether a text that ends with `known` ends with `suffix`; decided only for ASCII, where nothing combines.
fn ends(known: &str, suffix: &str) -> Option<bool> {
    if !known.is_ascii() || !suffix.is_ascii() {
        return None;
    }
    let shared = known.bytes().rev().zip(suffix.bytes().rev()).all(|(a, b)| a == b);
    if !shared {
        return Some(false);
    }
    (known.len() >= suffix.len()).then_some(true)
}

pub(super) fn strrev(call: &Call<'_, '_>) -> Outcome {
    Ok(string(&call.text(0).graphemes(true).rev().collect::<String>()))
}

pub(super) fn substr(call: &Call<'_, '_>) -> Outcome {
    let (offset, length) = (whole(call, 1)?, whole(call, 2)?);
    let text = call.text(0);
    let offset = if offset < 0 { from_end(text, offset) } else { usize::try_from(offset).unwrap_or(usize::MAX) };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    Ok(string(&text.graphemes(true).skip(offset).take(length).collect::<String>()))
}

/// A negative offset counts from the end, and stops at the start.
fn from_end(text: &str, offset: i64) -> usize {
    let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
    text.graphemes(true).count().saturating_sub(back)
}

pub(super) fn trim(call: &Call<'_, '_>) -> Outcome {
    let set = call.text(1);
    Ok(string(call.text(0).trim_matches(|c| set.contains(c))))
}

pub(super) fn trimprefix(call: &Call<'_, '_>) -> Outcome {
    let text = call.text(0);
    Ok(string(text.strip_prefix(call.text(1)).unwrap_or(text)))
}

pub(super) fn trimsuffix(call: &Call<'_, '_>) -> Outcome {
    let text = call.text(0);
    Ok(string(text.strip_suffix(call.text(1)).unwrap_or(text)))
}

pub(super) fn trimspace(call: &Call<'_, '_>) -> Outcome {
    Ok(string(call.text(0).trim()))
}
