//! A unified diff.

use similar::TextDiff;

/// The difference of two texts of one file, as `git diff` shows it.
#[must_use]
pub fn diff(path: &str, before: &str, after: &str) -> String {
    let (from, to) = (format!("a/{path}"), format!("b/{path}"));
    TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(&from, &to).to_string()
}
