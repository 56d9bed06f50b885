//! infralint evaluates a Terraform repository as Terraform would, offline, and judges it.
//!
//! Data only ever flows down this list, and a module imports only modules above it
//! (`tests/architecture.rs` holds that table):
//!
//! ```text
//! files ─source─▶ texts ─syntax─▶ trees ─config─▶ modules, root modules, who calls whom
//!       ─eval─▶ values, each known or unknown(why, whose), each with an origin
//!       ─world─▶ resource instances with effective attributes
//!       ─policy─▶ verdicts ─check─▶ sorted findings ─report─▶ text, json
//!       ─gate─▶ terraform plan ─check─▶ receipt ─gate─▶ terraform apply of what was judged
//! ```

pub mod account;
pub mod addr;
pub mod check;
pub mod cli;
pub mod config;
pub mod diag;
pub mod diagram;
pub mod eval;
pub mod fix;
pub mod gate;
pub mod live;
pub mod lsp;
pub mod policy;
pub mod report;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod value;
pub mod world;
