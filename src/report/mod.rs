//! One file a format. Nothing here prints: a report becomes text.

mod excerpt;
mod explain;
mod explain_json;
mod human;
mod json;
mod paint;
mod prose;
mod summary;

pub use explain::explanation;
pub use explain_json::explanation_json;
pub use human::{Look, diagnostics, human};
pub use json::json;
