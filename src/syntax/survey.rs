//! One pass over a source before hcl-edit sees it: what it must not see, and what it would not mind but
//! Terraform does.

use std::cmp::Reverse;

use super::{
    scan::{Kind, Mode, Scanner, Token},
    tree::Comment,
};
use crate::source::Span;

/// An object literal with more items is parsed item by item: hcl-edit compares each key with all before it.
pub(super) const LARGE_OBJECT: u32 = 128;

/// Bytes that hcl-edit is not shown, though the offsets around them must stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mask {
    pub(super) span: Span,
    pub(super) kind: MaskKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MaskKind {
    /// A whole object literal, shown as `0` and spaces, and parsed item by item afterwards.
    Hole,
    /// The start of a heredoc's line that hcl-edit would take for the end.
    FalseEnd,
    /// A number beyond a float's range, shown as zeros.
    Number,
}

#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) comments: Vec<Comment>,
    /// Sorted, an outer one before those inside it.
    pub(super) masks: Vec<Mask>,
    /// Whether the text has an error that hcl-edit may overlook.
    pub(super) broken: bool,
}

/// An open bracket or sequence.
struct Open {
    start: u32,
    /// How many keys an object holds, if it is one.
    keys: u32,
    empty: bool,
    is_for: bool,
    is_directive: bool,
}

impl Survey {
    /// `most_keys`: an object literal with more is masked.
    pub(super) fn of(source: &str, mut scanner: Scanner<'_>, most_keys: u32) -> Self {
        let mut survey = Self::default();
        let mut open: Vec<Open> = Vec::new();
        while let Some(token) = scanner.next() {
            if is_object_end(token) {
                survey.close_object(&mut open, Span::new(scanner.opener.start, token.span.end), most_keys);
            }
            if may_leave(token.kind) {
                leave(&mut open, scanner.open());
            }
            let text = || source.get(token.span.start as usize..token.span.end as usize).unwrap_or_default();
            survey.look(token, text, &mut open);
        }
        survey.finish(&scanner)
    }

    fn look<'s>(&mut self, token: Token, text: impl Fn() -> &'s str, open: &mut Vec<Open>) {
        let in_directive = open.last().is_some_and(|it| it.is_directive && it.empty);
        match token.kind {
            Kind::Comment => return self.comments.push(Comment { span: token.span }),
            Kind::Newline => return,
            Kind::QuoteBroken | Kind::StrayClose | Kind::Other => self.broken = true,
            Kind::Number if out_of_range(text()) => self.mask(token.span, MaskKind::Number),
            Kind::Name if in_directive && !is_directive(text()) => self.broken = true,
            Kind::Name if !text().is_ascii() && has_joiner(text()) => self.broken = true,
            _ => {}
        }
        if let Some(innermost) = open.last_mut() {
            innermost.is_for |= innermost.empty && token.kind == Kind::Name && text() == "for";
            innermost.keys += u32::from(token.kind == Kind::Operator && matches!(text(), "=" | ":"));
            innermost.empty = false;
        }
        if matches!(token.kind, Kind::Open(_) | Kind::SequenceOpen) {
            let is_directive = text().starts_with('%');
            open.push(Open { start: token.span.start, keys: 0, empty: true, is_for: false, is_directive });
        }
    }

    fn close_object(&mut self, open: &mut Vec<Open>, span: Span, most_keys: u32) {
        while open.last().is_some_and(|it| it.start > span.start) {
            open.pop();
        }
        if open.pop().is_some_and(|it| it.keys > most_keys && !it.is_for) {
            self.mask(span, MaskKind::Hole);
        }
    }

    fn mask(&mut self, span: Span, kind: MaskKind) {
        self.masks.push(Mask { span, kind });
    }

    fn finish(mut self, scanner: &Scanner<'_>) -> Self {
        for span in &scanner.false_ends {
            self.mask(*span, MaskKind::FalseEnd);
        }
        sort(&mut self.masks);
        let open = scanner.open().iter().any(|(mode, _)| !matches!(mode, Mode::Bare));
        self.broken |= open || !scanner.unclosed.is_empty();
        self
    }
}

pub(super) fn sort(masks: &mut Vec<Mask>) {
    masks.sort_by_key(|mask| (mask.span.start, Reverse(mask.span.end)));
    masks.dedup();
}

fn is_object_end(token: Token) -> bool {
    token.kind == Kind::Close(super::scan::Bracket::Object)
}

/// Whether the scanner may have left something with this token.
const fn may_leave(kind: Kind) -> bool {
    matches!(kind, Kind::Close(_) | Kind::StrayClose | Kind::SequenceClose | Kind::QuoteBroken)
}

/// Forgets what the scanner has left. Both lists are in the order of the source.
fn leave(open: &mut Vec<Open>, modes: &[(Mode, Span)]) {
    let innermost = modes.iter().rev().find(|(mode, _)| matches!(mode, Mode::Bracket(_) | Mode::Sequence));
    let start = innermost.map(|(_, span)| span.start);
    while open.last().is_some_and(|it| start.is_none_or(|start| it.start > start)) {
        open.pop();
    }
}

/// hcl-edit takes `%{ forx in y }` for `%{ for x in y }`.
pub(super) fn is_directive(word: &str) -> bool {
    matches!(word, "if" | "else" | "endif" | "for" | "endfor")
}

/// Terraform does not take joiners in identifiers.
pub(super) fn has_joiner(name: &str) -> bool {
    name.contains(['\u{200c}', '\u{200d}'])
}

fn out_of_range(text: &str) -> bool {
    (text.len() > 300 || text.contains(['e', 'E'])) && text.parse::<f64>().is_ok_and(f64::is_infinite)
}
