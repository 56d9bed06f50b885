//! `yamlencode`: block style, strings and keys in double quotes, strings of several lines as literals.

use std::fmt::Write as _;

use super::{Call, Outcome};
use crate::value::{Kind, Type, Value};

/// Double-quoted text is folded at the first space beyond this column.
const WIDTH: usize = 80;

/// A longer key, or one of several lines, is written with `? ` before it.
const LONGEST_SIMPLE_KEY: usize = 128;

pub(super) fn yamlencode(call: &Call<'_, '_>) -> Outcome {
    let value = call.arg(0);
    if !value.is_wholly_known() {
        return Ok(call.unknown(Type::String));
    }
    let mut writer = Writer { out: String::new(), limit: call.cx.limits.size };
    writer.node(value, Place { indent: 0, inline: true });
    call.bounded(writer.out.len())?;
    if is_plain(value) {
        writer.out.push_str("...\n");
    }
    Ok(super::string(&writer.out))
}

/// Whether the value is one of those that stand without quotes.
fn is_plain(value: &Value) -> bool {
    matches!(value.kind, Kind::Null(_) | Kind::Bool(_) | Kind::Number(_))
}

/// Where a node is written.
#[derive(Clone, Copy)]
struct Place {
    /// Of the block around it.
    indent: usize,
    /// Whether the first line continues the one that is there (after `- ` or at the very start).
    inline: bool,
}

struct Writer {
    out: String,
    limit: usize,
}

impl Writer {
    /// Writes a node after its indicator (`-`, `"key":`), with the line break at its end.
    fn node(&mut self, value: &Value, at: Place) {
        if self.out.len() > self.limit {
            return;
        }
        match (&value.kind, value.items(), value.entries()) {
            (_, Some([]), _) => self.line("[]"),
            (_, _, Some([])) => self.line("{}"),
            (_, Some(items), _) => self.sequence(items, at),
            (_, _, Some(entries)) => self.mapping(entries, at),
            (Kind::String(text), ..) => {
                self.text(text, at.indent + 2, true);
                self.end_line();
            }
            (Kind::Bool(value), ..) => self.line(if *value { "true" } else { "false" }),
            (Kind::Number(number), ..) => self.line(&number.to_string()),
            _ => self.line("null"),
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A literal has ended its line already.
    fn end_line(&mut self) {
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn start_line(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// A sequence in a mapping is not indented further.
    fn sequence(&mut self, items: &[Value], at: Place) {
        if !at.inline {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
        }
        for (index, item) in items.iter().enumerate() {
            if index > 0 || !at.inline {
                self.start_line(at.indent);
            }
            self.out.push_str("- ");
            let inner = if is_block(item) { at.indent + 2 } else { at.indent };
            self.node(item, Place { indent: inner, inline: true });
        }
    }

    fn mapping(&mut self, entries: &[(ecow::EcoString, Value)], at: Place) {
        if !at.inline {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
        }
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || !at.inline {
                self.start_line(at.indent);
            }
            let simple = self.key(key, at.indent);
            let deeper = !simple || value.entries().is_some_and(|entries| !entries.is_empty());
            let inner = if deeper && is_block(value) { at.indent + 2 } else { at.indent };
            self.node(value, Place { indent: inner, inline: !simple });
        }
    }

    /// Whether it was a simple key: the value of another starts on the line of its `: `.
    fn key(&mut self, key: &str, indent: usize) -> bool {
        let simple = !is_literal(key) && !key.contains('\n') && key.len() <= LONGEST_SIMPLE_KEY;
        if !simple {
            self.out.push_str("? ");
            self.text(key, indent + 2, true);
            self.end_line();
            self.start_line(indent);
            self.out.push_str(": ");
        } else {
            self.text(key, indent + 2, false);
            self.out.push_str(": ");
        }
        simple
    }

    /// A string; `indent` is that of further lines.
    fn text(&mut self, text: &str, indent: usize, foldable: bool) {
        if is_literal(text) { self.literal(text, indent) } else { self.quoted(text, indent, foldable) }
    }

    /// `|` with what says how the text starts and ends.
    fn literal(&mut self, text: &str, indent: usize) {
        self.out.push('|');
        if text.starts_with([' ', '\n']) {
            self.out.push('2');
        }
        match text.strip_suffix('\n') {
            None => self.out.push('-'),
            Some(before) if before.is_empty() || before.ends_with('\n') => self.out.push('+'),
            Some(_) => {}
        }
        self.out.push('\n');
        for line in text.split_inclusive('\n') {
            if line != "\n" {
                self.start_line(indent);
            }
            self.out.push_str(line);
        }
    }

    fn quoted(&mut self, text: &str, indent: usize, foldable: bool) {
        self.out.push('"');
        let mut column = self.column();
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c != ' ' {
                column += self.escaped(c);
                after_space = false;
                continue;
            }
            let inside = at > 0 && chars.peek().is_some();
            if foldable && !after_space && column > WIDTH && inside {
                self.out.push('\n');
                self.start_line(indent);
                column = indent;
                if chars.peek().is_some_and(|(_, next)| *next == ' ') {
                    self.out.push('\\');
                    column += 1;
                }
            } else {
                self.out.push(' ');
                column += 1;
            }
            after_space = true;
        }
        self.out.push('"');
    }

    /// Characters since the last line break.
    fn column(&self) -> usize {
        self.out.rsplit('\n').next().map_or(0, |line| line.chars().count())
    }

    /// Writes one character of a double-quoted string; gives the number of characters written.
    fn escaped(&mut self, c: char) -> usize {
        let short = match c {
            '\0' => "\\0",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{b}' => "\\v",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            '\u{1b}' => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{85}' => "\\N",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            _ if is_printable(c) => {
                self.out.push(c);
                return 1;
            }
            _ => return self.by_number(c),
        };
        self.out.push_str(short);
        short.len()
    }

    fn by_number(&mut self, c: char) -> usize {
        let before = self.out.len();
        let code = u32::from(c);
        // Writing to a string cannot fail.
        let _ = match code {
            0..=0xff => write!(self.out, "\\x{code:02X}"),
            0x100..=0xffff => write!(self.out, "\\u{code:04X}"),
            _ => write!(self.out, "\\U{code:08X}"),
        };
        self.out.len() - before
    }
}

/// Whether a node starts a block of its own after `- `.
fn is_block(value: &Value) -> bool {
    value.items().is_some_and(|items| !items.is_empty()) || value.entries().is_some_and(|entries| !entries.is_empty())
}

/// Characters that may stand as they are; others are escaped. Those beyond 16 bits never may.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}

/// Strings of several lines are literals, unless a line ends in a space or something needs an escape.
fn is_literal(text: &str) -> bool {
    text.contains('\n') && text.chars().all(is_printable) && !text.contains(" \n") && !text.ends_with(' ')
}
