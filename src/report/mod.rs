//! One file a format. Nothing here prints: a report becomes text.

mod accepted;
mod accepted_json;
mod addresses;
mod changes;
mod changes_json;
mod excerpt;
mod explain;
mod explain_json;
mod human;
mod json;
mod junit;
mod paint;
mod prose;
mod rules;
mod settings;
mod summary;
mod tests;

pub use accepted::causes;
pub use addresses::{addresses, addresses_json};
pub use explain::explanation;
pub use explain_json::explanation_json;
pub use human::{Look, diagnostics, human};
pub use json::json;
pub use junit::tests_junit;
pub use rules::{rules, rules_json};
pub use settings::{settings, settings_json};
pub use tests::{tests, tests_json};
