//! Why a text is no HCL, in Terraform's words. hcl-edit says where it stopped; the tokens around that
//! place tell what was meant.

mod directive;
mod early;
mod frame;
mod item;
mod mark;

pub(super) use self::mark::unclosed;

use self::frame::Frame;
use super::{
    items::Item,
    scan::{Bracket, Kind, Token},
    shown::Objection,
};
use crate::source::Span;

#[derive(Debug)]
pub(in crate::syntax) struct Complaint {
    pub(in crate::syntax) summary: &'static str,
    pub(in crate::syntax) detail: String,
    pub(in crate::syntax) span: Span,
}

impl Complaint {
    pub(in crate::syntax) fn new(summary: &'static str, detail: impl Into<String>, span: Span) -> Self {
        Self { summary, detail: detail.into(), span }
    }
}

const EXPECTED: &str = "Expected the start of an expression, but found an invalid expression token.";

/// An item of a body that is wrong somewhere.
pub(in crate::syntax) fn in_body(source: &str, item: &Item, objection: &Objection) -> Complaint {
    let scene = Scene { source, tokens: &item.tokens, end: item.span.end, root: Root::Body };
    scene.foreign().or_else(|| scene.unclosed(item)).unwrap_or_else(|| scene.explain(objection))
}

/// What Terraform says besides of a character that is foreign to the language, or of what follows from a broken directive.
pub(in crate::syntax) fn besides(source: &str, item: &Item, first: &Complaint) -> Option<Complaint> {
    let scene = Scene { source, tokens: &item.tokens, end: item.span.end, root: Root::Body };
    if first.summary == FOR_DIRECTIVE {
        return scene.stray_endfor(first.span);
    }
    matches!(first.summary, "Invalid character" | "Unsupported operator").then(|| scene.around_foreign()).flatten()
}

const FOR_DIRECTIVE: &str = "Invalid 'for' directive";

/// An item of an object literal that is wrong somewhere.
pub(in crate::syntax) fn in_object(source: &str, item: &Item, objection: &Objection) -> Complaint {
    let scene = Scene { source, tokens: &item.tokens, end: item.span.end, root: Root::Object };
    scene.foreign().or_else(|| scene.unclosed(item)).unwrap_or_else(|| scene.explain(objection))
}

/// A whole text that should be one expression or one template.
pub(in crate::syntax) fn in_text(source: &str, item: &Item, objection: &Objection) -> Complaint {
    let scene = Scene { source, tokens: &item.tokens, end: item.span.end, root: Root::Expression };
    let known = scene.foreign().or_else(|| scene.ends_early(objection));
    known.or_else(|| scene.unclosed(item)).unwrap_or_else(|| scene.explain(objection))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Body,
    Object,
    Expression,
}

struct Scene<'a> {
    source: &'a str,
    tokens: &'a [Token],
    end: u32,
    root: Root,
}

impl Scene<'_> {
    fn text(&self, span: Span) -> &str {
        self.source.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn is(&self, token: Option<Token>, text: &str) -> bool {
        token.is_some_and(|token| self.text(token.span) == text)
    }

    fn explain(&self, objection: &Objection) -> Complaint {
        // hcl-edit has taken the character that should have been one of them.
        let taken = u32::from(objection.message.contains("object value assignment"));
        let at = objection.at.saturating_sub(taken);
        let found = self.tokens.iter().find(|token| token.span.end > at);
        let here = found.copied().filter(|_| at < self.end);
        let span = here.map_or(Span::new(self.end, self.end), |token| token.span);
        if let Some(known) = self.by_message(objection, span) {
            return known;
        }
        if let Some(complaint) = self.directives() {
            return complaint;
        }
        if self.is_lost(here) {
            let dot = self.tokens.iter().find(|t| self.text(t.span) == "." && !self.starts_attribute(t.span.end));
            let at = dot.map_or(self.end, |dot| dot.span.start);
            return self.misplaced(&self.frame(at), dot.copied());
        }
        self.misplaced(&self.frame(span.start), here)
    }

    /// Whether hcl-edit went back to the start of an argument, and so does not know what is wrong with it.
    fn is_lost(&self, here: Option<Token>) -> bool {
        let (first, second) = (self.tokens.first(), self.tokens.get(1));
        let argument = self.root == Root::Body && self.is(second.copied(), "=");
        argument && here.is_some_and(|here| Some(&here) == first && here.kind == Kind::Name)
    }

    fn by_message(&self, objection: &Objection, span: Span) -> Option<Complaint> {
        let message = &objection.message;
        if message.contains("nesting depth") {
            let detail = "Expressions, templates and blocks can be nested 64 levels deep here. Move an inner part to a local value.";
            return Some(Complaint::new("Expression nested too deeply", detail, span));
        }
        if message.contains("chained binary operators") {
            let detail = "At most 128 operators can follow each other in one expression. Move a part to a local value.";
            return Some(Complaint::new("Expression nested too deeply", detail, span));
        }
        if message.contains("escape sequence") || message.contains("hex code") {
            return Some(self.escape(objection.at));
        }
        None
    }

    fn misplaced(&self, frame: &Frame, here: Option<Token>) -> Complaint {
        let span = here.map_or(Span::new(self.end, self.end), |token| token.span);
        let in_expression = frame.assigned || !self.is_body(frame);
        let dot = self.is(frame.last, ".") || (self.is(here, ".") && !self.starts_attribute(span.end));
        if in_expression && dot {
            let detail = "An attribute name is required after a dot.";
            return Complaint::new("Invalid attribute name", detail, span);
        }
        if self.is(frame.last, "::") {
            let detail = "Function scope resolution symbol :: must be followed by a function name in this scope.";
            return Complaint::new("Missing function name", detail, span);
        }
        if self.is_scoped(frame.last) {
            let detail = "Function selector must be followed by an open parenthesis to begin the function call.";
            return Complaint::new("Missing open parenthesis", detail, span);
        }
        let frame_kind = frame.opener.map(|token| token.kind);
        if frame.is_for && frame_kind != Some(Kind::SequenceOpen) {
            return self.for_expression(frame, span);
        }
        match (frame_kind, self.root) {
            (None, Root::Body) | (Some(Kind::Open(Bracket::Block)), _) => self.in_item(frame, here, span),
            (None, Root::Object) | (Some(Kind::Open(Bracket::Object)), _) => self.in_object_literal(frame, here, span),
            (Some(Kind::SequenceOpen), _) => self.in_sequence(frame, span),
            _ if self.needs_operand(frame) => Complaint::new("Invalid expression", EXPECTED, span),
            _ if frame.questions > frame.colons => missing_false(span),
            (Some(Kind::Open(Bracket::Tuple)), _) => Complaint::new(
                "Missing item separator",
                "Expected a comma to mark the beginning of the next item.",
                span,
            ),
            (Some(Kind::Open(Bracket::Call)), _) if self.is(frame.last, "...") => Complaint::new(
                "Missing closing parenthesis",
                "An expanded function argument (with ...) must be immediately followed by closing parentheses.",
                span,
            ),
            (Some(Kind::Open(Bracket::Call)), _) => Complaint::new(
                "Missing argument separator",
                "A comma is required to separate each function argument from the next.",
                span,
            ),
            (Some(Kind::Open(Bracket::Paren)), _) => Complaint::new(
                "Unbalanced parentheses",
                "Expected a closing parenthesis to terminate the expression.",
                span,
            ),
            (Some(Kind::Open(Bracket::Index)), _) => Complaint::new(
                "Missing close bracket on index",
                "The index operator must end with a closing bracket (\"]\").",
                span,
            ),
            (None, _) => Complaint::new(
                "Extra characters after expression",
                "An expression was successfully parsed, but extra characters were found after it.",
                span,
            ),
            _ => Complaint::new("Invalid expression", EXPECTED, span),
        }
    }
}

fn missing_false(span: Span) -> Complaint {
    let detail = "The conditional operator (...?...:...) requires a false expression, delimited by a colon.";
    Complaint::new("Missing false expression in conditional", detail, span)
}
