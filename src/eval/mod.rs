//! Evaluation: every expression yields a value *and* diagnostics, never only an error.

mod body;
mod call;
mod cell;
mod condition;
mod context;
mod expansion;
pub mod expr;
pub mod functions;
mod iteration;
mod node;
mod operators;
mod perhaps;
mod reference;
mod resource;
mod scope;
mod shape;
mod template;
mod terraform_data;
mod undeclared;
mod variable;

pub use context::{Context, Limits};
pub use expansion::{Expansion, Repetition};
pub use expr::{CallPlaces, RefStep, Resolved, Scope, evaluate};
pub use node::{Calls, Node, Resources, Root, Site};
pub use reference::take;
pub use resource::{ResourceInstance, identity, implied_provider};
pub use scope::ModuleScope;
