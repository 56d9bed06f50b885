//! Where an expression begins, as Terraform sees it: it blames an argument by its first part only.

use super::tree::{Call, ExprId, ExprKind, Part, Tree};
use crate::source::{Span, offset};

impl Tree {
    /// The first part of an expression: the operator, the bracket, the name of a function, the whole reference.
    /// `text` is the whole text of the file.
    #[must_use]
    pub fn start(&self, id: ExprId, text: &str) -> Span {
        let span = self.node(id).span;
        let first = || Span::new(span.start, span.start.saturating_add(1));
        match self.kind(id) {
            ExprKind::Tuple(_) | ExprKind::Object(_) | ExprKind::For(_) | ExprKind::Not(_) | ExprKind::Negate(_) => {
                first()
            }
            ExprKind::Binary(_, inner, _) | ExprKind::Conditional(inner, ..) | ExprKind::Paren(inner) => {
                self.start(inner, text)
            }
            ExprKind::Call(call) => self.call_start(self.call(call), text),
            ExprKind::Index(of, key) if !self.is_constant_key(key) => found(text, self.node(of).span.end, &["["]),
            ExprKind::Splat { source, .. } => found(text, self.node(source).span.end, &["[*]", ".*"]),
            ExprKind::String(_) => literal_start(text, span),
            ExprKind::Template(parts) => match self.parts(parts) {
                [Part::Interpolation(inner), _, ..] => self.start(*inner, text),
                [Part::If { condition, .. }, ..] => self.start(*condition, text),
                [Part::For { .. }, ..] => directive_start(text, span),
                [Part::Literal(_), ..] => literal_start(text, span),
                _ => span,
            },
            _ => span,
        }
    }

    /// The name of a function, to the opening parenthesis.
    #[must_use]
    pub fn call_start(&self, call: &Call, text: &str) -> Span {
        call.name_span.to(found(text, call.name_span.end, &["("]))
    }

    /// A key that makes an index a part of the reference it stands in.
    fn is_constant_key(&self, key: ExprId) -> bool {
        matches!(self.kind(key), ExprKind::Number(_) | ExprKind::String(_) | ExprKind::Bool(_) | ExprKind::Null)
    }
}

/// The first of some marks after a place; they are there.
fn found(text: &str, from: u32, marks: &[&str]) -> Span {
    let rest = text.get(from as usize..).unwrap_or_default();
    let at = marks.iter().filter_map(|mark| rest.find(mark).map(|at| (at, mark.len()))).min().unwrap_or_default();
    let start = from.saturating_add(offset(at.0));
    Span::new(start, start.saturating_add(offset(at.1)))
}

/// The literal text at the start of a string, without the quote; behind an empty one.
fn literal_start(text: &str, span: Span) -> Span {
    let written = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let Some(inner) = written.strip_prefix('"') else { return heredoc_start(written, span) };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if inner.is_empty() {
        return Span::new(span.end, span.end.saturating_add(1));
    }
    let start = span.start.saturating_add(1);
    Span::new(start, start.saturating_add(offset(literal_end(inner))))
}

/// The first directive of a string.
fn directive_start(text: &str, span: Span) -> Span {
    let opening = found(text, span.start, &["%{"]);
    opening.to(found(text, opening.end, &["}"]))
}

/// The first line of a heredoc.
fn heredoc_start(written: &str, span: Span) -> Span {
    let Some((mark, rest)) = written.split_once('\n') else { return span };
    let line = rest.split_inclusive('\n').next().unwrap_or_default();
    let start = span.start.saturating_add(offset(mark.len() + 1));
    Span::new(start, start.saturating_add(offset(literal_end(line))))
}

/// Up to the first interpolation or directive.
fn literal_end(text: &str) -> usize {
    let starts = ["${", "%{"].map(|mark| text.match_indices(mark).map(|(at, _)| at).find(|at| !is_escaped(text, *at)));
    starts.into_iter().flatten().min().unwrap_or(text.len())
}

fn is_escaped(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.ends_with(['$', '%']) && before.chars().next_back() == text.get(at..).and_then(|rest| rest.chars().next())
}
