//! What stands around a place: the innermost open mark, and how far what is in it has come.

use super::{Root, Scene};
use crate::syntax::scan::{Bracket, Kind, Token};

/// What stands around a token: the innermost open mark, and what came since its last separator.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) opener: Option<Token>,
    /// The first token since the opener or the last separator.
    pub(super) first: Option<Token>,
    pub(super) last: Option<Token>,
    pub(super) assigned: bool,
    pub(super) questions: usize,
    pub(super) colons: usize,
    pub(super) is_for: bool,
}

impl Frame {
    pub(super) const fn new(opener: Option<Token>) -> Self {
        Self { opener, first: None, last: None, assigned: false, questions: 0, colons: 0, is_for: false }
    }
}

impl Scene<'_> {
    /// The state of things before the token at a place.
    pub(super) fn frame(&self, at: u32) -> Frame {
        let mut frames = vec![Frame::new(None)];
        for token in self.tokens.iter().take_while(|token| token.span.end <= at) {
            self.step(&mut frames, *token);
        }
        frames.pop().unwrap_or(Frame::new(None))
    }

    pub(super) fn step(&self, frames: &mut Vec<Frame>, token: Token) {
        match token.kind {
            Kind::Open(_) | Kind::QuoteOpen | Kind::HeredocOpen | Kind::SequenceOpen => {
                if let Some(frame) = frames.last_mut() {
                    frame.last = Some(token);
                    frame.first = frame.first.or(Some(token));
                }
                return frames.push(Frame::new(Some(token)));
            }
            Kind::Close(_) | Kind::QuoteClose | Kind::HeredocClose | Kind::SequenceClose if frames.len() > 1 => {
                frames.pop();
            }
            _ => {}
        }
        let root = self.root;
        let Some(frame) = frames.last_mut() else { return };
        let by_line = frame
            .opener
            .map_or(root == Root::Object, |it| matches!(it.kind, Kind::Open(Bracket::Object | Bracket::Block)));
        let separates = token.kind == Kind::Comma || (token.kind == Kind::Newline && by_line);
        let separates = separates && !frame.is_for;
        let text = self.text(token.span);
        if separates && token.kind == Kind::Newline && frame.last.is_none() {
            return;
        }
        if separates {
            *frame = Frame { last: Some(token), ..Frame::new(frame.opener) };
            return;
        }
        if token.kind == Kind::Newline && frame.opener.is_some() {
            return;
        }
        frame.is_for |= frame.last.is_none() && text == "for";
        frame.first = frame.first.or(Some(token));
        frame.last = Some(token);
        frame.questions += usize::from(text == "?");
        frame.colons += usize::from(text == ":");
        frame.assigned |= text == "=" || (text == ":" && frame.questions == 0);
    }

    pub(super) fn is_body(&self, frame: &Frame) -> bool {
        frame.opener.map_or(self.root == Root::Body, |it| it.kind == Kind::Open(Bracket::Block))
    }

    /// Whether an expression must start next.
    pub(super) fn needs_operand(&self, frame: &Frame) -> bool {
        let Some(last) = frame.last else { return true };
        let operator = last.kind == Kind::Operator && !matches!(self.text(last.span), "..." | "*");
        operator || matches!(last.kind, Kind::Comma | Kind::Newline) || frame.first.is_none()
    }

    /// Whether a name, an index or a splat follows a dot.
    pub(super) fn starts_attribute(&self, dot: u32) -> bool {
        let next = self.tokens.iter().find(|token| token.span.start >= dot);
        next.is_some_and(|next| matches!(next.kind, Kind::Name | Kind::Number) || self.text(next.span) == "*")
    }

    /// Whether this is a name after `::`.
    pub(super) fn is_scoped(&self, name: Option<Token>) -> bool {
        let Some(name) = name.filter(|token| token.kind == Kind::Name) else { return false };
        let before = self.tokens.iter().rfind(|token| token.span.end <= name.span.start);
        self.is(before.copied(), "::")
    }
}
