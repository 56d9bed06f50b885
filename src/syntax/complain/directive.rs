//! Mistakes in templates: what is in a sequence, and directives that do not match.

use super::{Complaint, EXPECTED, Scene, frame::Frame};
use crate::{
    source::Span,
    syntax::scan::{Kind, Token},
};

impl Scene<'_> {
    pub(super) fn in_sequence(&self, frame: &Frame, span: Span) -> Complaint {
        let marker = frame.first.map(|token| self.text(token.span)).unwrap_or_default();
        let directive = frame.opener.is_some_and(|token| self.text(token.span).starts_with('%'));
        if self.needs_operand(frame) || (directive && (self.is(frame.last, "if") || self.is(frame.last, "in"))) {
            return Complaint::new("Invalid expression", EXPECTED, span);
        }
        let detail = "Expected a closing brace to end the sequence, but found extra characters.";
        match marker {
            "else" if directive => Complaint::new("Extra characters in else marker", detail, span),
            "endif" if directive => Complaint::new("Extra characters in endif marker", detail, span),
            "endfor" if directive => Complaint::new("Extra characters in endfor marker", detail, span),
            _ => Complaint::new(
                "Extra characters after interpolation expression",
                "Expected a closing brace to end the interpolation expression, but found extra characters. To write \"${\" \
                 itself, for a shell script for example, double its first character: \"$${\".",
                span,
            ),
        }
    }

    /// `%{ if }` and `%{ for }` that do not match, in any template of these tokens.
    pub(super) fn directives(&self) -> Option<Complaint> {
        // One list for each template that is open, the whole text first.
        let mut templates: Vec<Vec<Directive>> = vec![Vec::new()];
        for (i, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::QuoteOpen | Kind::HeredocOpen => templates.push(Vec::new()),
                Kind::QuoteClose | Kind::HeredocClose => {
                    let open = templates.pop().unwrap_or_default();
                    if let Some(directive) = open.last() {
                        return Some(missing_end(directive));
                    }
                }
                Kind::SequenceOpen if self.text(token.span).starts_with('%') => {
                    let keyword = self.tokens.get(i + 1).filter(|token| token.kind == Kind::Name);
                    let complaint =
                        templates.last_mut().and_then(|open| self.directive(*token, keyword.copied(), open));
                    if complaint.is_some() {
                        return complaint;
                    }
                }
                _ => {}
            }
        }
        templates.last().and_then(|open| open.last()).map(missing_end)
    }

    fn directive(&self, at: Token, keyword: Option<Token>, open: &mut Vec<Directive>) -> Option<Complaint> {
        let Some(keyword) = keyword else {
            let detail =
                "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.";
            return Some(Complaint::new("Invalid template directive", detail, at.span));
        };
        let unbalanced = "The control directives within this template are unbalanced.";
        match (self.text(keyword.span), open.last_mut()) {
            (word @ ("if" | "for"), _) => {
                open.push(Directive { at: at.span, is_for: word == "for", has_else: false });
                None
            }
            ("else", Some(directive)) if !directive.is_for && !directive.has_else => {
                directive.has_else = true;
                None
            }
            ("endif", Some(Directive { is_for: false, .. })) | ("endfor", Some(Directive { is_for: true, .. })) => {
                open.pop();
                None
            }
            (word @ ("else" | "endif" | "endfor"), _) => {
                let rest = self.source.get(keyword.span.end as usize..).unwrap_or_default();
                let end = rest.find('}').map_or(at.span.end, |i| keyword.span.end + crate::source::offset(i + 1));
                let whole = Span::new(at.span.start, end);
                let summary = match word {
                    "else" => "Unexpected else directive",
                    "endif" => "Unexpected endif directive",
                    _ => "Unexpected endfor directive",
                };
                Some(Complaint::new(summary, unbalanced, whole))
            }
            (other, _) => {
                let detail = format!("{other:?} is not a valid template control keyword.");
                Some(Complaint::new("Invalid template control keyword", detail, keyword.span))
            }
        }
    }
}

/// An `if` or `for` whose end has not come yet.
struct Directive {
    at: Span,
    is_for: bool,
    has_else: bool,
}

fn missing_end(directive: &Directive) -> Complaint {
    let kind = if directive.is_for { "for" } else { "if" };
    let detail = format!("This {kind} directive is missing its corresponding end{kind} directive.");
    Complaint::new("Unexpected end of template", detail, directive.at)
}
