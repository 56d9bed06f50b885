//! Patterns of paths, addresses and checks, as settings have them.

/// Whether a text fits a pattern in which `*` stands for any characters, also none. In time of pattern times text.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or("");
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = text.get(at + part.len()..).unwrap_or("");
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        let cases = [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("*", "anything", true),
            ("a*", "ab", true),
            ("a*b", "ab", true),
            ("a*b", "a", false),
            ("a*ab", "ab", false),
            ("*.aws_subnet.this[*]", "module.vpc.aws_subnet.this[\"a\"]", true),
            ("a*b*c", "axbxxbc", true),
            ("a*b*c", "axcxb", false),
            ("aws_s3_bucket.b[0]", "aws_s3_bucket.b[0]", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(fits(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
