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

/// Whether a pattern, in which `*` stands for any characters and `?` for one, covers a text, as IAM and EC2 have it.
///
/// One way back, to the last star: no pattern takes longer than the product of the lengths.
#[must_use]
pub fn covers(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                t = from + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
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

    #[test]
    fn wildcards_cover_as_in_policies() {
        let cases = [
            ("arn:aws:s3:::states/*", "arn:aws:s3:::states/a/b.tflock", true),
            ("arn:aws:s3:::states/a", "arn:aws:s3:::states/a.tflock", false),
            ("*.tflock", "a/b.tflock", true),
            ("a*b*c", "aXbXbc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("", "a", false),
        ];
        for (pattern, text, wanted) in cases {
            assert_eq!(covers(pattern, text), wanted, "{pattern} {text}");
        }
    }
}
