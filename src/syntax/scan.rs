//! A scanner of our own, for what hcl-edit does not tell: comments, where items begin and end, and which
//! mark is not closed. It never fails and never recurses.

use super::lexeme;
use crate::source::{Span, offset};

/// How many unclosed brackets a closing one may close with its own.
const MAX_UNCLOSED: usize = 64;

/// What a bracket opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bracket {
    Block,
    Object,
    Paren,
    Call,
    Tuple,
    Index,
}

impl Bracket {
    const fn closed_by(self) -> u8 {
        match self {
            Self::Block | Self::Object => b'}',
            Self::Paren | Self::Call => b')',
            Self::Tuple | Self::Index => b']',
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Name,
    Number,
    /// Also `=`, `.`, `...`, `::`, `=>`.
    Operator,
    Comma,
    Newline,
    Comment,
    Open(Bracket),
    Close(Bracket),
    /// A closing bracket that nothing was opened for.
    StrayClose,
    /// A whole quoted string in which nothing is escaped or evaluated; only for who asks for it.
    PlainString,
    QuoteOpen,
    QuoteClose,
    /// Where a quoted string met the end of its line.
    QuoteBroken,
    /// Literal text of a template; in a heredoc at most one line.
    Text,
    /// With the line break.
    HeredocOpen,
    HeredocClose,
    /// `${`, `%{`, also with `~`.
    SequenceOpen,
    SequenceClose,
    /// No token of the language.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// Something that was opened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mode {
    Bracket(Bracket),
    Quoted,
    Heredoc {
        marker: Span,
        line_start: bool,
    },
    /// Inside `${…}` or `%{…}`.
    Sequence,
    /// A text that is a template as a whole.
    Bare,
}

#[derive(Clone, Debug)]
pub(super) struct Scanner<'s> {
    source: &'s str,
    at: usize,
    end: usize,
    modes: Vec<(Mode, Span)>,
    /// The last token that is neither a comment nor a line break inside brackets.
    before: Option<Kind>,
    /// Lines of heredocs that start with the end marker and go on; hcl-edit would end there.
    pub(super) false_ends: Vec<Span>,
    /// What the last closing bracket belongs to.
    pub(super) opener: Span,
    /// What was left open when something around it was closed.
    pub(super) unclosed: Vec<(Mode, Span)>,
    /// Whether a plain string is one token and not three.
    whole_strings: bool,
}

impl<'s> Scanner<'s> {
    /// Scans a range of a source, which starts outside any template.
    pub(super) fn new(source: &'s str, range: Span) -> Self {
        let (at, end) = (range.start as usize, (range.end as usize).min(source.len()));
        Self {
            source,
            at,
            end,
            modes: Vec::new(),
            before: None,
            false_ends: Vec::new(),
            opener: Span::default(),
            unclosed: Vec::new(),
            whole_strings: false,
        }
    }

    pub(super) fn whole_strings(mut self) -> Self {
        self.whole_strings = true;
        self
    }

    /// Scans a text that is a template.
    pub(super) fn bare(source: &'s str) -> Self {
        let mut scanner = Self::new(source, Span::new(0, offset(source.len())));
        scanner.modes.push((Mode::Bare, Span::new(0, 0)));
        scanner
    }

    /// What is open, the outermost first, each with the place of its opening mark.
    pub(super) fn open(&self) -> &[(Mode, Span)] {
        &self.modes
    }

    fn rest(&self) -> &'s [u8] {
        self.source.as_bytes().get(self.at..self.end).unwrap_or_default()
    }

    fn char(&self) -> Option<char> {
        self.source.get(self.at..self.end)?.chars().next()
    }

    fn token(&mut self, kind: Kind, len: usize) -> Token {
        let start = self.at;
        self.at = (start + len).min(self.end);
        Token { kind, span: Span::new(offset(start), offset(self.at)) }
    }

    fn enter(&mut self, mode: Mode, kind: Kind, len: usize) -> Token {
        let token = self.token(kind, len);
        self.modes.push((mode, token.span));
        token
    }

    fn code(&mut self) -> Option<Token> {
        self.at += lexeme::spaces(self.rest());
        let rest = self.rest();
        let token = match *rest {
            [] => return None,
            [b'\n', ..] => self.token(Kind::Newline, 1),
            [b'#', ..] | [b'/', b'/', ..] => self.token(Kind::Comment, lexeme::line_comment(rest)),
            [b'/', b'*', ..] => match lexeme::find(rest, b"*/") {
                Some(end) => self.token(Kind::Comment, end + 2),
                None => self.token(Kind::Other, rest.len()),
            },
            [b'"', ..] => self.quote(),
            [b'<', b'<', ..] => self.heredoc_open(),
            [b'{' | b'(' | b'[', ..] => self.bracket(),
            [b'~', b'}', ..] if self.in_sequence() => self.leave_sequence(2),
            [b'}', ..] if self.in_sequence() => self.leave_sequence(1),
            [b'}' | b')' | b']', ..] => self.close(),
            [b',', ..] => self.token(Kind::Comma, 1),
            [b'0'..=b'9', ..] => self.token(Kind::Number, lexeme::number(rest)),
            _ => self.word_or_operator(),
        };
        self.remember(token.kind);
        Some(token)
    }

    fn remember(&mut self, kind: Kind) {
        let ignored = kind == Kind::Comment || (kind == Kind::Newline && !self.newline_ends());
        if !ignored {
            self.before = Some(if kind == Kind::PlainString { Kind::QuoteClose } else { kind });
        }
    }

    fn quote(&mut self) -> Token {
        let inside = self.rest().get(1..).unwrap_or_default();
        let len = lexeme::plain_text(inside);
        if self.whole_strings && inside.get(len) == Some(&b'"') {
            return self.token(Kind::PlainString, len + 2);
        }
        self.enter(Mode::Quoted, Kind::QuoteOpen, 1)
    }

    /// Whether a line break separates items here.
    fn newline_ends(&self) -> bool {
        matches!(self.modes.last(), None | Some((Mode::Bracket(Bracket::Block | Bracket::Object), _)))
    }

    fn in_sequence(&self) -> bool {
        matches!(self.modes.last(), Some((Mode::Sequence, _)))
    }

    fn leave_sequence(&mut self, len: usize) -> Token {
        self.modes.pop();
        self.token(Kind::SequenceClose, len)
    }

    fn word_or_operator(&mut self) -> Token {
        let rest = self.rest();
        if rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') {
            return self.token(Kind::Name, self.name_length(rest));
        }
        let Some(first) = self.char() else { return self.token(Kind::Other, 1) };
        if first.is_alphabetic() {
            return self.token(Kind::Name, self.name_length(rest));
        }
        let len = match rest {
            [b'.', b'.', b'.', ..] => 3,
            [b'=' | b'!' | b'<' | b'>', b'=', ..]
            | [b'&', b'&', ..]
            | [b'|', b'|', ..]
            | [b'=', b'>', ..]
            | [b':', b':', ..] => 2,
            [b'=' | b':' | b'?' | b'.' | b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%', ..] => 1,
            _ => return self.token(Kind::Other, first.len_utf8()),
        };
        self.token(Kind::Operator, len)
    }

    /// The length of the name a text starts with; nearly all names are ASCII.
    fn name_length(&self, rest: &[u8]) -> usize {
        let ascii = lexeme::ascii_name(rest);
        if rest.get(ascii).is_none_or(u8::is_ascii) {
            return ascii;
        }
        let word = self.source.get(self.at..self.end).unwrap_or_default();
        word.find(|c| !lexeme::continues_name(c)).unwrap_or(word.len())
    }

    fn bracket(&mut self) -> Token {
        let operand = matches!(
            self.before,
            Some(Kind::Name | Kind::Number | Kind::QuoteClose | Kind::HeredocClose | Kind::Close(_) | Kind::StrayClose)
        );
        let in_body = matches!(self.modes.last(), None | Some((Mode::Bracket(Bracket::Block), _)));
        let bracket = match self.rest() {
            [b'(', ..] if self.before == Some(Kind::Name) => Bracket::Call,
            [b'(', ..] => Bracket::Paren,
            [b'[', ..] if operand => Bracket::Index,
            [b'[', ..] => Bracket::Tuple,
            _ if in_body && matches!(self.before, Some(Kind::Name | Kind::QuoteClose)) => Bracket::Block,
            _ => Bracket::Object,
        };
        self.enter(Mode::Bracket(bracket), Kind::Open(bracket), 1)
    }

    /// Closes the nearest bracket of this kind; what was opened inside it stays unclosed.
    fn close(&mut self) -> Token {
        let mark = self.rest().first().copied().unwrap_or_default();
        for (i, (mode, opener)) in self.modes.iter().enumerate().rev().take(MAX_UNCLOSED) {
            let Mode::Bracket(bracket) = *mode else { break };
            if bracket.closed_by() == mark {
                self.opener = *opener;
                self.unclosed.extend(self.modes.drain(i + 1..));
                self.modes.pop();
                return self.token(Kind::Close(bracket), 1);
            }
        }
        self.token(Kind::StrayClose, 1)
    }

    fn heredoc_open(&mut self) -> Token {
        let rest = self.source.get(self.at..self.end).unwrap_or_default();
        let dash = usize::from(rest.as_bytes().get(2) == Some(&b'-'));
        let word = rest.get(2 + dash..).unwrap_or_default();
        let len = word.find(|c| !lexeme::continues_name(c)).unwrap_or(word.len());
        let starts = word.chars().next().is_some_and(|c| c == '_' || c.is_alphabetic());
        let after = word.get(len..).unwrap_or_default();
        let line_break = if after.starts_with('\n') { 1 } else { 2 * usize::from(after.starts_with("\r\n")) };
        if !starts || line_break == 0 {
            return self.token(Kind::Other, 2);
        }
        let start = self.at + 2 + dash;
        let marker = Span::new(offset(start), offset(start + len));
        self.enter(Mode::Heredoc { marker, line_start: true }, Kind::HeredocOpen, 2 + dash + len + line_break)
    }

    fn quoted(&mut self) -> Option<Token> {
        let rest = self.rest();
        let mut len = 0;
        loop {
            len += lexeme::plain_text(rest.get(len..).unwrap_or_default());
            match rest.get(len..).unwrap_or_default() {
                [] | [b'"' | b'\n', ..] => break,
                [b'\r', b'\n', ..] => break,
                [b'$' | b'%', b'{', ..] => break,
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => len += 3,
                [b'\\', next, ..] if *next != b'\n' && *next != b'\r' => len += 2,
                _ => len += 1,
            }
        }
        if len > 0 {
            return Some(self.token(Kind::Text, self.whole_chars(len)));
        }
        match rest {
            [] => None,
            [b'"', ..] => {
                self.modes.pop();
                self.before = Some(Kind::QuoteClose);
                Some(self.token(Kind::QuoteClose, 1))
            }
            [b'$' | b'%', ..] => Some(self.sequence()),
            _ => Some(self.break_quote()),
        }
    }

    /// A backslash counts as two bytes, but the character after it may be longer.
    fn whole_chars(&self, mut len: usize) -> usize {
        while !self.source.is_char_boundary(self.at + len) {
            len += 1;
        }
        len
    }

    /// Ends all templates that began on this line, so that a missing quote costs one line.
    fn break_quote(&mut self) -> Token {
        let line = self.source.get(..self.at).and_then(|before| before.rfind('\n')).map_or(0, |i| offset(i + 1));
        let on_line = self.modes.iter().rev().take_while(|(_, span)| span.start >= line).count();
        let (before, on_line) = self.modes.split_at(self.modes.len() - on_line);
        let quoted = on_line.iter().position(|(mode, _)| matches!(mode, Mode::Quoted));
        let broken = quoted.map_or(self.modes.len().saturating_sub(1), |i| before.len() + i);
        self.unclosed.extend(self.modes.drain(broken..));
        self.before = Some(Kind::QuoteClose);
        self.token(Kind::QuoteBroken, 0)
    }

    fn sequence(&mut self) -> Token {
        let strip = usize::from(self.rest().get(2) == Some(&b'~'));
        let token = self.enter(Mode::Sequence, Kind::SequenceOpen, 2 + strip);
        self.before = Some(Kind::SequenceOpen);
        token
    }

    fn heredoc(&mut self, marker: Span, line_start: bool) -> Option<Token> {
        let rest = self.source.get(self.at..self.end).unwrap_or_default();
        if line_start && let Some(close) = self.heredoc_close(rest, marker) {
            return Some(close);
        }
        let len = lexeme::literal(rest.as_bytes(), true);
        if let Some((Mode::Heredoc { line_start, .. }, _)) = self.modes.last_mut() {
            *line_start = rest.get(..len).is_some_and(|line| line.ends_with('\n'));
        }
        if len > 0 {
            return Some(self.token(Kind::Text, len));
        }
        (!rest.is_empty()).then(|| self.sequence())
    }

    /// The end is a line that holds the marker alone, and it is a whole line: a file cannot end with it.
    fn heredoc_close(&mut self, rest: &str, marker: Span) -> Option<Token> {
        let marker = self.source.get(marker.start as usize..marker.end as usize)?;
        let line = rest.split_inclusive('\n').next()?;
        let indent = line.len() - line.trim_start().len();
        let after = line.get(indent..)?.strip_prefix(marker)?;
        if line.ends_with('\n') && after.trim().is_empty() {
            self.modes.pop();
            self.before = Some(Kind::HeredocClose);
            return Some(self.token(Kind::HeredocClose, indent + marker.len()));
        }
        if !after.starts_with(lexeme::continues_name) {
            let start = self.at + indent;
            self.false_ends.push(Span::new(offset(start), offset(start + marker.len())));
        }
        None
    }

    fn bare_text(&mut self) -> Option<Token> {
        let len = lexeme::literal(self.rest(), false);
        if len > 0 {
            return Some(self.token(Kind::Text, len));
        }
        (!self.rest().is_empty()).then(|| self.sequence())
    }
}

impl Iterator for Scanner<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        match self.modes.last().map(|(mode, _)| *mode) {
            None | Some(Mode::Bracket(_) | Mode::Sequence) => self.code(),
            Some(Mode::Quoted) => self.quoted(),
            Some(Mode::Heredoc { marker, line_start }) => self.heredoc(marker, line_start),
            Some(Mode::Bare) => self.bare_text(),
        }
    }
}

/// How many bytes of spaces and comments a text starts with.
pub(super) fn skip_trivia(text: &str) -> usize {
    let mut scanner = Scanner::new(text, Span::new(0, offset(text.len())));
    let first = scanner.find(|token| !matches!(token.kind, Kind::Comment | Kind::Newline));
    first.map_or(text.len(), |token| token.span.start as usize)
}
