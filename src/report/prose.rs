//! Text for a terminal: harmless, and broken into lines.

/// Text from files and messages, so that it cannot steer the terminal: control characters are written out.
pub(super) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Control characters, and those that turn the direction of text around.
pub(super) fn is_harmful(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && !matches!(c, '\n' | '\t'))
}

/// The first line, shortened to so many characters.
pub(super) fn short(text: &str, limit: usize) -> String {
    let mut lines = text.trim().lines();
    let first = harmless(lines.next().unwrap_or("")).replace('\t', " ");
    let cut: String = first.trim_end().chars().take(limit).collect();
    let is_whole = lines.next().is_none() && cut.len() == first.trim_end().len();
    if is_whole { cut } else { cut + "…" }
}

/// Breaks at spaces so that no line is longer than `width` characters if it can be helped. Lines that start with a
/// space are code: they stay as they are.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrap_line(line, width)).collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    if line.starts_with([' ', '\t']) {
        return vec![line.to_owned()];
    }
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(last) if last.is_empty() || used + 1 + length <= width => {
                let space = usize::from(!last.is_empty());
                last.push_str(if space == 1 { " " } else { "" });
                last.push_str(word);
                used += space + length;
            }
            _ => {
                lines.push(word.to_owned());
                used = length;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_spaces_only() {
        let cases: [(&str, usize, &[&str]); 5] = [
            ("", 10, &[]),
            ("one two three", 7, &["one two", "three"]),
            ("averylongword b", 5, &["averylongword", "b"]),
            ("a\nb", 80, &["a", "b"]),
            ("    code that is long enough", 5, &["    code that is long enough"]),
        ];
        for (text, width, expected) in cases {
            assert_eq!(wrap(text, width), expected, "{text:?}");
        }
    }

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(harmless("a\u{1b}[31mb\u{202e}c\td"), "a\\u{1b}[31mb\\u{202e}c\td");
    }

    #[test]
    fn shortens_to_the_first_line() {
        let cases = [("ha = false\n", "ha = false"), ("a = {\n  b\n}", "a = {…"), ("123456789", "12345…")];
        for (text, expected) in cases {
            assert_eq!(short(text, if text.starts_with('1') { 5 } else { 80 }), expected);
        }
    }
}
