//! Evaluation: every expression yields a value *and* diagnostics, never only an error.

mod call;
mod context;
pub mod expr;
pub mod functions;
mod iteration;
mod operators;
mod reference;
mod template;

pub use context::{Context, Limits};
pub use expr::{CallPlaces, RefStep, Resolved, Scope, evaluate};
pub use reference::take;
