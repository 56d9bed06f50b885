//! How far the lexeme at the start of a text reaches.

/// Classes of bytes, so that each of a source is looked up and not compared.
const CLASSES: [u8; 256] = classes();
const SPACE: u8 = 1;
const NAME: u8 = 2;
const PLAIN: u8 = 4;

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte: u8 = 0;
    loop {
        classes[byte as usize] = class(byte);
        if byte == u8::MAX {
            return classes;
        }
        byte += 1;
    }
}

const fn class(byte: u8) -> u8 {
    let space = if matches!(byte, b' ' | b'\t' | b'\r') { SPACE } else { 0 };
    let name = if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') { NAME } else { 0 };
    let plain = if matches!(byte, b'"' | b'\n' | b'\r' | b'$' | b'%' | b'\\') { 0 } else { PLAIN };
    space | name | plain
}

fn run(rest: &[u8], class: u8) -> usize {
    rest.iter().position(|byte| CLASSES[usize::from(*byte)] & class == 0).unwrap_or(rest.len())
}

/// Spaces that end nothing.
pub(super) fn spaces(rest: &[u8]) -> usize {
    run(rest, SPACE)
}

/// The part of a name that is ASCII.
pub(super) fn ascii_name(rest: &[u8]) -> usize {
    run(rest, NAME)
}

/// Text of a quoted string that says nothing but itself.
pub(super) fn plain_text(rest: &[u8]) -> usize {
    run(rest, PLAIN)
}

/// The length of literal text up to a sequence, or (if asked) with the end of its line.
pub(super) fn literal(rest: &[u8], one_line: bool) -> usize {
    let mut len = 0;
    loop {
        let next = memchr::memchr3(b'$', b'%', b'\n', rest.get(len..).unwrap_or_default());
        len = next.map_or(rest.len(), |next| len + next);
        match rest.get(len..).unwrap_or_default() {
            [] | [b'$' | b'%', b'{', ..] => return len,
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => len += 3,
            [b'\n', ..] if one_line => return len + 1,
            _ => len += 1,
        }
    }
}

/// Terraform's identifiers go by Unicode's XID classes; marks and joiners continue a name here as well.
pub(super) fn continues_name(c: char) -> bool {
    c == '_' || c == '-' || c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
}

pub(super) fn line_comment(rest: &[u8]) -> usize {
    let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    if line > 0 && rest.get(line - 1) == Some(&b'\r') { line - 1 } else { line }
}

pub(super) fn number(rest: &[u8]) -> usize {
    let digits = |from: usize| rest.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
    let mut len = digits(0);
    if rest.get(len) == Some(&b'.') && digits(len + 1) > 0 {
        len += 1 + digits(len + 1);
    }
    if matches!(rest.get(len), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(rest.get(len + 1), Some(b'+' | b'-')));
        let exponent = digits(len + 1 + sign);
        if exponent > 0 {
            len += 1 + sign + exponent;
        }
    }
    len
}

pub(super) fn find(rest: &[u8], what: &[u8; 2]) -> Option<usize> {
    rest.get(2..)?.windows(2).position(|pair| pair == what).map(|i| i + 2)
}
