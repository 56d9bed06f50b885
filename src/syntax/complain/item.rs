//! Mistakes between the parts of arguments, blocks, objects and `for` expressions.

use super::{Complaint, EXPECTED, Scene, frame::Frame, missing_false};
use crate::{
    source::Span,
    syntax::scan::{Bracket, Kind, Token},
};

impl Scene<'_> {
    pub(super) fn in_item(&self, frame: &Frame, here: Option<Token>, span: Span) -> Complaint {
        let Some(first) = frame.first.or(here) else { return required(span, false) };
        match first.kind {
            Kind::QuoteOpen if frame.first.is_none() || self.followed_by_equals(first) => {
                return Complaint::new("Invalid argument name", "Argument names must not be quoted.", first.span);
            }
            Kind::Name => {}
            _ => return required(first.span, false),
        }
        if frame.assigned {
            return self.in_argument(frame, here, span);
        }
        if let Some(sequence) = self.sequence_in_header() {
            let detail = "Template sequences are not allowed in this string. To include a literal \"$\", double it (as \
                          \"$$\") to escape it.";
            return Complaint::new("Invalid string literal", detail, sequence);
        }
        match frame.last {
            _ if frame.opener.is_some_and(|token| self.is_one_line(token)) => {
                let name = self.text(first.span);
                let detail = format!(
                    "A single-line block definition can contain only a single argument. If you meant to define argument \
                     {name:?}, use an equals sign to assign it a value. To define a nested block, place it on a line of \
                     its own within its parent block."
                );
                Complaint::new("Argument definition required", detail, first.span)
            }
            Some(last) if last.kind == Kind::Close(Bracket::Block) => Complaint::new(
                "Missing newline after block definition",
                "A block definition must end with a newline.",
                span,
            ),
            Some(last) if last.span == first.span => required(first.span, true),
            _ if self.is(here, "=") => Complaint::new(
                "Invalid block definition",
                "The equals sign \"=\" indicates an argument definition, and must not be used when defining a block.",
                span,
            ),
            _ => Complaint::new(
                "Invalid block definition",
                "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the \
                 block header.",
                span,
            ),
        }
    }

    /// A `${` in a label.
    pub(super) fn sequence_in_header(&self) -> Option<Span> {
        let of_header =
            |token: &&Token| matches!(token.kind, Kind::Name | Kind::QuoteOpen | Kind::QuoteClose | Kind::Text);
        let rest = self.tokens.iter().skip_while(of_header);
        rest.take(1).find(|token| token.kind == Kind::SequenceOpen).map(|token| token.span)
    }

    pub(super) fn followed_by_equals(&self, quote: Token) -> bool {
        let close = self.tokens.iter().position(|t| t.kind == Kind::QuoteClose && t.span.start > quote.span.start);
        self.is(close.and_then(|i| self.tokens.get(i + 1)).copied(), "=")
    }

    pub(super) fn in_argument(&self, frame: &Frame, here: Option<Token>, span: Span) -> Complaint {
        if self.needs_operand(frame) {
            if span.start >= self.end && self.end as usize >= self.source.trim_end().len() {
                let detail = "Expected the start of an expression, but found the end of the file.";
                return Complaint::new("Missing expression", detail, span);
            }
            return Complaint::new("Invalid expression", EXPECTED, span);
        }
        if frame.questions > frame.colons {
            return missing_false(span);
        }
        if frame.opener.is_some_and(|token| self.is_one_line(token)) {
            let detail = "Single-line block syntax can include only one argument definition. To define multiple arguments, use the \
                          multi-line block syntax with one argument definition per line.";
            return Complaint::new("Invalid single-argument block definition", detail, span);
        }
        if here.is_some_and(|token| token.kind == Kind::Comma) {
            let detail = "Argument definitions must be separated by newlines, not commas. An argument definition must end \
                          with a newline.";
            return Complaint::new("Unexpected comma after argument", detail, span);
        }
        Complaint::new("Missing newline after argument", "An argument definition must end with a newline.", span)
    }

    pub(super) fn is_one_line(&self, brace: Token) -> bool {
        let after = self.tokens.iter().find(|token| token.span.start > brace.span.start);
        after.is_some_and(|token| token.kind != Kind::Newline)
    }

    pub(super) fn in_object_literal(&self, frame: &Frame, here: Option<Token>, span: Span) -> Complaint {
        if frame.first.is_none() || (frame.assigned && self.needs_operand(frame)) {
            return Complaint::new("Invalid expression", EXPECTED, span);
        }
        if !frame.assigned && here.is_none_or(|token| matches!(token.kind, Kind::Newline | Kind::Comma)) {
            let detail = "Expected an attribute value, introduced by an equals sign (\"=\").";
            return Complaint::new("Missing attribute value", detail, span);
        }
        if !frame.assigned {
            let detail = "Expected an equals sign (\"=\") to mark the beginning of the attribute value.";
            return Complaint::new("Missing key/value separator", detail, span);
        }
        if frame.questions > frame.colons {
            return missing_false(span);
        }
        let detail = "Expected a newline or comma to mark the beginning of the next attribute.";
        Complaint::new("Missing attribute separator", detail, span)
    }

    pub(super) fn for_expression(&self, frame: &Frame, span: Span) -> Complaint {
        let detail = if frame.last.is_some_and(|last| self.text(last.span) == "for" || self.text(last.span) == ",") {
            "For expression requires variable name after 'for'."
        } else if frame.colons == 0 {
            "For expression requires the 'in' keyword after its name declarations, the collection, and a colon after it."
        } else if self.needs_operand(frame) {
            return Complaint::new("Invalid expression", EXPECTED, span);
        } else if frame.opener.is_some_and(|it| it.kind == Kind::Open(Bracket::Object)) {
            "Key expression is required when building an object: write the result as key => value."
        } else {
            "Extra characters after the end of the 'for' expression: a key (=>) or grouping (...) is only for objects."
        };
        Complaint::new("Invalid 'for' expression", detail, span)
    }
}

fn required(span: Span, equals: bool) -> Complaint {
    let detail = "An argument or block definition is required here.";
    let hint = " To set an argument, use the equals sign \"=\" to introduce the argument value.";
    Complaint::new("Argument or block definition required", format!("{detail}{}", if equals { hint } else { "" }), span)
}
