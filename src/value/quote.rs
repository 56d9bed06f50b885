//! Strings in quotes as Go's `%q` writes them: Terraform prints them so, and orders sets by it.

use std::fmt::Write as _;

use unicode_normalization::char::is_combining_mark;

pub(super) fn push_quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if is_printable(c) => out.push(c),
            c => push_escape(c, out),
        }
    }
    out.push('"');
}

fn push_escape(c: char, out: &mut String) {
    let code = u32::from(c);
    // Writing to a `String` cannot fail.
    let _ = match code {
        0..0x80 => write!(out, "\\x{code:02x}"),
        0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Letters, marks, digits, punctuation and symbols, and the plain space: what Go calls printable.
fn is_printable(c: char) -> bool {
    c == ' ' || c == '\'' || c.escape_debug().len() == 1 || is_combining_mark(c)
}
