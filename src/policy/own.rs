//! The policy language's own functions that look at nothing but their arguments.

use crate::config::semver::{Version, meets};
use crate::{
    addr::name as intern,
    value::{Because, Kind, Known, Origin, Truth, Type, Value, convert, encode_json, equals},
};

/// A function: its name as written, its arguments. The error says why the call failed.
pub(super) type Own = fn(&str, &[Value]) -> Result<Value, String>;

const TABLE: [(&str, Own); 8] = [
    ("core::alltrue", alltrue),
    ("core::anytrue", anytrue),
    ("core::contains_substring", contains_substring),
    ("core::gethttprequest", gethttprequest),
    ("core::regex_match", regex_match),
    ("core::semverconstraint", semverconstraint),
    ("core::semvercmp", semvercmp),
    ("core::valuetostring", valuetostring),
];

pub(super) fn find(name: &str) -> Option<Own> {
    TABLE.iter().find(|(n, _)| *n == name).map(|(_, function)| *function)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// The name of one of them that was written without `core::`.
pub(super) fn bare(written: &str) -> Option<&'static str> {
    TABLE.iter().map(|(name, _)| *name).find(|name| name.strip_prefix("core::") == Some(written))
}

/// Exactly this many arguments, or what is wrong with their number.
pub(super) fn exactly<const N: usize>(args: &[Value]) -> Result<&[Value; N], String> {
    args.try_into().map_err(|_| format!("it takes {N} arguments, not {}", args.len()))
}

/// Two strings, or an unknown result where one is unknown.
fn two_texts(
    name: &str,
    args: &[Value],
    ty: Type,
    work: impl FnOnce(&str, &str) -> Result<Value, String>,
) -> Result<Value, String> {
    let [a, b] = exactly::<2>(args)?;
    let (a, b) = (text(a)?, text(b)?);
    let result = match (a.as_str(), b.as_str()) {
        (Some(x), Some(y)) => work(x, y)?,
        _ if a.is_error() || b.is_error() => return Ok(Value::error()),
        _ => unknown(name, ty, &[a.clone(), b.clone()]),
    };
    Ok(result.with_origin(a.origin.or(b.origin)).marked(a.marks.with(b.marks)))
}

/// The argument as a string, which it must not be null for.
pub(super) fn text(value: &Value) -> Result<Value, String> {
    if value.is_null() {
        return Err("argument must not be null".to_owned());
    }
    convert(value, &Type::String).map_err(|e| e.message)
}

/// An unknown result that is never null.
pub(super) fn unknown(name: &str, ty: Type, args: &[Value]) -> Value {
    let known = Known { not_null: true, ..Known::default() };
    Value::unknown_with(ty, Because::Call(intern(name), args.to_vec().into()), known)
}

fn contains_substring(name: &str, args: &[Value]) -> Result<Value, String> {
    two_texts(name, args, Type::Bool, |text, part| Ok(Value::bool(text.contains(part))))
}

/// The pattern comes second, unlike in `regex`.
fn regex_match(name: &str, args: &[Value]) -> Result<Value, String> {
    two_texts(name, args, Type::Bool, |text, pattern| {
        let pattern = regex::Regex::new(pattern).map_err(|e| format!("invalid regular expression: {e}"))?;
        Ok(Value::bool(pattern.is_match(text)))
    })
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| format!("\"{text}\" is not a version"))
}

fn semverconstraint(name: &str, args: &[Value]) -> Result<Value, String> {
    two_texts(name, args, Type::Bool, |text, constraint| {
        let met = meets(&version(text)?, constraint);
        met.map(Value::bool).ok_or_else(|| format!("\"{constraint}\" is not a version constraint"))
    })
}

fn semvercmp(name: &str, args: &[Value]) -> Result<Value, String> {
    two_texts(name, args, Type::Number, |a, b| Ok(Value::int(version(a)?.compare(&version(b)?) as i64)))
}

/// One false decides whatever else is unknown; null counts as false.
fn alltrue(name: &str, args: &[Value]) -> Result<Value, String> {
    quantified(name, args, false)
}

/// One true decides whatever else is unknown; null is passed over.
fn anytrue(name: &str, args: &[Value]) -> Result<Value, String> {
    quantified(name, args, true)
}

fn quantified(name: &str, args: &[Value], deciding: bool) -> Result<Value, String> {
    let [list] = exactly::<1>(args)?;
    if list.is_null() {
        return Err("argument must not be null".to_owned());
    }
    let Some(items) = list.items() else {
        let unknown_list = list.as_unknown().is_some_and(|u| !u.ty.is_primitive());
        return if unknown_list {
            Ok(unknown(name, Type::Bool, args).with_origin(list.origin))
        } else {
            Err("list of bool required".to_owned())
        };
    };
    let mut open = Vec::new();
    let mut origin = Origin::NONE;
    for item in items {
        let item = convert(item, &Type::Bool).map_err(|e| e.message)?;
        let truth = if item.is_null() { Some(false) } else { item.as_bool() };
        match truth {
            Some(truth) if truth == deciding => {
                return Ok(Value::bool(deciding).with_origin(item.origin).marked(item.marks));
            }
            Some(_) => origin = origin.or(item.origin),
            None if item.is_error() => return Ok(Value::error()),
            None => open.push(item),
        }
    }
    let of_open = open.first().map(|item| item.origin).unwrap_or_default();
    let result = if open.is_empty() { Value::bool(!deciding) } else { unknown(name, Type::Bool, &open) };
    Ok(result.with_origin(of_open.or(origin).or(list.origin)).marked(list.deep_marks()))
}

/// Whether a list has a null, which Terraform's own `contains` does not ask for.
pub(super) fn contains_null(list: &Value) -> Result<Value, String> {
    if !list.is_known() && !list.is_error() {
        return Ok(unknown("core::contains", Type::Bool, std::slice::from_ref(list)));
    }
    let items = list.items().ok_or("argument must be list, tuple, or set")?;
    let null = Value::null(Type::Any);
    let truths: Vec<Truth> = items.iter().map(|item| equals(item, &null)).collect();
    Ok(if truths.contains(&Truth::True) {
        Value::bool(true)
    } else if truths.contains(&Truth::Unknown) {
        unknown("core::contains", Type::Bool, items)
    } else {
        Value::bool(false)
    })
}

/// Never unknown, and null for none.
fn valuetostring(_: &str, args: &[Value]) -> Result<Value, String> {
    let [value] = exactly::<1>(args)?;
    let shown = match &value.kind {
        Kind::Null(_) => "(null)".to_owned(),
        Kind::Unknown(_) if value.is_error() => return Ok(Value::error()),
        Kind::Unknown(_) => "(unknown)".to_owned(),
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            text(value)?.as_str().map(ToString::to_string).unwrap_or_default()
        }
        _ => indented(&known_parts(value)),
    };
    Ok(Value::string(shown).with_origin(value.origin).marked(value.deep_marks()))
}

/// The value with `(unknown)` in place of what is unknown inside.
fn known_parts(value: &Value) -> Value {
    if let Some(items) = value.items() {
        return Value::tuple(items.iter().map(known_parts).collect());
    }
    if let Some(entries) = value.entries() {
        return Value::object(entries.iter().map(|(k, v)| (k.clone(), known_parts(v))).collect());
    }
    if value.is_known() { Value::from(value.kind.clone()) } else { Value::string("(unknown)") }
}

fn indented(value: &Value) -> String {
    let compact = encode_json(value).unwrap_or_default();
    let parsed: Option<serde_json::Value> = serde_json::from_str(&compact).ok();
    parsed.and_then(|json| serde_json::to_string_pretty(&json).ok()).unwrap_or(compact)
}

/// Nothing is fetched here.
fn gethttprequest(_: &str, args: &[Value]) -> Result<Value, String> {
    let (1 | 2) = args.len() else { return Err(format!("it takes 1 or 2 arguments, not {}", args.len())) };
    Ok(Value::unknown(Type::Any, Because::Unsupported("core::gethttprequest(…), which needs the network,".into())))
}
