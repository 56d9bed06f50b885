//! `yamldecode`: one document; plain scalars mean what YAML 1.1 says they do.

use std::collections::HashMap;

use ecow::EcoString;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Call, Failure, Outcome, string};
use crate::value::{Because, Kind, Number, Type, Value, convert, normalise};

pub(super) fn yamldecode(call: &Call<'_, '_>) -> Outcome {
    let mut reader = Reader::new(call);
    let text = call.text(0);
    let end = if text.ends_with('\n') { usize::MAX } else { text.chars().count() };
    for event in Parser::new_from_str(text).keep_tags(true) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) if stricter(error.info()) => return Ok(not_handled(&error)),
            Err(error) => {
                let (line, column) = (error.marker().line(), error.marker().col() + 1);
                return Err(Failure::new(format!("on line {line}, column {column}: {}", in_words(error.info()))));
            }
        };
        let event = if span.end.index() >= end { without_added_break(event) } else { event };
        let (line, column) = (span.start.line(), span.start.col() + 1);
        reader.event(event).map_err(|message| Failure::new(format!("on line {line}, column {column}: {message}")))?;
    }
    reader.result.ok_or_else(|| Failure::new("on line 1, column 1: missing start of document"))
}

/// A block that ends with the text, which has no line break there: it has none either, as in Terraform.
fn without_added_break(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Scalar(text, style @ (ScalarStyle::Literal | ScalarStyle::Folded), anchor, tag) => {
            let text = text.strip_suffix('\n').map_or_else(|| text.to_string(), str::to_owned);
            Event::Scalar(text.into(), style, anchor, tag)
        }
        other => other,
    }
}

/// Whether the parser here refuses what Terraform's lets through.
fn stricter(message: &str) -> bool {
    message.contains("invalid indentation")
        || message.contains("must be followed by a valid YAML whitespace")
        || message.contains("plain scalar cannot start with '-'")
}

fn not_handled(error: &saphyr_parser::ScanError) -> Value {
    let why = format!("YAML that is not handled here (line {}: {})", error.marker().line(), error.info());
    Value::unknown(Type::Any, Because::Unsupported(why.into()))
}

/// The parser's message as Terraform's parser puts it.
fn in_words(message: &str) -> &str {
    let message = match message.strip_prefix("while ") {
        Some(rest) => rest.split_once(", ").map_or(message, |(_, what)| what),
        None => message,
    };
    match message {
        _ if message.starts_with("unexpected character") => "found character that cannot start any token",
        "expected ',' or ']'" => "did not find expected ',' or ']'",
        "found unknown anchor" => "reference to undefined anchor",
        _ => message,
    }
}

/// A collection that is being read.
enum Open {
    Sequence { items: Vec<Value>, anchor: usize, size: usize },
    Mapping { entries: Vec<(EcoString, Value)>, key: Option<Key>, anchor: usize, size: usize },
}

enum Key {
    Plain(EcoString),
    /// `<<`: the value's entries belong to this mapping.
    Merge,
}

struct Reader<'c, 'a, 's> {
    call: &'c Call<'a, 's>,
    open: Vec<Open>,
    /// What anchors stand for, with its number of nodes.
    anchors: HashMap<usize, (Value, usize)>,
    result: Option<Value>,
}

impl<'c, 'a, 's> Reader<'c, 'a, 's> {
    fn new(call: &'c Call<'a, 's>) -> Self {
        Self { call, open: Vec::new(), anchors: HashMap::new(), result: None }
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if text == "<<" && tag.is_none() && self.wants_key() {
                    return self.merge_key();
                }
                let value = scalar(&text, style == ScalarStyle::Plain, tag.as_deref())?;
                self.add(value, anchor, 1)
            }
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).cloned();
                let (value, size) = known.ok_or("cannot refer to an anchor from inside its own definition")?;
                self.add(value, 0, size)
            }
            Event::SequenceStart(anchor, tag) => {
                allowed(tag.as_deref(), "seq", "sequence")?;
                self.start(Open::Sequence { items: Vec::new(), anchor, size: 1 })
            }
            Event::MappingStart(anchor, tag) => {
                allowed(tag.as_deref(), "map", "mapping")?;
                self.start(Open::Mapping { entries: Vec::new(), key: None, anchor, size: 1 })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::DocumentStart(_) if self.result.is_some() => Err("unexpected extra content after value".to_owned()),
            _ => Ok(()),
        }
    }

    fn start(&mut self, open: Open) -> Result<(), String> {
        let limit = usize::try_from(self.call.cx.limits.depth).unwrap_or(usize::MAX);
        if self.open.len() >= limit {
            return Err(format!("nested more than {limit} levels deep"));
        }
        self.open.push(open);
        Ok(())
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Mapping { key: None, .. }))
    }

    fn merge_key(&mut self) -> Result<(), String> {
        if let Some(Open::Mapping { key, .. }) = self.open.last_mut() {
            *key = Some(Key::Merge);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        match self.open.pop() {
            Some(Open::Sequence { items, anchor, size }) => self.add(Value::tuple(items), anchor, size),
            Some(Open::Mapping { entries, anchor, size, .. }) => self.add(Value::object(entries), anchor, size),
            None => Ok(()),
        }
    }

    /// A node is complete; aliases count with all they stand for.
    fn add(&mut self, value: Value, anchor: usize, nodes: usize) -> Result<(), String> {
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), nodes));
        }
        match self.open.last_mut() {
            None => self.result = Some(value),
            Some(Open::Sequence { items, size, .. }) => {
                items.push(value);
                *size += nodes;
                self.call.bounded(*size).map_err(|failure| failure.message)?;
            }
            Some(Open::Mapping { entries, key, size, .. }) => {
                *size += nodes;
                self.call.bounded(*size).map_err(|failure| failure.message)?;
                match key.take() {
                    None => *key = Some(Key::Plain(key_text(&value)?)),
                    Some(Key::Plain(name)) => entries.push((name, value)),
                    Some(Key::Merge) => merge(entries, &value)?,
                }
            }
        }
        Ok(())
    }
}

/// The entries of another mapping; entries that follow win.
fn merge(into: &mut Vec<(EcoString, Value)>, value: &Value) -> Result<(), String> {
    let Some(entries) = value.entries() else {
        return Err(format!("cannot merge {} into mapping", super::convert::friendly(&value.ty())));
    };
    into.extend(entries.iter().cloned());
    Ok(())
}

/// Keys are strings; other primitives become one.
fn key_text(value: &Value) -> Result<EcoString, String> {
    if value.is_null() {
        return Err("mapping key cannot be null".to_owned());
    }
    let text = convert(value, &Type::String).ok().and_then(|text| text.as_str().cloned());
    text.ok_or_else(|| "only strings are allowed as mapping keys".to_owned())
}

/// A collection may carry its own tag only.
fn allowed(tag: Option<&Tag>, own: &str, what: &str) -> Result<(), String> {
    match tag {
        None => Ok(()),
        Some(tag) if core(tag) == Some(own) => Ok(()),
        Some(tag) => match core(tag) {
            Some(suffix) => Err(format!("can't interpret {what} as tag:yaml.org,2002:{suffix}")),
            None => Err(format!("unsupported tag \"{}{}\"", tag.handle, tag.suffix)),
        },
    }
}

/// The name of a tag of YAML's own schema.
fn core(tag: &Tag) -> Option<&str> {
    match tag.handle.as_str() {
        "tag:yaml.org,2002:" => Some(&tag.suffix),
        "" => tag.suffix.strip_prefix("tag:yaml.org,2002:"),
        _ => None,
    }
}

fn scalar(text: &str, plain: bool, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return if plain { resolved(text) } else { Ok(string(text)) };
    };
    let Some(wanted) = core(tag) else {
        return Err(format!("unsupported tag \"{}{}\"", tag.handle, tag.suffix));
    };
    if !plain && matches!(wanted, "int" | "float" | "bool" | "null" | "timestamp") {
        return Ok(string(text));
    }
    tagged(text, wanted)
}

fn tagged(text: &str, wanted: &str) -> Result<Value, String> {
    let value = match wanted {
        "str" => return Ok(string(text)),
        "binary" if super::encoding::decode_base64(text).is_some() => return Ok(string(text)),
        "binary" => return Err(format!("cannot parse \"{text}\" as tag:yaml.org,2002:binary: not valid base64")),
        "null" => return Ok(Value::null(Type::Any)),
        "int" | "float" | "bool" | "timestamp" => resolved(text)?,
        _ => return Err(format!("can't interpret scalar as tag:yaml.org,2002:{wanted}")),
    };
    let fits = match &value.kind {
        Kind::Number(_) => matches!(wanted, "int" | "float"),
        Kind::Bool(_) => wanted == "bool",
        Kind::Null(_) => true,
        _ => wanted == "timestamp" && timestamp(text).is_some(),
    };
    if fits { Ok(value) } else { Err(format!("cannot parse \"{text}\" as tag:yaml.org,2002:{wanted}")) }
}

/// What a plain scalar means.
fn resolved(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::null(Type::Any),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Value::bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Value::bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Kind::Number(Number::INFINITY).into(),
        "-.inf" | "-.Inf" | "-.INF" => Kind::Number(Number::NEG_INFINITY).into(),
        ".nan" | ".NaN" | ".NAN" => return Err("floating point NaN is not supported".to_owned()),
        _ => match number(text) {
            Some(number) => Kind::Number(number).into(),
            None => timestamp(text).map_or_else(|| Kind::String(normalise(text)).into(), Value::string),
        },
    })
}

/// Decimal integers and floats; without sign also `0x` and `0o`.
fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return in_radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return in_radix(digits, 8);
    }
    is_float(text).then(|| Number::parse(text)).flatten()
}

fn in_radix(digits: &str, radix: u32) -> Option<Number> {
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    dashu_int::IBig::from_str_radix(digits, radix).ok().filter(|_| plain).map(Number::from_integer)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let mantissa_fits =
        digits(whole) && fraction.is_none_or(digits) && (!whole.is_empty() || fraction.is_some_and(|f| !f.is_empty()));
    let exponent_fits = exponent.is_none_or(|text| {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        !unsigned.is_empty() && digits(unsigned)
    });
    mantissa_fits && exponent_fits
}

/// `2020-1-2`, `2020-01-02T03:04:05Z`, `2020-01-02 03:04:05`: given in RFC 3339.
fn timestamp(text: &str) -> Option<String> {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, Some((text.get(at..=at)?, text.get(at + 1..)?))),
        None => (text, None),
    };
    let date = padded_date(date)?;
    let Some((separator, time)) = time else { return Some(format!("{date}T00:00:00Z")) };
    let split = time.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(time.len());
    let (clock, zone) = time.split_at(split);
    let zone = match (separator, zone) {
        (" ", "") => "Z",
        (" ", _) | (_, "") => return None,
        (_, zone) => zone,
    };
    let clock = padded_clock(clock)?;
    super::date::rfc3339(&format!("{date}T{clock}{zone}"))
}

fn padded_date(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let digits = [year, month, day].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let padded = format!("{year}-{month:0>2}-{day:0>2}");
    (fits && digits && parts.next().is_none() && super::date::rfc3339(&format!("{padded}T00:00:00Z")).is_some())
        .then_some(padded)
}

fn padded_clock(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, ""), |(whole, fraction)| (whole, fraction));
    let parts: Vec<&str> = whole.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return None };
    let fits = [hour, minute, second].iter().all(|part| (1..=2).contains(&part.len()));
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    fits.then(|| format!("{hour:0>2}:{minute:0>2}:{second:0>2}{fraction}"))
}
