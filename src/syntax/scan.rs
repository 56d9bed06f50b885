//! A scanner of our own, for what hcl-edit does not tell: comments, item borders, unclosed marks.

/// How many bytes of spaces and comments a text starts with.
pub(super) fn skip_trivia(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let skipped = if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |i| i + 2)
        } else if rest.starts_with('#') || rest.starts_with("//") {
            rest.find('\n').map_or(rest.len(), |i| i + 1)
        } else {
            return text.len() - rest.len();
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
}
