//! Loading: what Terraform says about declarations, discovery, overrides, variable files, backends.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "config/declarations.rs"]
mod declarations;
#[path = "config/repository.rs"]
mod repository;
