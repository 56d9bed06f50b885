//! Mistakes in references, in Terraform's words. What is found without evaluating and what evaluation finds is said alike.

use super::model::{Module, Resource};
use crate::{
    addr::{Mode, Name},
    diag::{Diagnostic, did_you_mean},
    source::Place,
};

fn error(summary: &str, detail: impl Into<String>, at: Place) -> Diagnostic {
    Diagnostic::error(summary, detail, at)
}

/// `var` alone, or with an index right after it.
pub(crate) fn accessed_directly(root: &str, indexed: bool, at: Place) -> Diagnostic {
    let detail = if indexed {
        format!("The \"{root}\" object does not support this operation.")
    } else {
        format!("The \"{root}\" object cannot be accessed directly. Instead, access one of its attributes.")
    };
    error("Invalid reference", detail, at)
}

pub(crate) fn undeclared_variable(module: &Module, given: Name, at: Place) -> Option<Diagnostic> {
    if module.variables.contains_key(&given) {
        return None;
    }
    let hint = did_you_mean(&given, module.variables.keys().map(|n| n.as_str()));
    let hint = if hint.is_empty() {
        format!(" This variable can be declared with a variable \"{given}\" {{}} block.")
    } else {
        hint
    };
    let detail = format!("An input variable with the name \"{given}\" has not been declared.{hint}");
    Some(error("Reference to undeclared input variable", detail, at))
}

pub(crate) fn undeclared_local(module: &Module, given: Name, at: Place) -> Option<Diagnostic> {
    if module.locals.contains_key(&given) {
        return None;
    }
    let hint = did_you_mean(&given, module.locals.keys().map(|n| n.as_str()));
    let detail = format!("A local value with the name \"{given}\" has not been declared.{hint}");
    Some(error("Reference to undeclared local value", detail, at))
}

pub(crate) fn self_referencing_local(name: Name, at: Place) -> Diagnostic {
    let detail = format!("Local value local.{name} cannot use its own result as part of its expression.");
    error("Self-referencing local value", detail, at)
}

pub(crate) fn undeclared_module(module: &Module, given: Name, at: Place) -> Option<Diagnostic> {
    if module.calls.contains_key(&given) {
        return None;
    }
    let hint = did_you_mean(&given, module.calls.keys().map(|n| n.as_str()));
    let detail = format!("No module call named \"{given}\" is declared in this module.{hint}");
    Some(error("Reference to undeclared module", detail, at))
}

/// How messages name a resource: `data.aws_vpc.main`.
fn shown(mode: Mode, ty: Name, name: Name) -> String {
    match mode {
        Mode::Managed => format!("{ty}.{name}"),
        Mode::Data => format!("data.{ty}.{name}"),
        Mode::Ephemeral => format!("ephemeral.{ty}.{name}"),
    }
}

pub(crate) fn undeclared_resource(module: &Module, key: (Mode, Name, Name), at: Place) -> Diagnostic {
    let (mode, ty, name) = key;
    let kind = match mode {
        Mode::Data => "A data",
        Mode::Managed => "A managed",
        Mode::Ephemeral => "An ephemeral",
    };
    let known = module.resources.keys().filter(|(m, t, _)| *m == mode && *t == ty);
    let hint = did_you_mean(&name, known.map(|(_, _, n)| n.as_str()));
    let detail = format!("{kind} resource \"{ty}\" \"{name}\" has not been declared in this module.{hint}");
    error("Reference to undeclared resource", detail, at)
}

pub(crate) fn incomplete(mode: Mode, at: Place) -> Diagnostic {
    let detail = match mode {
        Mode::Data => {
            "The \"data\" object must be followed by two attribute names: the data source type and the resource name."
        }
        Mode::Ephemeral => {
            "The \"ephemeral\" object must be followed by two attribute names: the ephemeral resource type and the resource name."
        }
        Mode::Managed => {
            "A reference to a resource type must be followed by at least one attribute access, specifying the resource name."
        }
    };
    error("Invalid reference", detail, at)
}

pub(crate) fn self_referential(mode: Mode, ty: Name, name: Name, at: Place) -> Diagnostic {
    let detail = format!("Configuration for {} may not refer to itself.", shown(mode, ty, name));
    error("Self-referential block", detail, at)
}

/// A condition of a resource that names the resource.
pub(crate) fn self_in_condition(post: bool, at: Place) -> Diagnostic {
    if post {
        let detail = "A postcondition may not refer to its own resource by its address. Use \"self\" instead.";
        return error("Invalid reference in postcondition", detail, at);
    }
    let detail = "A precondition is checked before its resource is planned, so it may not refer to that resource.";
    error("Invalid reference in precondition", detail, at)
}

pub(crate) fn missing_key(resource: &Resource, wanted: Name, at: Place) -> Diagnostic {
    let of = shown(resource.mode, resource.ty, resource.name);
    let (by, example) = if resource.count.is_some() { ("count", "count.index") } else { ("for_each", "each.key") };
    let detail = format!(
        "Because {of} has \"{by}\" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {of}[{example}].{wanted}"
    );
    error("Missing resource instance key", detail, at)
}

pub(crate) fn unexpected_key(resource: &Resource, at: Place) -> Diagnostic {
    let of = shown(resource.mode, resource.ty, resource.name);
    let detail = format!(
        "Because {of} does not have \"count\" or \"for_each\" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource."
    );
    error("Unexpected resource instance key", detail, at)
}

pub(crate) fn each(allowed: bool, given: Name, at: Place) -> Option<Diagnostic> {
    if given != "key" && given != "value" {
        let detail = format!(
            "The \"each\" object does not have an attribute named \"{given}\". The supported attributes are each.key and each.value, the current key and value pair of the \"for_each\" attribute set."
        );
        return Some(error("Invalid \"each\" attribute", detail, at));
    }
    if allowed {
        return None;
    }
    if given == "value" {
        let detail = "A reference to \"each.value\" has been used in a context in which it is unavailable, such as when the configuration no longer contains the value in its \"for_each\" expression. Remove this reference to each.value in your configuration to work around this error.";
        return Some(error("each.value cannot be used in this context", detail, at));
    }
    let detail = "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.";
    Some(error("Reference to \"each\" in context without for_each", detail, at))
}

pub(crate) fn count(allowed: bool, given: Name, at: Place) -> Option<Diagnostic> {
    if given != "index" {
        let detail = "The \"count\" object only has the attribute count.index, the index of an instance.";
        return Some(error("Invalid \"count\" attribute", detail, at));
    }
    if allowed {
        return None;
    }
    let detail = "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.";
    Some(error("Reference to \"count\" in non-counted context", detail, at))
}

pub(crate) fn path_attribute(given: Name, at: Place) -> Option<Diagnostic> {
    const KNOWN: [&str; 3] = ["cwd", "module", "root"];
    if KNOWN.contains(&given.as_str()) {
        return None;
    }
    let hint = did_you_mean(&given, KNOWN);
    let detail = format!("The \"path\" object does not have an attribute named \"{given}\".{hint}");
    Some(error("Invalid \"path\" attribute", detail, at))
}

pub(crate) fn terraform_attribute(given: Name, at: Place) -> Option<Diagnostic> {
    if given == "workspace" || given == "applying" {
        return None;
    }
    let detail = format!(
        "The \"terraform\" object does not have an attribute named \"{given}\". The supported attributes are terraform.workspace, the name of the currently-selected workspace, and terraform.applying."
    );
    Some(error("Invalid \"terraform\" attribute", detail, at))
}

/// What evaluation says of a name that is not there.
pub(crate) fn no_such_name(name: &str, at: Option<Place>) -> Option<Diagnostic> {
    Some(error("Unknown variable", format!("There is no variable named {name:?}."), at?))
}

pub(crate) fn no_self(at: Place) -> Diagnostic {
    let detail = "The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.";
    error("Invalid \"self\" reference", detail, at)
}
