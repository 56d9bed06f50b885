//! Evaluation: every expression yields a value *and* diagnostics, never only an error.

mod context;
pub mod expr;
pub mod functions;

pub use context::{Context, Limits};
pub use expr::{Resolved, Scope, evaluate};
