//! Declarations as Terraform reads them: modules merged from their files and override files,
//! the tree of module calls, root modules with their variable files and backends.
//!
//! [`load`] goes over a repository in waves of directories that do not depend on each other; loading one directory is
//! one function, [`load_module`], which reads, parses, merges and decodes its files.

mod affecting;
mod backend;
mod backend_schema;
mod calls;
mod commands;
mod constant;
mod cycles;
mod decode;
mod discovery;
mod files;
mod initialized;
mod installed;
mod load;
mod lock_file;
mod lower;
mod makefile;
mod merge;
pub(crate) mod mistake;
mod model;
mod module;
mod refactorings;
mod references;
mod release;
pub(crate) mod semver;
mod state_location;
mod steps;
mod type_constraint;
mod variable_files;
mod workspace;

pub use affecting::{Role, folders_of, is_configuration, is_library, role_of};
pub use backend_schema::{is_backend, unexpected_argument};
pub use installed::Installed;
pub use load::{Executor, load, load_with};
pub use lock_file::locked_versions;
pub use model::{
    Attribute, Backend, BackendArgument, BackendKind, Beyond, Block, Body, Check, CommandLineValue, Conformity, Expr,
    Given, GivenValue, LoadOptions, Local, Module, ModuleCall, ModuleSource, Output, ProviderConfig, ProviderReference,
    Repository, RequiredProvider, Resource, RootModule, Runs, TypeDefaults, Validation, Variable, Workspace,
    Workspaces,
};
pub use module::load_module;
pub use release::{Release, version_meets};
pub use state_location::{WORKSPACES, backend_argument, backend_value, state_location};
pub use type_constraint::type_of_expression;
