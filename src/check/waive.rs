//! Waivers: recorded decisions to accept a finding.

use std::sync::Arc;

use jiff::civil::Date;

use super::Waiver;
use crate::{
    diag::Diagnostic,
    policy::{Finding, Verdict},
};

/// The first waiver in force that accepts a finding. A rule that could not be evaluated is never accepted: nobody
/// knows what it would have said.
pub(super) fn waiver_of(waivers: &[Arc<Waiver>], finding: &Finding) -> Option<Arc<Waiver>> {
    if finding.verdict == Verdict::Error {
        return None;
    }
    waivers.iter().find(|waiver| accepts(waiver, finding)).cloned()
}

/// Those still in force on a day, and a warning for each of the others.
pub(super) fn in_force(waivers: &[Arc<Waiver>], today: Date) -> (Vec<Arc<Waiver>>, Vec<Diagnostic>) {
    let (expired, current): (Vec<_>, Vec<_>) =
        waivers.iter().cloned().partition(|waiver| waiver.until.is_some_and(|until| until < today));
    (current, expired.iter().map(|waiver| expiry(waiver)).collect())
}

fn expiry(waiver: &Waiver) -> Diagnostic {
    let until = waiver.until.map(|day| day.to_string()).unwrap_or_default();
    let detail = format!(
        "This waiver of \"{}\" ended on {until}, so what it accepted is reported again. Solve it, or decide anew and \
         write a later date.",
        waiver.check
    );
    Diagnostic::warning("Waiver has expired", detail, waiver.place)
}

fn accepts(waiver: &Waiver, finding: &Finding) -> bool {
    let address = finding.address.as_deref().unwrap_or("");
    let fits = |pattern: &Option<String>, text: &str| pattern.as_ref().is_none_or(|p| matches(p, text));
    matches(&waiver.check, &finding.check.to_string())
        && fits(&waiver.root_module, &finding.root_module)
        && fits(&waiver.address, address)
}

/// Whether a text fits a pattern in which `*` stands for any characters, also none. In time of pattern times text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
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
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
