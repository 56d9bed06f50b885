//! One file a format. Nothing here prints: a report becomes text.

mod excerpt;
mod human;
mod json;
mod paint;
mod prose;
mod summary;

pub use human::{Look, diagnostics, human};
pub use json::json;
