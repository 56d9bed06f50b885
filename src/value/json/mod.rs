//! `jsonencode` and `jsondecode`.

mod decode;
mod tree;
mod written;

use std::fmt::Write as _;

use super::{Kind, Number, Value};

pub use decode::decode_json;
pub use tree::{MINIFIED_POLICY_DOCUMENT, POLICY_DOCUMENT, decode_json_tree};

/// The text `jsonencode` gives for a wholly known value; `None` when something in it is unknown or infinite.
#[must_use]
pub fn encode_json(value: &Value) -> Option<String> {
    let mut out = String::new();
    encode(value, &mut out)?;
    Some(out)
}

fn encode(value: &Value, out: &mut String) -> Option<()> {
    match &value.kind {
        Kind::Null(_) => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(Number::Infinite { .. }) | Kind::Unknown(_) => return None,
        Kind::Number(number) => write!(out, "{number}").ok()?,
        Kind::String(text) => encode_json_string(text, out),
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => encode_items(value.items()?, out)?,
        Kind::Map(_) | Kind::Object(_) => {
            out.push('{');
            for (i, (key, item)) in value.entries()?.iter().enumerate() {
                separate(i, out);
                encode_json_string(key, out);
                out.push(':');
                encode(item, out)?;
            }
            out.push('}');
        }
    }
    Some(())
}

fn encode_items(items: &[Value], out: &mut String) -> Option<()> {
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        separate(i, out);
        encode(item, out)?;
    }
    out.push(']');
    Some(())
}

fn separate(i: usize, out: &mut String) {
    if i > 0 {
        out.push(',');
    }
}

/// Appends a string with the escapes of Go's `encoding/json`, which is safe to embed in HTML.
pub fn encode_json_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
