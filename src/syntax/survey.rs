//! One pass over a source before hcl-edit sees it: what it must not see, and what it would not mind but
//! Terraform does.

use std::{cmp::Reverse, ops::Range};

use super::{
    scan::{Bracket, Kind, Mode, Scanner, Token},
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
    /// A string in which nothing is escaped or evaluated, shown as a name: hcl-edit reads a name five times as fast.
    PlainString,
    /// A line break or a comment in a `for` that makes an object, shown as spaces: hcl-edit takes the break for the end.
    Break,
}

/// What stands before a token, as far as it tells whether a string there is a value or a label.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Before {
    /// `=`
    Assign,
    /// An opening bracket or a comma of a list, a call, an index, or parentheses.
    Element,
    /// A block's type or a label; also any other name in a body.
    Header,
    #[default]
    Other,
}

#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) comments: Vec<Comment>,
    /// Sorted, an outer one before those inside it.
    pub(super) masks: Vec<Mask>,
    /// Whether the text has an error that hcl-edit may overlook.
    pub(super) broken: bool,
    before: Before,
    /// Whether the last token closed a heredoc, which the line break behind it belongs to.
    after_heredoc: bool,
}

/// An open bracket or sequence.
struct Open {
    start: u32,
    /// How many keys an object holds, if it is one.
    keys: u32,
    empty: bool,
    is_for: bool,
    is_object: bool,
    is_directive: bool,
}

impl Survey {
    /// `most_keys`: an object literal with more is masked.
    pub(super) fn of(source: &str, mut scanner: Scanner<'_>, most_keys: u32) -> Self {
        let mut survey = Self::default();
        let mut open: Vec<Open> = Vec::new();
        scanner = scanner.whole_strings();
        while let Some(token) = scanner.next() {
            if is_object_end(token) {
                survey.close_object(&mut open, Span::new(scanner.opener.start, token.span.end), most_keys);
            }
            if may_leave(token.kind) {
                leave(&mut open, scanner.open());
            }
            let text = || source.get(token.span.start as usize..token.span.end as usize).unwrap_or_default();
            survey.look(token, text, &mut open);
            survey.look_around(token, source, &scanner);
        }
        survey.finish(&scanner)
    }

    /// Masks a plain string if a name is as good in its place, and remembers what stands before the next token.
    fn look_around(&mut self, token: Token, source: &str, scanner: &Scanner<'_>) {
        let (start, end) = (token.span.start as usize, token.span.end as usize);
        let bytes = |range: Range<usize>| source.as_bytes().get(range).unwrap_or_default();
        let in_body = matches!(scanner.open().last(), None | Some((Mode::Bracket(Bracket::Block), _)));
        if token.kind == Kind::PlainString
            && !is_glued(bytes(0..start))
            && is_value(self.before, bytes(end..source.len()))
        {
            self.mask(token.span, MaskKind::PlainString);
        }
        self.before = match token.kind {
            Kind::Comment => return,
            Kind::Newline if self.before == Before::Element => return,
            Kind::Operator if bytes(start..end) == b"=" => Before::Assign,
            Kind::Open(Bracket::Tuple | Bracket::Call | Bracket::Index | Bracket::Paren) => Before::Element,
            Kind::Comma if is_list(scanner) => Before::Element,
            Kind::Name if in_body => Before::Header,
            Kind::PlainString if in_body && self.before == Before::Header => Before::Header,
            _ => Before::Other,
        };
    }

    fn look<'s>(&mut self, token: Token, text: impl Fn() -> &'s str, open: &mut Vec<Open>) {
        let in_directive = open.last().is_some_and(|it| it.is_directive && it.empty);
        let after_heredoc = std::mem::replace(&mut self.after_heredoc, token.kind == Kind::HeredocClose);
        if matches!(token.kind, Kind::Comment | Kind::Newline) {
            if !after_heredoc && open.last().is_some_and(|it| it.is_for && it.is_object) {
                self.mask(token.span, MaskKind::Break);
            }
            if token.kind == Kind::Comment {
                self.comments.push(Comment { span: token.span });
            }
            return;
        }
        match token.kind {
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
            let is_object = token.kind == Kind::Open(Bracket::Object);
            open.push(Open { start: token.span.start, keys: 0, empty: true, is_for: false, is_object, is_directive });
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

/// Whether a name could stand where this string does, by what comes before and after it. Where it could not, the
/// string stays, so that no mistake looks right.
fn is_value(before: Before, after: &[u8]) -> bool {
    let on_line = || after.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
    match before {
        Before::Assign => matches!(on_line(), None | Some(b'\n' | b',' | b'}' | b'#')),
        Before::Element => matches!(after.trim_ascii_start().first(), Some(b',' | b']' | b')')),
        Before::Header => matches!(on_line(), Some(b'"' | b'{')),
        Before::Other => false,
    }
}

/// Whether a name would go on what stands before it.
fn is_glued(before: &[u8]) -> bool {
    before.last().is_some_and(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || matches!(b, b'_' | b'-' | b'"'))
}

fn is_list(scanner: &Scanner<'_>) -> bool {
    matches!(scanner.open().last(), Some((Mode::Bracket(Bracket::Tuple | Bracket::Call), _)))
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
