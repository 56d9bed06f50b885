//! Text of strings: normal form, template escapes.

use std::borrow::Cow;

use ecow::EcoString;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A string in Unicode's normal form C, which all strings of Terraform are in.
pub(super) fn nfc(text: &str) -> EcoString {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.into();
    }
    text.nfc().collect()
}

/// Literal text of a heredoc or a bare template: only `$${` and `%%{` are escapes.
pub(super) fn unescape_markers(text: &str) -> Cow<'_, str> {
    if !text.contains("$${") && !text.contains("%%{") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            out.push(c);
            out.push('{');
            rest = rest.get(3..).unwrap_or_default();
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    Cow::Owned(out)
}

/// Literal text of a quoted template as it is written: backslashes are escapes too.
pub(super) fn unescape_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(&unescape_markers(before));
        let (c, length) = escaped(escape).unwrap_or(('\\', 1));
        out.push(c);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(&unescape_markers(rest));
    out
}

/// The character an escape sequence at the start stands for, and the length of the sequence.
fn escaped(text: &str) -> Option<(char, usize)> {
    let code = |digits: usize| {
        let code = u32::from_str_radix(text.get(2..2 + digits)?, 16).ok()?;
        Some((char::from_u32(code)?, 2 + digits))
    };
    match text.as_bytes().get(1)? {
        b'n' => Some(('\n', 2)),
        b'r' => Some(('\r', 2)),
        b't' => Some(('\t', 2)),
        b'"' => Some(('"', 2)),
        b'\\' => Some(('\\', 2)),
        b'u' => code(4),
        b'U' => code(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::unescape_quoted;

    #[test]
    fn escapes_of_quoted_text() {
        let cases = [
            (r"a\n  b", "a\n  b".to_owned()),
            (r#"say \"so\""#, r#"say "so""#.to_owned()),
            (r"\u00e9\U0001F600", "\u{e9}\u{1F600}".to_owned()),
            (r"$${x} %%{y} \\n", r"${x} %{y} \n".to_owned()),
            (r"odd \q \u12", r"odd \q \u12".to_owned()),
            ("", String::new()),
        ];
        for (written, expected) in cases {
            assert_eq!(unescape_quoted(written), expected, "{written}");
        }
    }
}
