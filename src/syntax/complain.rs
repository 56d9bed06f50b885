//! Why a text is no HCL, in Terraform's words. hcl-edit says where it stopped; the tokens around that
//! place tell what was meant.

use super::{
    items::{Item, is_foreign},
    scan::{Bracket, Kind, Mode, Token},
    shown::Objection,
};
use crate::source::Span;

#[derive(Debug)]
pub(super) struct Complaint {
    pub(super) summary: &'static str,
    pub(super) detail: String,
    pub(super) span: Span,
}

impl Complaint {
    pub(super) fn new(summary: &'static str, detail: impl Into<String>, span: Span) -> Self {
        Self { summary, detail: detail.into(), span }
    }
}

const EXPECTED: &str = "Expected the start of an expression, but found an invalid expression token.";

/// An item of a body that is wrong somewhere.
pub(super) fn in_body(source: &str, item: &Item, objection: &Objection) -> Complaint {
    let scene = Scene { source, tokens: &item.tokens, end: item.span.end, root: Root::Body };
    scene.foreign().or_else(|| scene.unclosed(item)).unwrap_or_else(|| scene.explain(objection))
}

/// An item of an object literal that is wrong somewhere.
pub(super) fn in_object(source: &str, item: &Item, objection: &Objection) -> Complaint {
    let scene = Scene { source, tokens: &item.tokens, end: item.span.end, root: Root::Object };
    scene.foreign().or_else(|| scene.unclosed(item)).unwrap_or_else(|| scene.explain(objection))
}

/// A whole text that should be one expression or one template.
pub(super) fn in_text(source: &str, item: &Item, objection: &Objection) -> Complaint {
    let scene = Scene { source, tokens: &item.tokens, end: item.span.end, root: Root::Expression };
    scene.foreign().or_else(|| scene.unclosed(item)).unwrap_or_else(|| scene.explain(objection))
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

/// What stands around a token: the innermost open mark, and what came since its last separator.
#[derive(Clone, Copy)]
struct Frame {
    opener: Option<Token>,
    /// Before the opener.
    before: Option<Token>,
    /// The first token since the opener or the last separator.
    first: Option<Token>,
    last: Option<Token>,
    assigned: bool,
    questions: usize,
    colons: usize,
    is_for: bool,
}

impl Frame {
    const fn new(opener: Option<Token>, before: Option<Token>) -> Self {
        Self { opener, before, first: None, last: None, assigned: false, questions: 0, colons: 0, is_for: false }
    }
}

impl Scene<'_> {
    fn text(&self, span: Span) -> &str {
        self.source.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn is(&self, token: Option<Token>, text: &str) -> bool {
        token.is_some_and(|token| self.text(token.span) == text)
    }

    /// Characters that no HCL file may hold where they stand.
    fn foreign(&self) -> Option<Complaint> {
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
            (Kind::Other, text) if text.starts_with("/*") => Complaint::new(
                "Invalid expression",
                "This comment is not closed: there is no \"*/\" before the end of the file.",
                Span::new(token.span.start, token.span.start + 2),
            ),
            _ => Complaint::new("Invalid character", "This character is not used within the language.", start),
        })
    }

    fn quote_before(&self, broken: Token) -> Span {
        let mut open = self.tokens.iter().filter(|t| t.kind == Kind::QuoteOpen && t.span.start < broken.span.start);
        let line = self.source.get(..broken.span.start as usize).and_then(|s| s.rfind('\n')).map_or(0, |i| i + 1);
        let first = open.find(|token| token.span.start as usize >= line);
        first.map_or(broken.span, |token| Span::new(token.span.start, broken.span.start))
    }

    fn stray(&self, token: Token) -> Complaint {
        if self.tokens.first().is_some_and(|first| first.span == token.span) && self.root == Root::Body {
            return Complaint::new(
                "Argument or block definition required",
                "An argument or block definition is required here. Nothing is open that this bracket could close.",
                token.span,
            );
        }
        let frame = self.frame(token.span.start);
        if frame.opener.is_none() && self.ends_with_block(token) {
            return Complaint::new(
                "Missing newline after block definition",
                "A block definition must end with a newline.",
                token.span,
            );
        }
        self.misplaced(&frame, Some(token))
    }

    fn ends_with_block(&self, token: Token) -> bool {
        let before = self.tokens.iter().rfind(|t| t.span.end <= token.span.start);
        before.is_some_and(|t| t.kind == Kind::Close(Bracket::Block))
    }

    fn unclosed(&self, item: &Item) -> Option<Complaint> {
        let mut marks = item.unclosed.iter();
        let first = marks.next()?;
        let sequence = marks.next().filter(|(mode, _)| matches!(mode, Mode::Sequence));
        let of_template = matches!(first.0, Mode::Quoted | Mode::Heredoc { .. });
        let (mode, span) = *sequence.filter(|_| of_template).unwrap_or(first);
        Some(unclosed(self.source, mode, span))
    }

    /// The state of things before the token at a place.
    fn frame(&self, at: u32) -> Frame {
        let mut frames = vec![Frame::new(None, None)];
        for token in self.tokens.iter().take_while(|token| token.span.end <= at) {
            self.step(&mut frames, *token);
        }
        frames.pop().unwrap_or(Frame::new(None, None))
    }

    fn step(&self, frames: &mut Vec<Frame>, token: Token) {
        match token.kind {
            Kind::Open(_) | Kind::QuoteOpen | Kind::HeredocOpen | Kind::SequenceOpen => {
                let before = frames.last_mut().and_then(|frame| frame.last.replace(token));
                if let Some(frame) = frames.last_mut() {
                    frame.first = frame.first.or(Some(token));
                }
                return frames.push(Frame::new(Some(token), before));
            }
            Kind::Close(_) | Kind::QuoteClose | Kind::HeredocClose | Kind::SequenceClose if frames.len() > 1 => {
                frames.pop();
            }
            _ => {}
        }
        let root = self.root;
        let Some(frame) = frames.last_mut() else { return };
        let in_object = frame.opener.map_or(root == Root::Object, |it| it.kind == Kind::Open(Bracket::Object));
        let separates = token.kind == Kind::Comma || (token.kind == Kind::Newline && in_object && !frame.is_for);
        let text = self.text(token.span);
        if separates && token.kind == Kind::Newline && frame.last.is_none() {
            return;
        }
        if separates {
            *frame = Frame { last: Some(token), ..Frame::new(frame.opener, frame.before) };
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

    fn explain(&self, objection: &Objection) -> Complaint {
        let found = self.tokens.iter().find(|token| token.span.end > objection.at);
        let here = found.copied().filter(|_| objection.at < self.end);
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

    fn escape(&self, at: u32) -> Complaint {
        let start = self.source.get(..at as usize).and_then(|before| before.rfind('\\')).unwrap_or(at as usize);
        let symbol = self.source.get(start + 1..).and_then(|rest| rest.chars().next()).unwrap_or('\\');
        let end = start + 1 + symbol.len_utf8();
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

    fn misplaced(&self, frame: &Frame, here: Option<Token>) -> Complaint {
        let span = here.map_or(Span::new(self.end, self.end), |token| token.span);
        if self.is(frame.last, ".") || (self.is(here, ".") && !self.starts_attribute(span.end)) {
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
            (None, Root::Object) | (Some(Kind::Open(Bracket::Object)), _) => self.in_object_literal(frame, span),
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

    /// Whether a name, an index or a splat follows a dot.
    fn starts_attribute(&self, dot: u32) -> bool {
        let next = self.tokens.iter().find(|token| token.span.start >= dot);
        next.is_some_and(|next| matches!(next.kind, Kind::Name | Kind::Number) || self.text(next.span) == "*")
    }

    /// Whether this is a name after `::`.
    fn is_scoped(&self, name: Option<Token>) -> bool {
        let Some(name) = name.filter(|token| token.kind == Kind::Name) else { return false };
        let before = self.tokens.iter().rfind(|token| token.span.end <= name.span.start);
        self.is(before.copied(), "::")
    }

    fn in_sequence(&self, frame: &Frame, span: Span) -> Complaint {
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

    /// Whether an expression must start next.
    fn needs_operand(&self, frame: &Frame) -> bool {
        let Some(last) = frame.last else { return true };
        let operator = last.kind == Kind::Operator && !matches!(self.text(last.span), "..." | "*");
        operator || matches!(last.kind, Kind::Comma | Kind::Newline) || frame.first.is_none()
    }

    fn in_item(&self, frame: &Frame, here: Option<Token>, span: Span) -> Complaint {
        let Some(first) = frame.first.or(here) else { return required(span, false) };
        match first.kind {
            Kind::QuoteOpen if frame.first.is_none() || self.followed_by_equals(first) => {
                return Complaint::new("Invalid argument name", "Argument names must not be quoted.", first.span);
            }
            Kind::Name => {}
            _ => return required(first.span, false),
        }
        if frame.assigned {
            return self.in_argument(frame, span);
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
    fn sequence_in_header(&self) -> Option<Span> {
        let ends = |token: &Token| token.kind == Kind::Open(Bracket::Block) || self.text(token.span) == "=";
        let header = self.tokens.iter().take_while(|token| !ends(token));
        header.filter(|token| token.kind == Kind::SequenceOpen).map(|token| token.span).next()
    }

    fn followed_by_equals(&self, quote: Token) -> bool {
        let close = self.tokens.iter().position(|t| t.kind == Kind::QuoteClose && t.span.start > quote.span.start);
        self.is(close.and_then(|i| self.tokens.get(i + 1)).copied(), "=")
    }

    fn in_argument(&self, frame: &Frame, span: Span) -> Complaint {
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
        Complaint::new("Missing newline after argument", "An argument definition must end with a newline.", span)
    }

    fn is_one_line(&self, brace: Token) -> bool {
        let after = self.tokens.iter().find(|token| token.span.start > brace.span.start);
        after.is_some_and(|token| token.kind != Kind::Newline)
    }

    fn in_object_literal(&self, frame: &Frame, span: Span) -> Complaint {
        if frame.first.is_none() || (frame.assigned && self.needs_operand(frame)) {
            return Complaint::new("Invalid expression", EXPECTED, span);
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

    fn for_expression(&self, frame: &Frame, span: Span) -> Complaint {
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

    /// `%{ if }` and `%{ for }` that do not match.
    fn directives(&self) -> Option<Complaint> {
        let mut open: Vec<(Token, bool, bool)> = Vec::new();
        for (i, token) in self.tokens.iter().enumerate() {
            if token.kind == Kind::QuoteClose || token.kind == Kind::HeredocClose {
                if let Some(complaint) = self.missing_end(&mut open) {
                    return Some(complaint);
                }
            }
            if token.kind == Kind::SequenceOpen && self.text(token.span).starts_with('%') {
                let keyword = self.tokens.get(i + 1).copied();
                if let Some(complaint) = self.directive(*token, keyword, &mut open) {
                    return Some(complaint);
                }
            }
        }
        self.missing_end(&mut open)
    }

    fn missing_end(&self, open: &mut Vec<(Token, bool, bool)>) -> Option<Complaint> {
        let (token, is_for, _) = open.pop()?;
        let kind = if is_for { "for" } else { "if" };
        let detail = format!("This {kind} directive is missing its corresponding end{kind} directive.");
        Some(Complaint::new("Unexpected end of template", detail, token.span))
    }

    fn directive(&self, at: Token, keyword: Option<Token>, open: &mut Vec<(Token, bool, bool)>) -> Option<Complaint> {
        let word = keyword.filter(|token| token.kind == Kind::Name).map(|token| self.text(token.span));
        let unbalanced = "The control directives within this template are unbalanced.";
        match word {
            None => Some(Complaint::new(
                "Invalid template directive",
                "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.",
                at.span,
            )),
            Some("if") => {
                open.push((at, false, false));
                None
            }
            Some("for") => {
                open.push((at, true, false));
                None
            }
            Some("else") => match open.last_mut() {
                Some((_, false, seen @ false)) => {
                    *seen = true;
                    None
                }
                _ => Some(Complaint::new("Unexpected else directive", unbalanced, at.span)),
            },
            Some("endif") => match open.pop() {
                Some((_, false, _)) => None,
                _ => Some(Complaint::new("Unexpected endif directive", unbalanced, at.span)),
            },
            Some("endfor") => match open.pop() {
                Some((_, true, _)) => None,
                _ => Some(Complaint::new("Unexpected endfor directive", unbalanced, at.span)),
            },
            Some(other) => {
                let detail = format!("{other:?} is not a valid template control keyword.");
                Some(Complaint::new("Invalid template control keyword", detail, keyword.unwrap_or(at).span))
            }
        }
    }
}

fn required(span: Span, equals: bool) -> Complaint {
    let detail = "An argument or block definition is required here.";
    let hint = " To set an argument, use the equals sign \"=\" to introduce the argument value.";
    Complaint::new("Argument or block definition required", format!("{detail}{}", if equals { hint } else { "" }), span)
}

fn missing_false(span: Span) -> Complaint {
    let detail = "The conditional operator (...?...:...) requires a false expression, delimited by a colon.";
    Complaint::new("Missing false expression in conditional", detail, span)
}

/// Something that is open where it must be closed.
pub(super) fn unclosed(source: &str, mode: Mode, span: Span) -> Complaint {
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
