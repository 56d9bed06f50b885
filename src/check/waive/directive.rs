//! What a comment says that waives: `infralint:ignore redis-ha/no-replica until=2027-01-31 reason="…"`.

use jiff::civil::Date;

use crate::{
    diag::did_you_mean,
    source::{Span, offset},
};

/// What every word of ours in a comment begins with.
pub(super) const MARK: &str = "infralint:";
const IGNORE: &str = "ignore";
const KEYS: [&str; 3] = ["reason", "until", "owner"];

/// The words of one comment. Spans are byte offsets in the comment's own text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Directive {
    /// At least one, where nothing is wrong.
    pub checks: Vec<(String, Span)>,
    pub reason: Option<String>,
    pub until: Option<Date>,
    pub owner: Option<String>,
    /// What is wrong with it; it then waives nothing.
    pub wrong: Vec<(String, Span)>,
}

/// Reads a comment with its marks; `None` where it does not speak to us. Only the beginning of a comment does: prose may
/// name the word.
pub(super) fn read(comment: &str) -> Option<(Directive, Span)> {
    let inside = comment.trim_start_matches(['#', '/', '*']).trim_start();
    let start = comment.len() - inside.len();
    let inside = inside.strip_suffix("*/").unwrap_or(inside).trim_end();
    let span = Span::new(offset(start), offset(start + inside.len()));
    let word = inside.strip_prefix(MARK)?;
    let mut directive = Directive::default();
    let Some(rest) = word.strip_prefix(IGNORE).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    else {
        let written = word.split(char::is_whitespace).next().unwrap_or_default();
        let hint = did_you_mean(written, [IGNORE]);
        directive.wrong.push((format!("There is no \"{MARK}{written}\".{hint}"), span));
        return Some((directive, span));
    };
    let mut words = Words { text: rest, at: start + MARK.len() + IGNORE.len() };
    while let Some(word) = words.next_word() {
        directive.word(&word);
    }
    directive.complain(span);
    Some((directive, span))
}

/// One word: a check, or `key=value`.
struct Word<'c> {
    key: Option<&'c str>,
    value: String,
    /// Whether the closing quote is missing.
    open: bool,
    span: Span,
}

struct Words<'c> {
    text: &'c str,
    at: usize,
}

impl<'c> Words<'c> {
    fn next_word(&mut self) -> Option<Word<'c>> {
        let spaces = self.text.len() - self.text.trim_start().len();
        self.advance(spaces);
        let start = self.at;
        let bare = self.text.find(|c: char| c.is_whitespace() || c == '=' || c == '"').unwrap_or(self.text.len());
        let mut first = self.advance(bare);
        let key = self.text.starts_with('=').then(|| {
            self.advance(1);
            first
        });
        let (mut value, mut open) = (String::new(), false);
        if self.text.starts_with('"') {
            open = !self.quoted(&mut value);
        } else if key.is_some() {
            let end = self.text.find(char::is_whitespace).unwrap_or(self.text.len());
            first = self.advance(end);
            value.push_str(first);
        } else {
            value.push_str(first);
        }
        let span = Span::new(offset(start), offset(self.at));
        (self.at > start).then_some(Word { key, value, open, span })
    }

    fn advance(&mut self, bytes: usize) -> &'c str {
        let (passed, rest) = self.text.split_at_checked(bytes).unwrap_or((self.text, ""));
        self.text = rest;
        self.at += passed.len();
        passed
    }

    /// The text in quotes, in which a backslash stands before a quote or another one; false where it does not end.
    fn quoted(&mut self, value: &mut String) -> bool {
        self.advance(1);
        let mut chars = self.text.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.advance(at + 1);
                    return true;
                }
                '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
                other => value.push(other),
            }
        }
        self.advance(self.text.len());
        false
    }
}

impl Directive {
    fn word(&mut self, word: &Word<'_>) {
        if word.open {
            return self.wrong("The quote is not closed.".to_owned(), word.span);
        }
        let Some(key) = word.key else { return self.checks_in(word) };
        let value = word.value.trim();
        match key {
            "reason" => self.text(|own| &mut own.reason, (key, value), word.span),
            "owner" => self.text(|own| &mut own.owner, (key, value), word.span),
            "until" if self.until.is_some() => self.wrong("\"until\" stands here twice.".to_owned(), word.span),
            "until" => match day(value) {
                Some(day) => self.until = Some(day),
                None => self.wrong("\"until\" must be a day, as in until=2027-01-31.".to_owned(), word.span),
            },
            _ => {
                let hint = did_you_mean(key, KEYS);
                let detail = format!("A waiver has no \"{key}\".{hint} There can be: {}.", KEYS.join(", "));
                self.wrong(detail, word.span);
            }
        }
    }

    fn text(&mut self, of: fn(&mut Self) -> &mut Option<String>, (key, value): (&str, &str), span: Span) {
        if value.is_empty() {
            self.wrong(format!("\"{key}\" is empty."), span);
        } else if of(self).is_some() {
            self.wrong(format!("\"{key}\" stands here twice."), span);
        } else {
            *of(self) = Some(value.to_owned());
        }
    }

    /// One check or several, with commas between them.
    fn checks_in(&mut self, word: &Word<'_>) {
        if self.reason.is_some() || self.until.is_some() || self.owner.is_some() {
            let detail = format!("\"{}\" is not expected here: text with spaces needs quotes.", word.value);
            return self.wrong(detail, word.span);
        }
        let mut at = word.span.start;
        for check in word.value.split(',') {
            let span = Span::new(at, at + offset(check.len()));
            at = span.end + 1;
            if !check.is_empty() {
                self.checks.push((check.to_owned(), span));
            }
        }
    }

    fn complain(&mut self, span: Span) {
        if self.checks.is_empty() && self.wrong.is_empty() {
            self.wrong(
                "A waiver names a check, as in infralint:ignore redis-ha/no-replica reason=\"…\".".to_owned(),
                span,
            );
        }
        if self.reason.is_none() && self.wrong.is_empty() {
            let detail = "A waiver needs a reason, as in reason=\"rebuilt on demand\": whoever meets it later must be able \
                          to judge whether it still holds.";
            self.wrong(detail.to_owned(), span);
        }
    }

    fn wrong(&mut self, detail: String, span: Span) {
        self.wrong.push((detail, span));
    }
}

/// A day as `2027-01-31`, and in no other form.
fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == "2027-01-31".len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(comment: &str) -> String {
        let Some((directive, _)) = read(comment) else { return "nothing".to_owned() };
        if let Some((detail, span)) = directive.wrong.first() {
            let at = comment.get(span.start as usize..span.end as usize).unwrap_or("?");
            return format!("wrong at [{at}]: {detail}");
        }
        let checks: Vec<&str> = directive.checks.iter().map(|(check, _)| check.as_str()).collect();
        let until = directive.until.map(|day| day.to_string()).unwrap_or_default();
        let owner = directive.owner.unwrap_or_default();
        format!("{} | {until} | {owner} | {}", checks.join(" "), directive.reason.unwrap_or_default())
    }

    #[test]
    fn comments_that_waive() {
        let cases = [
            ("# infralint:ignore a/b reason=\"c d\"", "a/b |  |  | c d"),
            ("#infralint:ignore a/b reason=c", "a/b |  |  | c"),
            (
                "// infralint:ignore a/b,a/c until=2027-01-31 owner=\"the team\" reason=\"x\"",
                "a/b a/c | 2027-01-31 | the team | x",
            ),
            ("/* infralint:ignore a/*\n   reason=\"x \\\"y\\\" \\\\\" */", "a/* |  |  | x \"y\" \\"),
            ("/*infralint:ignore a/b reason=\"ä=ö\"*/", "a/b |  |  | ä=ö"),
            ("# see infralint:ignore", "nothing"),
            ("# a comment", "nothing"),
            ("##", "nothing"),
        ];
        for (comment, expected) in cases {
            assert_eq!(shown(comment), expected, "{comment}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_where_it_stands() {
        let cases = [
            (
                "# infralint:ignroe a/b",
                "wrong at [infralint:ignroe a/b]: There is no \"infralint:ignroe\". Did you mean \"ignore\"?",
            ),
            ("# infralint:ignore", "wrong at [infralint:ignore]: A waiver names a check"),
            ("# infralint:ignore a/b", "wrong at [infralint:ignore a/b]: A waiver needs a reason"),
            ("# infralint:ignore a/b reason=\"\"", "wrong at [reason=\"\"]: \"reason\" is empty."),
            ("# infralint:ignore a/b reason=\"x", "wrong at [reason=\"x]: The quote is not closed."),
            (
                "# infralint:ignore a/b reson=\"x\"",
                "wrong at [reson=\"x\"]: A waiver has no \"reson\". Did you mean \"reason\"?",
            ),
            ("# infralint:ignore a/b reason=x until=soon", "wrong at [until=soon]: \"until\" must be a day"),
            (
                "# infralint:ignore a/b reason=x until=2027-02-30",
                "wrong at [until=2027-02-30]: \"until\" must be a day",
            ),
            ("# infralint:ignore a/b reason=not now", "wrong at [now]: \"now\" is not expected here"),
            ("# infralint:ignore a/b reason=x reason=y", "wrong at [reason=y]: \"reason\" stands here twice."),
        ];
        for (comment, expected) in cases {
            let shown = shown(comment);
            assert!(shown.starts_with(expected), "{comment}: {shown}");
        }
    }
}
