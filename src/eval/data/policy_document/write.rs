//! The text of a document whose every part is known, as Go's `encoding/json` writes it.

use super::document::{Content, Document, Statement, Statements};
use crate::value::{Kind, Number, Value, encode_json_string};

/// The two texts of a document.
pub(super) struct Texts {
    pub(super) indented: String,
    pub(super) minified: String,
}

/// `None` when something in the document is unknown.
pub(super) fn texts(document: &Document) -> Option<Texts> {
    let Statements::Listed(statements) = &document.statements else { return None };
    let write = |indent| {
        let mut writer = Writer { out: String::new(), indent, level: 0 };
        writer.document(document, statements)?;
        Some(writer.out)
    };
    Some(Texts { indented: write(true)?, minified: write(false)? })
}

struct Writer {
    out: String,
    indent: bool,
    level: usize,
}

impl Writer {
    fn document(&mut self, document: &Document, statements: &[Statement]) -> Option<()> {
        self.out.push('{');
        self.level += 1;
        let mut first = true;
        for (name, value) in [("Version", &document.version), ("Id", &document.id)] {
            if let Some(value) = value {
                self.member(name, &mut first);
                self.value(value)?;
            }
        }
        if !statements.is_empty() {
            self.member("Statement", &mut first);
            self.list(statements, |writer, statement| match &statement.content {
                Content::Members(members) => writer.object(members.iter().map(|(name, value)| (*name, value))),
                Content::Unknown(_) => None,
            })?;
        }
        self.close('}', first);
        Some(())
    }

    fn object<'v>(&mut self, members: impl Iterator<Item = (&'v str, &'v Value)>) -> Option<()> {
        self.out.push('{');
        self.level += 1;
        let mut first = true;
        for (name, value) in members {
            self.member(name, &mut first);
            self.value(value)?;
        }
        self.close('}', first);
        Some(())
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T) -> Option<()>) -> Option<()> {
        self.out.push('[');
        self.level += 1;
        let mut first = true;
        for item in items {
            self.next(&mut first);
            write(self, item)?;
        }
        self.close(']', first);
        Some(())
    }

    fn value(&mut self, value: &Value) -> Option<()> {
        match &value.kind {
            Kind::Null(_) => self.out.push_str("null"),
            Kind::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Kind::Number(number) => self.out.push_str(&double(number)?),
            Kind::String(text) => encode_json_string(text, &mut self.out),
            Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => self.list(value.items()?, Self::value)?,
            Kind::Map(of) | Kind::Object(of) => self.object(of.entries.iter().map(|(key, v)| (key.as_str(), v)))?,
            Kind::Unknown(_) => return None,
        }
        Some(())
    }

    fn member(&mut self, name: &str, first: &mut bool) {
        self.next(first);
        encode_json_string(name, &mut self.out);
        self.out.push_str(if self.indent { ": " } else { ":" });
    }

    fn next(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.out.push(',');
        }
        self.line();
    }

    fn close(&mut self, bracket: char, empty: bool) {
        self.level -= 1;
        if !empty {
            self.line();
        }
        self.out.push(bracket);
    }

    fn line(&mut self) {
        if self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.level));
        }
    }
}

/// A number has been through a double, and is written with as few digits as tell it apart.
fn double(number: &Number) -> Option<String> {
    let value = number.to_f64()?;
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        return Some(if size < 1.0 { text } else { text.replacen('e', "e+", 1) });
    }
    Some(format!("{value}"))
}
