//! Where a backend keeps a state: the arguments that tell states apart.

use super::model::{Backend, BackendArgument};
use crate::value::{Because, Type, Value};

/// By backend. Source: the backends of Terraform 1.11; arguments that may be left out have one default for everybody.
const LOCATION: [(&str, &[&str]); 7] = [
    ("azurerm", &["storage_account_name", "container_name", "key"]),
    ("consul", &["address", "path"]),
    ("cos", &["bucket", "prefix", "key"]),
    ("gcs", &["bucket", "prefix"]),
    ("http", &["address"]),
    ("oss", &["bucket", "prefix", "key"]),
    ("s3", &["bucket", "key"]),
];

/// Workspaces other than the default one of an `s3` backend lie under this prefix unless it names another.
pub const WORKSPACES: &str = "env:";

/// The backend's name and the arguments that say where a state lies. Nothing for backends that keep it on a disk, or in a
/// workspace of a service.
#[must_use]
pub fn state_location(backend: &str) -> Option<(&'static str, &'static [&'static str])> {
    LOCATION.into_iter().find(|(name, _)| *name == backend)
}

/// The value of an argument of a backend: null when nothing sets it, unknown when something else may.
#[must_use]
pub fn backend_value(backend: &Backend, name: &str) -> Value {
    match (backend_argument(backend, name), &backend.partial) {
        (Some(argument), _) => argument.value.clone(),
        (None, Some(partial)) => Value::unknown(Type::Any, Because::PartialBackend(partial.clone())),
        (None, None) => Value::null(Type::Any),
    }
}

/// An argument as something sets it.
#[must_use]
pub fn backend_argument<'b>(backend: &'b Backend, name: &str) -> Option<&'b BackendArgument> {
    backend.arguments.iter().find(|(known, _)| known == name).map(|(_, argument)| argument)
}
