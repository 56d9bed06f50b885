//! Splits a body, or the inside of an object literal, into its items, however broken they are.

use super::scan::{Bracket, Kind, Mode, Scanner, Token};
use crate::source::{Span, offset};

/// How often a file is split anew after something that is not closed. Each time costs a look at the rest of it.
const MAX_RESTARTS: u32 = 20;

/// An attribute, a block, an object's item, or what was meant to be one.
#[derive(Debug, Default)]
pub(super) struct Item {
    /// From the first to the last token; never empty.
    pub(super) span: Span,
    /// Without comments.
    pub(super) tokens: Vec<Token>,
    /// What is not closed inside it, the outermost first.
    pub(super) unclosed: Vec<(Mode, Span)>,
    /// Closing brackets of the item's own level, each with the opening one.
    pub(super) closes: Vec<(Span, Span)>,
}

impl Item {
    /// A whole text as one item.
    pub(super) fn whole(mut scanner: Scanner<'_>, span: Span) -> Self {
        let tokens = scanner.by_ref().filter(|token| token.kind != Kind::Comment).collect();
        let open = scanner.open().iter().filter(|(mode, _)| !matches!(mode, Mode::Bare));
        let unclosed = open.copied().chain(scanner.unclosed.iter().copied()).collect();
        Self { span, tokens, unclosed, closes: Vec::new() }
    }

    /// Whether hcl-edit need not be asked: Terraform refuses it.
    pub(super) fn is_broken(&self, source: &str) -> bool {
        !self.unclosed.is_empty()
            || self.tokens.iter().any(|token| is_foreign(source, *token))
            || self.tokens.array_windows().any(|[sequence, word]| is_unknown_directive(source, *sequence, *word))
    }
}

fn is_unknown_directive(source: &str, sequence: Token, word: Token) -> bool {
    let text = |token: Token| source.get(token.span.start as usize..token.span.end as usize).unwrap_or_default();
    let directive = sequence.kind == Kind::SequenceOpen && text(sequence).starts_with('%');
    directive && word.kind == Kind::Name && !super::survey::is_directive(text(word))
}

/// What no valid file holds.
pub(super) fn is_foreign(source: &str, token: Token) -> bool {
    match token.kind {
        Kind::QuoteBroken | Kind::StrayClose | Kind::Other => true,
        Kind::Name => {
            let name = source.get(token.span.start as usize..token.span.end as usize).unwrap_or_default();
            !name.is_ascii() && super::survey::has_joiner(name)
        }
        _ => false,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Level {
    /// Items that start a line at column 1 are safe places to go on from.
    File,
    Block,
    Object,
}

#[derive(Debug)]
pub(super) struct Items<'s> {
    source: &'s str,
    scanner: Scanner<'s>,
    end: u32,
    level: Level,
    restarts: u32,
}

impl<'s> Items<'s> {
    pub(super) fn of_file(source: &'s str) -> Self {
        Self::new(source, Span::new(0, offset(source.len())), Level::File)
    }

    pub(super) fn of_block(source: &'s str, inside: Span) -> Self {
        Self::new(source, inside, Level::Block)
    }

    pub(super) fn of_object(source: &'s str, inside: Span) -> Self {
        Self::new(source, inside, Level::Object)
    }

    fn new(source: &'s str, range: Span, level: Level) -> Self {
        Self { source, scanner: Scanner::new(source, range), end: range.end, level, restarts: 0 }
    }

    fn ends_item(&self, kind: Kind) -> bool {
        let separator = kind == Kind::Newline || (kind == Kind::Comma && self.level == Level::Object);
        separator && self.scanner.open().is_empty()
    }

    /// The end of the source came while something is open: the item ends before the next line that
    /// looks like an item of this level.
    fn cut(&mut self, item: &mut Item) {
        item.unclosed.extend_from_slice(self.scanner.open());
        let first = self.scanner.open().first().copied();
        if self.restarts >= MAX_RESTARTS {
            return;
        }
        if let Some(at) = first.and_then(|(mode, span)| self.restart(mode, span.end)) {
            self.restarts += 1;
            item.tokens.retain(|token| token.span.start < at);
            item.unclosed.retain(|(_, span)| span.start < at);
            self.scanner = Scanner::new(self.source, Span::new(at, self.end));
        }
    }

    fn restart(&self, mode: Mode, after: u32) -> Option<u32> {
        let object = matches!(mode, Mode::Bracket(Bracket::Object | Bracket::Block));
        let text = self.source.get(after as usize..self.end as usize)?;
        let mut at = after;
        for (i, line) in text.split_inclusive('\n').enumerate() {
            let starts = match self.level {
                Level::File => !line.starts_with([' ', '\t']) && (is_header(line) || (!object && is_argument(line))),
                Level::Block => !object && (is_header(line.trim_start()) || is_argument(line.trim_start())),
                Level::Object => false,
            };
            if i > 0 && starts {
                return Some(at);
            }
            at += offset(line.len());
        }
        None
    }
}

impl Iterator for Items<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let mut item = Item::default();
        loop {
            let Some(token) = self.scanner.next() else {
                if !self.scanner.open().is_empty() {
                    self.cut(&mut item);
                    self.scanner.unclosed.clear();
                }
                break;
            };
            if self.ends_item(token.kind) {
                if item.tokens.is_empty() && token.kind == Kind::Newline {
                    continue;
                }
                if item.tokens.is_empty() {
                    item.tokens.push(token);
                }
                break;
            }
            if matches!(token.kind, Kind::Close(_)) && self.scanner.open().is_empty() {
                item.closes.push((self.scanner.opener, token.span));
            }
            if token.kind != Kind::Comment {
                item.tokens.push(token);
            }
        }
        item.unclosed.append(&mut self.scanner.unclosed);
        item.span = item.tokens.first()?.span.to(item.tokens.last()?.span);
        Some(item)
    }
}

/// `resource "a" "b" {`
fn is_header(line: &str) -> bool {
    let name = line.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(0);
    let rest = line.get(name..).unwrap_or_default().trim_end();
    name > 0 && rest.ends_with('{') && !rest.contains(['=', '(', '[', '$', ':', ','])
}

/// `name = …`
fn is_argument(line: &str) -> bool {
    let name = line.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(0);
    let rest = line.get(name..).unwrap_or_default().trim_start();
    name > 0 && rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
}
