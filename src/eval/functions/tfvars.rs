//! `provider::terraform::…`: values as the text of variable files and expressions, and back.

use std::path::Path;

use super::{Call, Failure, Outcome, string};
use crate::{
    addr::Name,
    diag::Diagnostic,
    eval::{
        Context,
        expr::{CallPlaces, RefStep, Resolved, Scope, evaluate},
    },
    source::Place,
    syntax,
    value::{Kind, Type, Value},
};

/// An object as the text of a variable file; its attributes are the variables.
pub(super) fn encode_tfvars(call: &Call<'_, '_>) -> Outcome {
    let value = call.arg(0);
    if !value.is_wholly_known() {
        return Ok(call.unknown(Type::String));
    }
    let Some(entries) = value.entries() else {
        return Err(Failure::new(
            "invalid value to encode: must be an object whose attribute names will become the encoded variable names",
        ));
    };
    if let Some((name, _)) = entries.iter().find(|(name, _)| !is_identifier(name)) {
        return Err(Failure::new(format!(
            "invalid variable name {name:?}: must be a valid identifier, per Terraform's rules for input variable declarations"
        )));
    }
    let mut text = Text::default();
    text.items(entries);
    Ok(string(&text.finish()))
}

/// A value as the text of an expression.
pub(super) fn encode_expr(call: &Call<'_, '_>) -> Outcome {
    let value = call.arg(0);
    if !value.is_wholly_known() {
        return Ok(call.unknown(Type::String));
    }
    let mut text = Text::default();
    text.value(value);
    Ok(string(text.finish().trim_end_matches('\n')))
}

/// The variables of the text of a variable file, as an object.
pub(super) fn decode_tfvars(call: &Call<'_, '_>) -> Outcome {
    let text = call.text(0);
    let file = call.cx.sources.add(ARGUMENT, text);
    let parsed = syntax::parse(file, text);
    if let Some(error) = parsed.diagnostics.iter().find(|d| d.is_error()) {
        return Err(Failure::new(format!("invalid tfvars syntax: {}", told(call.cx, error))));
    }
    if let Some(block) = parsed.tree.body.blocks.first() {
        let summary = format!("Unexpected {:?} block", block.ty.as_str());
        let error = Diagnostic::error(summary, "Blocks are not allowed here.", parsed.tree.at(block.ty_span));
        return Err(Failure::new(format!("invalid tfvars content: {}", told(call.cx, &error))));
    }
    let mut entries = Vec::new();
    for attribute in &parsed.tree.body.attributes {
        let (value, errors) = call.cx.apart(|| evaluate(call.cx, &Constants, &parsed.tree, attribute.value));
        if let Some(error) = errors.iter().find(|d| d.is_error()) {
            let name = attribute.name;
            return Err(Failure::new(format!(
                "invalid expression for variable {:?}: {}",
                &*name,
                told(call.cx, error)
            )));
        }
        entries.push((attribute.name.as_str().into(), value));
    }
    Ok(Value::object(entries))
}

/// How messages name the text.
const ARGUMENT: &str = "<decode_tfvars argument>";

fn told(cx: &Context<'_>, error: &Diagnostic) -> String {
    let at = error.place.map_or(String::new(), |place| format!("{}: ", super::template::spanned(cx, place)));
    format!("{at}{}; {}", error.summary, error.detail)
}

/// Where neither names nor functions mean anything.
struct Constants;

impl Scope for Constants {
    fn resolve(&self, cx: &Context<'_>, _: Name, steps: &[RefStep], at: Place) -> Resolved {
        cx.error("Variables not allowed", "Variables may not be used here.", at);
        Resolved { value: Value::error(), used: steps.len() }
    }

    fn knows(&self, _: &str) -> bool {
        true
    }

    fn call(&self, cx: &Context<'_>, _: &str, _: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
        cx.error("Function calls not allowed", "Functions may not be called here.", at.whole);
        Some(Value::error())
    }

    fn base(&self) -> &Path {
        Path::new("")
    }
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// Text in the canonical form: lines, each with the brackets it leaves open or closes, and how long the key at its
/// beginning is.
#[derive(Default)]
struct Text {
    lines: Vec<Line>,
    current: Line,
}

#[derive(Default)]
struct Line {
    text: String,
    open: isize,
    /// Of `key = value` on one line.
    key: Option<usize>,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.current.text.push_str(text);
    }

    fn bracket(&mut self, text: &str, open: isize) {
        self.push(text);
        self.current.open += open;
    }

    fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.current));
    }

    fn items(&mut self, entries: &[(ecow::EcoString, Value)]) {
        for (key, value) in entries {
            let key = if is_identifier(key) { key.to_string() } else { quoted(key) };
            let line = self.lines.len();
            self.push(&format!("{key} = "));
            self.value(value);
            if self.lines.len() == line {
                self.current.key = Some(key.chars().count());
            }
            self.end_line();
        }
    }

    fn value(&mut self, value: &Value) {
        match &value.kind {
            Kind::Null(_) | Kind::Unknown(_) => self.push("null"),
            Kind::Bool(bool) => self.push(if *bool { "true" } else { "false" }),
            Kind::Number(number) => self.push(&number.to_string()),
            Kind::String(text) => self.push(&quoted(text)),
            Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => {
                self.bracket("[", 1);
                for (i, item) in value.items().unwrap_or_default().iter().enumerate() {
                    self.push(if i > 0 { ", " } else { "" });
                    self.value(item);
                }
                self.bracket("]", -1);
            }
            Kind::Map(of) | Kind::Object(of) if of.entries.is_empty() => self.push("{}"),
            Kind::Map(of) | Kind::Object(of) => {
                self.bracket("{", 1);
                self.end_line();
                self.items(&of.entries);
                self.bracket("}", -1);
            }
        }
    }

    /// The lines, indented by the brackets that are open, with the `=` of neighbours below each other.
    fn finish(mut self) -> String {
        if !self.current.text.is_empty() {
            self.end_line();
        }
        let keys: Vec<Option<usize>> = self.lines.iter().map(|line| line.key).collect();
        let mut out = String::new();
        let mut open: Vec<isize> = Vec::new();
        for (i, line) in self.lines.iter().enumerate() {
            if line.open < 0 {
                close(&mut open, -line.open);
            }
            out.push_str(&"  ".repeat(open.len()));
            match line.key {
                Some(length) => {
                    let widest = neighbours(&keys, i).max().unwrap_or(length);
                    let split = line.text.char_indices().nth(length).map_or(line.text.len(), |(at, _)| at);
                    let (key, rest) = line.text.split_at(split);
                    out.push_str(key);
                    out.push_str(&" ".repeat(widest - length));
                    out.push_str(rest);
                }
                None => out.push_str(&line.text),
            }
            out.push('\n');
            if line.open > 0 {
                open.push(line.open);
            }
        }
        out
    }
}

/// The lengths of the keys on the lines around one, as far as they follow each other.
fn neighbours(keys: &[Option<usize>], at: usize) -> impl Iterator<Item = usize> {
    let before = keys.iter().take(at).rev().map_while(|key| *key);
    before.chain(keys.iter().skip(at).map_while(|key| *key))
}

/// Takes closed brackets off the levels they were opened on.
fn close(open: &mut Vec<isize>, mut closed: isize) {
    while let Some(last) = open.last_mut() {
        if closed < *last {
            *last -= closed;
            return;
        }
        closed -= *last;
        open.pop();
        if closed == 0 {
            return;
        }
    }
}

/// A string literal; what begins an interpolation or directive is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' if chars.peek() == Some(&'{') => out.extend([c, c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
