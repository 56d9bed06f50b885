//! A plan as text, for findings on what stands in no file here: a line for each instance, and one for each of its
//! attributes. Nothing secret is in it.

use std::fmt::Write as _;

use crate::{
    source::{FileId, Place, Sources, Span, offset},
    value::{Kind, Value, show_short},
};

/// The text while it is written.
#[derive(Default)]
pub(in crate::world) struct Listing {
    text: String,
}

/// Where an instance stands, and each of its attributes: its line, and the name in it.
pub(in crate::world) struct Lines {
    pub(in crate::world) header: Span,
    pub(in crate::world) attributes: Vec<(String, Span, Span)>,
}

impl Listing {
    /// Writes an instance down.
    pub(in crate::world) fn instance(&mut self, header: &str, attrs: &Value) -> Lines {
        let header = self.line("", header).0;
        let told = attrs.entries().unwrap_or_default().iter().filter(|(_, value)| !is_silent(value));
        let attributes = told.map(|(name, value)| {
            let (line, named) = self.line(name, &show_short(value));
            (name.to_string(), line, named)
        });
        Lines { header, attributes: attributes.collect() }
    }

    /// A line, and the name in it.
    fn line(&mut self, name: &str, text: &str) -> (Span, Span) {
        let text = text.replace(['\n', '\r'], " ");
        let start = self.text.len();
        let _ = if name.is_empty() { write!(self.text, "{text}") } else { write!(self.text, "  {name} = {text}") };
        let begin = if name.is_empty() { start } else { start + 2 };
        let (line, named) = (Span::new(offset(begin), offset(self.text.len())), begin + name.len());
        self.text.push('\n');
        (line, Span::new(offset(begin), offset(named)))
    }

    /// Puts the text among the sources.
    pub(in crate::world) fn file(self, sources: &Sources, name: &str) -> FileId {
        sources.add(format!("{name} (as shown by infralint)"), self.text)
    }
}

/// Null, or empty.
fn is_silent(value: &Value) -> bool {
    let empty = matches!(value.kind, Kind::List(_) | Kind::Set(_) | Kind::Map(_) | Kind::Tuple(_) | Kind::Object(_))
        && value.children().next().is_none();
    value.is_null() || empty
}

pub(super) const fn at(file: FileId, span: Span) -> Place {
    Place::new(file, span)
}
