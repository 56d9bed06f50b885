//! Loading: what Terraform says about declarations, discovery, overrides, variable files, backends.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "config/backends.rs"]
mod backends;
#[path = "config/declarations.rs"]
mod declarations;
#[path = "config/discovery.rs"]
mod discovery;
#[path = "config/hostile.rs"]
mod hostile;
#[path = "config/itself.rs"]
mod itself;
#[path = "config/json.rs"]
mod json;
#[path = "config/modules.rs"]
mod modules;
#[path = "config/overrides.rs"]
mod overrides;
#[path = "config/repository.rs"]
mod repository;
#[path = "config/variables.rs"]
mod variables;
