//! Names that declarations may have.

use super::Decoder;
use crate::source::Place;

/// Terraform's words for what a name may be.
pub(super) const NAME_RULE: &str =
    "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.";

pub(super) fn is_valid(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

impl Decoder<'_> {
    /// Reports a name that cannot be one. `what` is what it would name: `variable`, `resource type`.
    pub(super) fn expect_name(&mut self, what: &str, name: &str, at: Place) {
        if !is_valid(name) {
            self.error(format!("Invalid {what} name"), NAME_RULE, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn names_start_with_a_letter_or_underscore() {
        let cases = [
            ("a", true),
            ("_a", true),
            ("a-1_b", true),
            ("é", true),
            ("1a", false),
            ("-a", false),
            ("a b", false),
            ("", false),
        ];
        for (name, valid) in cases {
            assert_eq!(is_valid(name), valid, "{name}");
        }
    }
}
