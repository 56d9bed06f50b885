//! Strings of JSON: escapes, and where a decoded byte stood.

use std::borrow::Cow;

use crate::source::{Span, offset};

#[derive(Debug)]
pub(super) struct Decoded<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) offsets: Offsets,
}

/// From places in a string's text to places in its file.
#[derive(Debug)]
pub(super) enum Offsets {
    /// The text stands in the file as it is.
    Shifted { by: u32, within: Span },
    /// Where each byte of the text, and its end, stands.
    Listed(Vec<u32>),
}

impl Offsets {
    pub(super) fn moved(&self, span: Span) -> Span {
        Span::new(self.one(span.start), self.one(span.end))
    }

    fn one(&self, at: u32) -> u32 {
        match self {
            Self::Shifted { by, within } => at.saturating_add(*by).min(within.end),
            Self::Listed(places) => places.get(at as usize).or(places.last()).copied().unwrap_or_default(),
        }
    }
}

type Found<'s> = (Cow<'s, str>, Option<Vec<u32>>, usize);

/// The text of the string whose quote is at `start`, the places of its bytes if it has escapes, and its end.
///
/// # Errors
/// The place of what is wrong.
pub(super) fn decode(source: &str, start: usize) -> Result<Found<'_>, usize> {
    let inside = source.get(start + 1..).unwrap_or_default();
    let plain = inside.bytes().take_while(|b| !matches!(b, b'"' | b'\\') && *b >= 0x20).count();
    if inside.as_bytes().get(plain) == Some(&b'"') {
        return Ok((Cow::Borrowed(inside.get(..plain).unwrap_or_default()), None, start + plain + 2));
    }
    let mut out = String::new();
    let mut places = Vec::new();
    let mut at = start + 1;
    loop {
        let rest = source.get(at..).unwrap_or_default();
        let (c, len) = match rest.chars().next() {
            Some('"') => {
                places.push(offset(at));
                return Ok((Cow::Owned(out), Some(places), at + 1));
            }
            Some('\\') => escape(rest).ok_or(at + 1)?,
            Some(c) if c >= ' ' => (c, c.len_utf8()),
            _ => return Err(at.min(source.len())),
        };
        // Each byte of a character stands where the character starts, so that spans keep to characters.
        places.extend(std::iter::repeat_n(offset(at), c.len_utf8()));
        out.push(c);
        at += len;
    }
}

/// The character of an escape, and how long the escape is. Half of a surrogate pair is U+FFFD, as in Go.
fn escape(rest: &str) -> Option<(char, usize)> {
    let c = match rest.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(rest),
        _ => return None,
    };
    Some((c, 2))
}

fn unicode(rest: &str) -> Option<(char, usize)> {
    let high = unit(rest)?;
    if let Some(c) = char::from_u32(high) {
        return Some((c, 6));
    }
    let low = rest.get(6..).filter(|rest| rest.starts_with("\\u")).and_then(unit);
    let pair = low.filter(|low| high < 0xDC00 && (0xDC00..0xE000).contains(low));
    let c = pair.and_then(|low| char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)));
    Some(c.map_or(('\u{fffd}', 6), |c| (c, 12)))
}

fn unit(rest: &str) -> Option<u32> {
    let digits = rest.get(2..6).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}
