//! `regex`, `regexall` and the regular expression form of `replace`.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use ::regex::{Captures, Regex, RegexBuilder};
use ecow::EcoString;
use foldhash::fast::FixedState;

use super::{
    Call, Failure, Outcome,
    re2::{self, Refusal},
    string,
};
use crate::value::{Field, Type, Value};

/// A compiled pattern may take this much memory; larger ones are refused.
const MAX_COMPILED: usize = 10 << 20;

/// Compiled patterns that are no larger than this are kept, so many at a time.
const MAX_KEPT: usize = 1 << 20;
const KEPT: usize = 32;

thread_local! {
    /// The validations of one module ask the same of each of its instances, and compiling costs a hundred matches.
    static COMPILED: RefCell<HashMap<EcoString, Rc<Regex>, FixedState>> = RefCell::default();
}

/// A pattern with what its matches look like.
struct Pattern {
    regex: Rc<Regex>,
    shape: Shape,
}

/// What a match gives: the whole text, one text a group, or one text a named group.
enum Shape {
    Whole,
    Groups(usize),
    Named(Vec<EcoString>),
}

fn compile(pattern: &str) -> Result<Rc<Regex>, Refusal> {
    if let Some(known) = COMPILED.with_borrow(|compiled| compiled.get(pattern).cloned()) {
        return Ok(known);
    }
    let translated = re2::translate(pattern)?;
    let build = |limit| RegexBuilder::new(&translated).size_limit(limit).build().map(Rc::new);
    if let Ok(regex) = build(MAX_KEPT) {
        keep(pattern, &regex);
        return Ok(regex);
    }
    build(MAX_COMPILED).map_err(|_| Refusal { why: "expression is too large", part: pattern.to_owned() })
}

fn keep(pattern: &str, regex: &Rc<Regex>) {
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        compiled.insert(pattern.into(), Rc::clone(regex));
    });
}

fn pattern(call: &Call<'_, '_>) -> Result<Pattern, Failure> {
    let text = call.text(0);
    let regex = compile(text)
        .map_err(|refused| Failure::at(0, format!("invalid regexp pattern: {} in {}", refused.why, refused.part)))?;
    let names = re2::group_names(text);
    let shape = match names.iter().flatten().count() {
        0 if names.is_empty() => Shape::Whole,
        0 => Shape::Groups(names.len()),
        named if named == names.len() => Shape::Named(names.into_iter().flatten().map(EcoString::from).collect()),
        _ => {
            return Err(Failure::at(0, "invalid regexp pattern: cannot mix both named and unnamed capture groups"));
        }
    };
    Ok(Pattern { regex, shape })
}

impl Pattern {
    fn result(&self, found: &Captures<'_>) -> Value {
        match &self.shape {
            Shape::Whole => text_of(found, 0),
            Shape::Groups(count) => Value::tuple((1..=*count).map(|group| text_of(found, group)).collect()),
            Shape::Named(names) => Value::object(names.iter().cloned().zip((1..).map(|g| text_of(found, g))).collect()),
        }
    }

    fn ty(&self) -> Type {
        match &self.shape {
            Shape::Whole => Type::String,
            Shape::Groups(count) => Type::tuple(vec![Type::String; *count]),
            Shape::Named(names) => {
                let mut fields: Vec<Field> =
                    names.iter().map(|n| Field { name: n.clone(), ty: Type::String, optional: false }).collect();
                fields.sort_by(|a, b| a.name.cmp(&b.name));
                fields.dedup_by(|a, b| a.name == b.name);
                Type::object(fields)
            }
        }
    }
}

/// A group that took no part in the match is null.
fn text_of(found: &Captures<'_>, group: usize) -> Value {
    found.get(group).map_or_else(|| Value::null(Type::String), |text| string(text.as_str()))
}

/// The type of a match follows from the pattern alone.
pub(super) fn regex_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    if call.arg(0).as_str().is_none() { Ok(Type::Any) } else { Ok(pattern(call)?.ty()) }
}

pub(super) fn regexall_of(call: &Call<'_, '_>) -> Result<Type, Failure> {
    Ok(Type::list(regex_of(call)?))
}

pub(super) fn regex(call: &Call<'_, '_>) -> Outcome {
    let pattern = pattern(call)?;
    let found = pattern.regex.captures(call.text(1));
    found
        .map(|found| pattern.result(&found))
        .ok_or_else(|| Failure::new("pattern did not match any part of the given string"))
}

pub(super) fn regexall(call: &Call<'_, '_>) -> Outcome {
    let pattern = pattern(call)?;
    let found = pattern.regex.captures_iter(call.text(1)).map(|found| pattern.result(&found)).collect();
    Ok(Value::list(pattern.ty(), found))
}

/// Replaces every match; `$1` and `${name}` in the replacement stand for groups.
pub(super) fn replace(call: &Call<'_, '_>, pattern: &str) -> Outcome {
    let regex = compile(pattern)
        .map_err(|refused| Failure::new(format!("error parsing regexp: {}: `{}`", refused.why, refused.part)))?;
    let names = re2::group_names(pattern);
    let (text, template) = (call.text(0), call.text(2));
    let mut out = String::new();
    let mut end = 0;
    for found in regex.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(text.get(end..whole.start()).unwrap_or(""));
        expand(&mut out, template, &names, &found);
        end = whole.end();
        call.bounded(out.len())?;
    }
    out.push_str(text.get(end..).unwrap_or(""));
    Ok(string(&out))
}

/// Go's expansion: `$name`, `${name}`, `$1`, `$$`; what names no group is empty, what is malformed stays.
fn expand(out: &mut String, template: &str, names: &[Option<&str>], found: &Captures<'_>) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) = reference(after) {
            out.push_str(group(name, names, found));
            rest = after;
        } else {
            out.push('$');
            rest = after;
        }
    }
    out.push_str(rest);
}

/// The longest name at the start, with or without braces, and what follows it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let braced = text.strip_prefix('{');
    let inner = braced.unwrap_or(text);
    let end = inner.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(inner.len());
    let (name, after) = inner.split_at(end);
    if name.is_empty() {
        return None;
    }
    if braced.is_some() { after.strip_prefix('}').map(|after| (name, after)) } else { Some((name, after)) }
}

fn group<'t>(name: &str, names: &[Option<&str>], found: &Captures<'t>) -> &'t str {
    let number = if name.bytes().all(|b| b.is_ascii_digit()) {
        name.parse().ok()
    } else {
        let same = names.iter().rev().position(|known| *known == Some(name));
        same.map(|from_end| names.len() - from_end)
    };
    number.and_then(|n: usize| found.get(n)).map_or("", |text| text.as_str())
}
