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
        if let Some(wrong) = Some(()).filter(|()| directive && marker == "for").and_then(|()| self.for_header(frame)) {
            return wrong;
        }
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
                        return Some(self.missing_end(directive, token.span));
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
        let end = Span::new(self.end, self.end);
        templates.last().and_then(|open| open.last()).map(|directive| self.missing_end(directive, end))
    }

    fn missing_end(&self, directive: &Directive, end: Span) -> Complaint {
        let kind = if directive.is_for { "for" } else { "if" };
        let line = self.source.get(..directive.at.start as usize).unwrap_or_default().matches('\n').count() + 1;
        let detail = format!("The {kind} directive in line {line} is missing its corresponding end{kind} directive.");
        Complaint::new("Unexpected end of template", detail, end)
    }

    /// The end of a `for` that is none.
    pub(super) fn stray_endfor(&self, after: Span) -> Option<Complaint> {
        let behind = self.tokens.array_windows().find(|[sequence, word]| {
            sequence.kind == Kind::SequenceOpen && sequence.span.start > after.start && self.text(word.span) == "endfor"
        });
        let [sequence, word] = behind?;
        let detail = "The control directives within this template are unbalanced.";
        Some(Complaint::new("Unexpected endfor directive", detail, sequence.span.to(word.span)))
    }

    /// What a `for` directive lacks between its word and its collection.
    fn for_header(&self, frame: &Frame) -> Option<Complaint> {
        let opener = frame.opener?;
        let mut tokens = self.tokens.iter().skip_while(|token| token.span.start <= opener.span.start).skip(1);
        loop {
            let name = tokens.next()?;
            if name.kind != Kind::Name {
                let detail = "For directive requires variable name after 'for'.";
                return Some(Complaint::new(super::FOR_DIRECTIVE, detail, name.span));
            }
            let next = tokens.next()?;
            match (next.kind, self.text(next.span)) {
                (Kind::Comma, _) => {}
                (_, "in") => return None,
                _ => {
                    let detail = "For directive requires 'in' keyword after names.";
                    return Some(Complaint::new(super::FOR_DIRECTIVE, detail, next.span));
                }
            }
        }
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
