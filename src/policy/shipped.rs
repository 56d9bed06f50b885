//! The texts of the shipped rules, embedded. `tests/policy.rs` holds this list against the folder `rules/`.

/// File name and text of every policy file in `rules/`, sorted by name.
pub(super) const SHIPPED: &[(&str, &str)] = &[];
