//! `regex`, `regexall` and the regular expression form of `replace`.

use super::{Call, Failure, Outcome, string};

/// Replaces every match; `$1` and `${name}` in the replacement stand for groups.
pub(super) fn replace(call: &Call<'_, '_>, pattern: &str) -> Outcome {
    let regex = ::regex::Regex::new(pattern).map_err(|e| Failure::new(e.to_string()))?;
    Ok(string(&regex.replace_all(call.text(0), call.text(2))))
}
