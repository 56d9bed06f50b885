//! `format` and `formatlist`.

use unicode_segmentation::UnicodeSegmentation;

use super::{
    Call, Failure, Outcome,
    float::{self, Notation},
    shape::length_range,
    string::template,
};
use crate::value::{Because, Kind, Number, Type, Value, convert, encode_json};

/// Widths and precisions above this are refused (Go refuses them for numbers too).
const MAX_WIDTH: usize = 1_000_000;

/// A piece of a format string.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Verb(Verb),
}

/// `%-5.2[1]f`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Verb {
    /// As written.
    raw: String,
    offset: usize,
    sharp: bool,
    zero: bool,
    plus: bool,
    minus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// Counted from 1.
    argument: usize,
    mode: char,
}

/// The pieces of a format string; arguments are counted on from the last one named.
fn parse(text: &str) -> Result<Vec<Piece>, Failure> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut next = 1;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('%')) {
        let start = at + found;
        if found > 0 {
            pieces.push(Piece::Literal(text.get(at..start).unwrap_or("").to_owned()));
        }
        if text.get(start + 1..).is_some_and(|rest| rest.starts_with('%')) {
            pieces.push(Piece::Literal("%".to_owned()));
            at = start + 2;
            continue;
        }
        let verb = VerbReader { text, start, at: start + 1 }.read(next)?;
        next = verb.argument + 1;
        at = start + verb.raw.len();
        pieces.push(Piece::Verb(verb));
    }
    if at < text.len() {
        pieces.push(Piece::Literal(text.get(at..).unwrap_or("").to_owned()));
    }
    Ok(pieces)
}

struct VerbReader<'t> {
    text: &'t str,
    start: usize,
    at: usize,
}

impl VerbReader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|rest| rest.chars().next())
    }

    /// Digits, if there are any.
    fn number(&mut self) -> Result<Option<usize>, Failure> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = rest.get(..end).unwrap_or("");
        self.at += end;
        if digits.is_empty() {
            return Ok(None);
        }
        let number = digits.parse().ok().filter(|n| *n <= MAX_WIDTH);
        number
            .map(Some)
            .ok_or_else(|| Failure::new(format!("a width or precision of {digits} is more than {MAX_WIDTH}")))
    }

    fn flag(&mut self, verb: &mut Verb) -> bool {
        match self.peek() {
            Some('#') => verb.sharp = true,
            Some('0') => verb.zero = true,
            Some('+') => verb.plus = true,
            Some('-') => verb.minus = true,
            Some(' ') => verb.space = true,
            _ => return false,
        }
        self.at += 1;
        true
    }

    fn read(mut self, next: usize) -> Result<Verb, Failure> {
        let mut verb = Verb { offset: self.start, argument: next, ..Verb::default() };
        let mut bare_point = false;
        while self.flag(&mut verb) {}
        verb.width = self.number()?;
        if self.peek() == Some('.') {
            self.at += 1;
            let digits = self.number()?;
            bare_point = digits.is_none();
            verb.precision = Some(digits.unwrap_or(0));
        }
        if self.peek() == Some('[') {
            verb.argument = self.index()?;
        }
        let mode = self.peek().ok_or_else(|| self.unrecognized())?;
        if !mode.is_ascii_alphabetic() {
            return Err(self.unrecognized());
        }
        self.at += 1;
        verb.mode = mode;
        // A point without digits cuts no text.
        if bare_point && matches!(mode, 's' | 'q') {
            verb.precision = None;
        }
        verb.raw = self.text.get(self.start..self.at).unwrap_or("").to_owned();
        if !"vqtbdoxXeEfgGs".contains(mode) {
            let (raw, at) = (&verb.raw, self.start);
            return Err(Failure::new(format!("unsupported format verb '{mode}' in \"{raw}\" at offset {at}")));
        }
        Ok(verb)
    }

    fn index(&mut self) -> Result<usize, Failure> {
        self.at += 1;
        if self.peek() == Some('0') {
            return Err(self.unrecognized());
        }
        let index = self.number()?.ok_or_else(|| self.unrecognized())?;
        if self.peek() != Some(']') {
            return Err(self.unrecognized());
        }
        self.at += 1;
        Ok(index)
    }

    fn unrecognized(&self) -> Failure {
        Failure::new(match self.peek() {
            Some(c) => format!("unrecognized format character '{c}' at offset {}", self.at),
            None => format!("invalid format string starting at offset {}", self.at),
        })
    }
}

/// Refuses arguments that no verb uses: Terraform looks for them last.
fn check_count(pieces: &[Piece], given: usize) -> Result<(), String> {
    let used = pieces.iter().map(|piece| if let Piece::Verb(verb) = piece { verb.argument } else { 0 });
    match used.max().unwrap_or(0) {
        most if given <= most => Ok(()),
        0 => Err("too many arguments; no verbs in format string".to_owned()),
        most => Err(format!("too many arguments; only {most} used by format string")),
    }
}

pub(super) fn format(call: &Call<'_, '_>) -> Outcome {
    let args = call.args.get(1..).unwrap_or_default();
    let pieces = match parse(call.text(0)) {
        Ok(pieces) => pieces,
        Err(failure) => return open_or(call, args, failure),
    };
    if args.iter().any(untyped) {
        return Ok(call.unknown(Type::String));
    }
    formatted(call, &pieces, args).or_else(|message| open_or(call, args, too_many_at(&pieces, message)))
}

/// Terraform formats nothing before it knows all of the arguments, so it finds no mistake in them either.
fn open_or(call: &Call<'_, '_>, args: &[Value], failure: Failure) -> Outcome {
    if args.iter().all(Value::is_wholly_known) { Err(failure) } else { Ok(call.unknown(Type::String)) }
}

/// Whether Terraform knows neither type nor value: it leaves the whole result open then.
fn untyped(arg: &Value) -> bool {
    matches!(arg.kind, Kind::Null(Type::Any))
}

/// Extra arguments are blamed on the first of them, anything else on the call.
fn too_many_at(pieces: &[Piece], message: String) -> Failure {
    let used = pieces.iter().map(|p| if let Piece::Verb(verb) = p { verb.argument } else { 0 }).max().unwrap_or(0);
    if message.starts_with("too many arguments") { Failure::at(used + 1, message) } else { Failure::new(message) }
}

fn formatted(call: &Call<'_, '_>, pieces: &[Piece], args: &[Value]) -> Result<Value, String> {
    let mut out = Vec::new();
    let mut size = 0_usize;
    for piece in pieces {
        let value = match piece {
            Piece::Literal(text) => Value::string(text.as_str()),
            Piece::Verb(verb) => match args.get(verb.argument - 1) {
                Some(arg) => one(call, verb, arg)
                    .map_err(|why| format!("unsupported value for \"{}\" at {}: {why}", verb.raw, verb.offset))?,
                None => {
                    let (raw, at, index, given) = (&verb.raw, verb.offset, verb.argument, args.len());
                    let need = format!("need index {index} but have {given} total");
                    return Err(format!("not enough arguments for \"{raw}\" at {at}: {need}"));
                }
            },
        };
        size = size.saturating_add(value.as_str().map_or(0, |text| text.len()));
        call.bounded(size).map_err(|failure| failure.message)?;
        out.push(value);
    }
    check_count(pieces, args.len())?;
    if out.iter().all(Value::is_known) {
        let text: String = out.iter().filter_map(Value::as_str).map(|text| text.as_str()).collect();
        return Ok(super::string(&text));
    }
    Ok(template(out))
}

/// One argument under one verb: a string, known or not.
fn one(call: &Call<'_, '_>, verb: &Verb, arg: &Value) -> Result<Value, String> {
    if !arg.is_known() || (verb.mode == 'v' && !arg.is_wholly_known()) {
        return Ok(unknown_piece(call, verb, arg));
    }
    if arg.is_null() && verb.mode != 'v' {
        return Err("null value cannot be formatted".to_owned());
    }
    let converted = |ty: Type| convert(arg, &ty).map_err(|error| error.message);
    let text = match verb.mode {
        's' => padded(verb, cut(verb, converted(Type::String)?.as_str().map_or("", |t| t.as_str()))),
        'q' => padded(verb, cut_json(&converted(Type::String)?)),
        't' => converted(Type::Bool)?.as_bool().unwrap_or(false).to_string(),
        'v' => any(verb, arg)?,
        'd' | 'b' | 'o' | 'x' | 'X' => integer(verb, &converted(Type::Number)?)?,
        _ => real(verb, converted(Type::Number)?.as_number().unwrap_or(&Number::Int(0))),
    };
    Ok(Value::string(text))
}

/// `%s` and `%v` without width give the string itself, so its identity stays.
fn unknown_piece(call: &Call<'_, '_>, verb: &Verb, arg: &Value) -> Value {
    let itself = matches!(verb.mode, 's' | 'v') && verb.width.is_none() && verb.precision.is_none() && !verb.sharp;
    if itself
        && arg.ty().is_primitive()
        && (verb.mode == 's' || arg.ty() == Type::String)
        && let Ok(text) = convert(arg, &Type::String)
    {
        return text;
    }
    let args = [Value::string(verb.raw.as_str()), arg.clone()];
    let known = crate::value::Known { not_null: true, ..Default::default() };
    Value::unknown_with(Type::String, Because::Call(call.name, args.as_slice().into()), known)
}

fn any(verb: &Verb, arg: &Value) -> Result<String, String> {
    Ok(match &arg.kind {
        Kind::String(text) if !verb.sharp => padded(verb, text.to_string()),
        Kind::Number(number) if !verb.sharp => {
            let shown = if number.is_infinite() {
                number.to_string()
            } else {
                let sign = if number.is_negative() { "-" } else { "" };
                format!("{sign}{}", float::magnitude(number, Notation::General(None)))
            };
            padded(verb, shown)
        }
        _ => padded(verb, encode_json(arg).ok_or("infinity cannot be written as JSON")?),
    })
}

/// The precision of a string is its greatest length.
fn cut(verb: &Verb, text: &str) -> String {
    match verb.precision {
        Some(most) => text.graphemes(true).take(most).collect(),
        None => text.to_owned(),
    }
}

fn cut_json(text: &Value) -> String {
    encode_json(text).unwrap_or_default()
}

/// Fills up to the width, with zeros on whichever side if asked for.
fn padded(verb: &Verb, text: String) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.graphemes(true).count());
    let fill = if verb.zero { "0" } else { " " }.repeat(missing);
    if verb.minus { text + &fill } else { fill + &text }
}

fn sign(verb: &Verb, negative: bool) -> &'static str {
    match () {
        () if negative => "-",
        () if verb.plus => "+",
        () if verb.space => " ",
        () => "",
    }
}

/// Sign and digits; zeros go between the two.
fn aligned(verb: &Verb, sign: &str, digits: &str, zeros: bool) -> String {
    let width = verb.width.unwrap_or(0);
    let missing = width.saturating_sub(sign.chars().count() + digits.len());
    match () {
        () if verb.minus => format!("{sign}{digits}{}", " ".repeat(missing)),
        () if zeros => format!("{sign}{}{digits}", "0".repeat(missing)),
        () => format!("{}{sign}{digits}", " ".repeat(missing)),
    }
}

fn integer(verb: &Verb, value: &Value) -> Result<String, String> {
    let number = value.as_number().and_then(Number::to_integer).ok_or("an integer is required")?;
    let negative = number < dashu_int::IBig::ZERO;
    let magnitude = if negative { -number } else { number };
    let (radix, prefix) = match verb.mode {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = magnitude.in_radix(radix).to_string();
    if verb.mode == 'X' {
        digits.make_ascii_uppercase();
    }
    if let Some(least) = verb.precision {
        digits = format!("{digits:0>least$}");
    }
    let sign = format!("{}{}", sign(verb, negative), if verb.sharp { prefix } else { "" });
    Ok(aligned(verb, &sign, &digits, verb.zero && verb.precision.is_none()))
}

fn real(verb: &Verb, number: &Number) -> String {
    if number.is_infinite() {
        let sign = if number.is_negative() { "-" } else { "+" };
        return aligned(verb, sign, "Inf", false);
    }
    let notation = match verb.mode {
        'f' => Notation::Plain(verb.precision.unwrap_or(6)),
        'e' | 'E' => Notation::Scientific(verb.precision.unwrap_or(6)),
        _ => Notation::General(verb.precision),
    };
    let mut digits = float::magnitude(number, notation);
    if verb.mode.is_ascii_uppercase() {
        digits.make_ascii_uppercase();
    }
    aligned(verb, sign(verb, number.is_negative()), &digits, verb.zero)
}

/// `format` once for each element of the lists among the arguments, which all have the same length.
pub(super) fn formatlist(call: &Call<'_, '_>) -> Outcome {
    let args = call.args.get(1..).unwrap_or_default();
    let rows = rows(args);
    if args.iter().any(|arg| untyped(arg) || open_list(arg)) {
        return rows.map(|_| call.unknown(Type::list(Type::String)));
    }
    let rows = rows?;
    let pieces = parse(call.text(0)).map_err(|f| Failure::new(format!("error on format iteration 0: {}", f.message)));
    let pieces = if rows == Some(0) { Vec::new() } else { pieces? };
    let count = rows.unwrap_or(1);
    call.bounded(count)?;
    let mut items = Vec::new();
    for row in 0..count {
        let these: Vec<Value> = args.iter().map(|arg| element_at(arg, row)).collect();
        let item = formatted(call, &pieces, &these);
        let prefix = if rows.is_none() && args.is_empty() {
            String::new()
        } else {
            format!("error on format iteration {row}: ")
        };
        items.push(item.or_else(|message| open_or(call, &these, Failure::new(prefix + &message)))?);
    }
    Ok(Value::list(Type::String, items))
}

/// An unknown value that may be a list, or a set of unknown size.
fn open_list(arg: &Value) -> bool {
    match &arg.kind {
        Kind::Unknown(_) => !arg.ty().is_primitive() && !matches!(arg.ty(), Type::Map(_) | Type::Object(_)),
        Kind::Set(_) => length_range(arg).high != Some(length_range(arg).low) || !arg.is_wholly_known(),
        _ => false,
    }
}

/// How many elements the lists have; `None` when there is no list.
fn rows(args: &[Value]) -> Result<Option<usize>, Failure> {
    let mut first: Option<(usize, usize)> = None;
    for (at, arg) in args.iter().enumerate() {
        let Some(own) = length_of(arg) else { continue };
        match first {
            None => first = Some((at, own)),
            Some((_, length)) if length == own => {}
            Some((other, length)) => {
                let message = format!(
                    "argument {} has length {}, which is inconsistent with argument {} of length {length}",
                    at + 1,
                    own,
                    other + 1
                );
                return Err(Failure::at(at + 1, message));
            }
        }
    }
    Ok(first.map(|(_, length)| length))
}

/// How many elements a list has. A tuple's length is known with its type; that of a set may still change.
fn length_of(arg: &Value) -> Option<usize> {
    match (&arg.kind, arg.items()) {
        (Kind::Set(_), _) if open_list(arg) => None,
        (_, Some(items)) => Some(items.len()),
        (Kind::Unknown(unknown), None) => match &unknown.ty {
            Type::Tuple(types) => Some(types.len()),
            _ => None,
        },
        (_, None) => None,
    }
}

fn element_at(arg: &Value, row: usize) -> Value {
    match arg.items() {
        Some(items) => items.get(row).cloned().unwrap_or_else(|| arg.clone()),
        None => arg.clone(),
    }
}
