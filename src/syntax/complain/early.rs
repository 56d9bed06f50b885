//! An expression on its own that ends before it is whole.

use super::{Complaint, Scene, frame::Frame, missing_false};
use crate::{
    source::Span,
    syntax::{
        scan::{Bracket, Kind},
        shown::Objection,
    },
};

impl Scene<'_> {
    /// What would have to follow the last token. Nothing where it is something before that is wrong.
    pub(super) fn ends_early(&self, objection: &Objection) -> Option<Complaint> {
        let frame = self.frame(self.end);
        let last = frame.last;
        let wrong = self.tokens.iter().find(|token| token.span.end > objection.at);
        let is_last_wrong = wrong.is_none() || wrong.map(|token| token.span) == last.map(|token| token.span);
        if frame.opener.is_none() && !is_last_wrong && frame.questions == 0 {
            return None;
        }
        let at = Span::new(self.end, self.end);
        if (self.is(last, "::") && frame.first.map(|first| first.span) != last.map(|last| last.span))
            || self.is_scoped(last)
        {
            return Some(self.misplaced(&frame, None));
        }
        if self.lacks_operand(&frame) {
            let detail = "Expected the start of an expression, but found the end of the file.";
            return Some(Complaint::new("Missing expression", detail, at));
        }
        if frame.is_for {
            return Some(self.for_expression(&frame, at));
        }
        (frame.opener.is_none() && frame.questions > frame.colons).then(|| missing_false(at))
    }

    fn lacks_operand(&self, frame: &Frame) -> bool {
        let opener = frame.opener.map(|token| token.kind);
        let Some(last) = frame.last else { return opener.is_some_and(opens_expression) };
        let text = self.text(last.span);
        match last.kind {
            Kind::Comma => opener.is_some_and(|kind| !matches!(kind, Kind::Open(Bracket::Object))),
            Kind::Operator if text == "*" => !self.follows_dot(last.span.start),
            Kind::Operator if matches!(text, "=" | "=>") => opener == Some(Kind::Open(Bracket::Object)),
            Kind::Operator => !matches!(text, "." | "..." | "::"),
            Kind::Name => frame.is_for && text == "in",
            _ => false,
        }
    }

    fn follows_dot(&self, at: u32) -> bool {
        let before = self.tokens.iter().rfind(|token| token.span.end <= at);
        self.is(before.copied(), ".")
    }
}

/// Whether what was opened and holds nothing yet lacks an expression: none of these ends a text.
const fn opens_expression(kind: Kind) -> bool {
    matches!(kind, Kind::Open(_) | Kind::SequenceOpen)
}
