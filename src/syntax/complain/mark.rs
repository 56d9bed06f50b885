//! Mistakes that can be told from single tokens: what is foreign to the language, and what is not closed.

use super::{Complaint, Root, Scene};
use crate::{
    source::Span,
    syntax::{
        items::{Item, is_foreign},
        scan::{Bracket, Kind, Mode, Scanner, Token},
    },
};

impl Scene<'_> {
    /// Characters that no HCL file may hold where they stand.
    pub(super) fn foreign(&self) -> Option<Complaint> {
        let token = *self.tokens.iter().find(|token| is_foreign(self.source, **token))?;
        let text = self.text(token.span);
        let start =
            Span::new(token.span.start, token.span.start + text.chars().next().map_or(0, |c| c.len_utf8() as u32));
        Some(match (token.kind, text) {
            (Kind::QuoteBroken, _) => Complaint::new(
                "Invalid multi-line string",
                "Quoted strings may not be split over multiple lines. Close the string with a quote on this line, write \
                 the line break as \\n, or use the \"heredoc\" multi-line template syntax.",
                self.quote_before(token),
            ),
            (Kind::StrayClose, _) => self.stray(token),
            (_, "&") => Complaint::new(
                "Unsupported operator",
                "Bitwise operators are not supported. Did you mean boolean AND (\"&&\")?",
                token.span,
            ),
            (_, "|") => Complaint::new(
                "Unsupported operator",
                "Bitwise operators are not supported. Did you mean boolean OR (\"||\")?",
                token.span,
            ),
            (_, "^") => Complaint::new("Unsupported operator", "Bitwise operators are not supported.", token.span),
            (_, "~") => Complaint::new(
                "Unsupported operator",
                "Bitwise operators are not supported. Did you mean boolean NOT (\"!\")?",
                token.span,
            ),
            (_, "'") => Complaint::new(
                "Invalid character",
                "Single quotes are not valid. Use double quotes (\") to enclose strings.",
                token.span,
            ),
            (_, ";") => Complaint::new(
                "Invalid character",
                "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate \
                 items in collection values.",
                token.span,
            ),
            (_, "`") => Complaint::new(
                "Invalid character",
                "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\".",
                token.span,
            ),
            (Kind::Other, text) if text.starts_with("<<") => Complaint::new(
                "Invalid expression",
                "A heredoc starts with << or <<- and an identifier, and its text begins on the next line: nothing may \
                 follow the identifier.",
                token.span,
            ),
            (Kind::Other, text) if text.starts_with("/*") => {
                let frame = self.frame(token.span.start);
                let summary = if self.is_body(&frame) && frame.first.is_none() {
                    "Argument or block definition required"
                } else {
                    "Invalid expression"
                };
                Complaint::new(
                    summary,
                    "This comment is not closed: there is no \"*/\" before the end of the file.",
                    Span::new(token.span.start, token.span.start + 2),
                )
            }
            _ => Complaint::new("Invalid character", "This character is not used within the language.", start),
        })
    }

    /// What is wrong with the language where a character stands that is none of it.
    pub(super) fn around_foreign(&self) -> Option<Complaint> {
        let token = *self.tokens.iter().find(|token| is_foreign(self.source, **token))?;
        let text = self.text(token.span);
        if token.kind != Kind::Other || text.starts_with("<<") || text.starts_with("/*") {
            return None;
        }
        Some(self.misplaced(&self.frame(token.span.start), Some(token)))
    }

    pub(super) fn quote_before(&self, broken: Token) -> Span {
        let mut open = self.tokens.iter().filter(|t| t.kind == Kind::QuoteOpen && t.span.start < broken.span.start);
        let line = self.source.get(..broken.span.start as usize).and_then(|s| s.rfind('\n')).map_or(0, |i| i + 1);
        let first = open.find(|token| token.span.start as usize >= line);
        first.map_or(broken.span, |token| Span::new(token.span.start, broken.span.start))
    }

    pub(super) fn stray(&self, token: Token) -> Complaint {
        if self.tokens.first().is_some_and(|first| first.span == token.span) && self.root == Root::Body {
            return Complaint::new(
                "Argument or block definition required",
                "An argument or block definition is required here. Nothing is open that this bracket could close.",
                token.span,
            );
        }
        let frame = self.frame(token.span.start);
        if self.is_body(&frame) && self.ends_with_block(token) {
            return Complaint::new(
                "Missing newline after block definition",
                "A block definition must end with a newline.",
                token.span,
            );
        }
        self.misplaced(&frame, Some(token))
    }

    pub(super) fn ends_with_block(&self, token: Token) -> bool {
        let before = self.tokens.iter().rfind(|t| t.span.end <= token.span.start);
        before.is_some_and(|t| t.kind == Kind::Close(Bracket::Block))
    }

    pub(super) fn unclosed(&self, item: &Item) -> Option<Complaint> {
        let mut marks = item.unclosed.iter();
        let first = marks.next()?;
        let sequence = marks.next().filter(|(mode, _)| matches!(mode, Mode::Sequence));
        let of_template = matches!(first.0, Mode::Quoted | Mode::Heredoc { .. });
        let (mode, span) = *sequence.filter(|_| of_template).unwrap_or(first);
        let open = matches!(mode, Mode::Bracket(Bracket::Call | Bracket::Paren | Bracket::Index | Bracket::Tuple));
        // Terraform reads on, and says what it met instead.
        if open
            && self.root != Root::Expression
            && let Some(next) =
                if matches!(mode, Mode::Bracket(Bracket::Index)) { self.end_of_index() } else { self.next_token() }
        {
            let mut frame = self.frame(self.end);
            // A name is taken for the operand that is missing, and what follows it is too much.
            let behind = self.next_tokens().nth(1).filter(|_| next.kind == Kind::Name && self.needs_operand(&frame));
            if behind.is_some() {
                frame.last = Some(next);
                frame.first = frame.first.or(Some(next));
            }
            return Some(self.misplaced(&frame, behind.or(Some(next))));
        }
        Some(unclosed(self.source, mode, span))
    }

    /// The first token behind the item.
    fn next_token(&self) -> Option<Token> {
        self.next_tokens().next()
    }

    fn next_tokens(&self) -> impl Iterator<Item = Token> {
        let rest = Span::new(self.end, crate::source::offset(self.source.len()));
        let tokens = Scanner::new(self.source, rest);
        tokens.filter(|token| !matches!(token.kind, Kind::Comment | Kind::Newline))
    }

    /// The bracket that an index takes for its own, or the end of the file: that is where Terraform takes up again.
    fn end_of_index(&self) -> Option<Token> {
        let rest = Span::new(self.end, crate::source::offset(self.source.len()));
        let mut depth = 0_u32;
        let is_end = |token: &Token| match self.text(token.span) {
            "[" => {
                depth += 1;
                false
            }
            "]" => {
                let ends = depth == 0;
                depth = depth.saturating_sub(1);
                ends
            }
            _ => false,
        };
        let end = Scanner::new(self.source, rest).find(is_end);
        Some(end.unwrap_or(Token { kind: Kind::Other, span: Span::new(rest.end, rest.end) }))
    }

    pub(super) fn escape(&self, at: u32) -> Complaint {
        let start = self.source.get(..at as usize).and_then(|before| before.rfind('\\')).unwrap_or(at as usize);
        let symbol = self.source.get(start + 1..).and_then(|rest| rest.chars().next()).unwrap_or('\\');
        let rest = self.source.get(start + 1 + symbol.len_utf8()..).unwrap_or_default();
        let most = match symbol {
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_hexdigit).count();
        let end = start + 1 + symbol.len_utf8() + digits;
        let span = Span::new(crate::source::offset(start), crate::source::offset(end));
        let detail = match symbol {
            'u' => "The \\u escape sequence must be followed by four hexadecimal digits.".to_owned(),
            'U' => "The \\U escape sequence must be followed by eight hexadecimal digits.".to_owned(),
            _ => format!(
                "The symbol {:?} is not a valid escape sequence selector. A backslash itself is written as \\\\.",
                symbol.to_string()
            ),
        };
        Complaint::new("Invalid escape sequence", detail, span)
    }
}

/// Something that is open where it must be closed.
pub(in crate::syntax) fn unclosed(source: &str, mode: Mode, span: Span) -> Complaint {
    let (summary, detail) = match mode {
        Mode::Bracket(Bracket::Block) => (
            "Unclosed configuration block",
            "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace \
             nesting elsewhere in this file.",
        ),
        Mode::Bracket(Bracket::Object) => (
            "Unterminated object constructor expression",
            "There is no corresponding closing brace before the end of the file. This may be caused by incorrect brace \
             nesting elsewhere in this file.",
        ),
        Mode::Bracket(Bracket::Tuple) => (
            "Unterminated tuple constructor expression",
            "There is no corresponding closing bracket before the end of the file. This may be caused by incorrect bracket \
             nesting elsewhere in this file.",
        ),
        Mode::Bracket(Bracket::Call) => (
            "Unterminated function call",
            "There is no closing parenthesis for this function call before the end of the file. This may be caused by \
             incorrect parenthesis nesting elsewhere in this file.",
        ),
        Mode::Bracket(Bracket::Paren) => {
            ("Unbalanced parentheses", "Expected a closing parenthesis to terminate the expression.")
        }
        Mode::Bracket(Bracket::Index) => {
            ("Missing close bracket on index", "The index operator must end with a closing bracket (\"]\").")
        }
        Mode::Sequence => (
            "Unclosed template interpolation sequence",
            "There is no closing brace for this interpolation sequence before the end of the template. This might be caused \
             by incorrect nesting inside the given expression.",
        ),
        Mode::Heredoc { marker, .. } => {
            let marker = source.get(marker.start as usize..marker.end as usize).unwrap_or_default();
            let detail = format!(
                "No closing marker was found for the string: a line that holds {marker} alone, and that ends with a line break."
            );
            return Complaint::new("Unterminated template string", detail, span);
        }
        Mode::Quoted | Mode::Bare => ("Unterminated template string", "No closing marker was found for the string."),
    };
    Complaint::new(summary, detail, span)
}
