//! Evaluation: every expression yields a value *and* diagnostics, never only an error.

mod body;
mod call;
mod candidates;
mod cell;
mod condition;
mod conform;
mod console;
mod context;
mod data;
mod depends;
mod expansion;
pub mod expr;
pub mod functions;
mod import;
mod iteration;
mod narrow;
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

pub use console::{Answer, console};
pub use context::{Context, Limits};
pub use data::StateRead;
pub use expansion::{Expansion, Item, Repetition};
pub use expr::{CallPart, CallPlaces, RefStep, Resolved, Scope, evaluate};
pub use node::{Calls, Node, Resources, Root, Site};
pub use reference::{refer, take, within};
pub use resource::{ResourceInstance, identity, implied_provider};
pub use scope::ModuleScope;
