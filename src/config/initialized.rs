//! What `terraform init` has noted of the backend: `.terraform/terraform.tfstate` holds the merged configuration.
//!
//! It says what was configured on this machine at the time. So it only completes what nothing in the repository says.

use std::path::Path;

use super::{files, model::BackendArgument};
use crate::{
    addr::{Name, name},
    diag::Diagnostic,
    source::{Place, Sources, Span},
    value::{Value, What, decode_json},
};

const NOTE: &str = ".terraform/terraform.tfstate";

/// The arguments that were set when a backend of this type was initialized in a directory; `None` where nothing is noted of it.
pub(super) fn arguments(
    sources: &Sources,
    dir: &Path,
    ty: Name,
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<(Name, BackendArgument)>> {
    let path = dir.join(NOTE);
    if !path.is_file() {
        return None;
    }
    let file = files::read(sources, &path, problems)?;
    let at = Place::new(file, Span::default());
    let noted = match decode_json(&sources.get(file).text) {
        Ok(noted) => noted,
        Err(error) => {
            let detail = format!("{NOTE} is no JSON: {error}. Run terraform init again.");
            problems.push(Diagnostic::warning("Unreadable backend initialization", detail, at));
            return None;
        }
    };
    let backend = noted
        .get("backend")
        .filter(|backend| backend.get("type").and_then(Value::as_str) == Some(&ty.as_str().into()))?;
    let set = backend.get("config")?.entries()?.iter().filter(|(_, value)| !value.is_null());
    let argument = |value: &Value| BackendArgument { value: value.clone(), what: What::BackendFile, at };
    Some(set.map(|(argument_name, value)| (name(argument_name), argument(value))).collect())
}
