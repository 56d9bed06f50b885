//! Steps from a resource to what its schema does not have. They are looked at without evaluation, so that `try` hides nothing.

use super::model::{Beyond, Module, Resource};
use crate::{
    addr::{Mode, Name, name},
    diag::{Diagnostic, did_you_mean},
    schema::{self, Block, Nesting},
    source::{Place, Span},
    syntax::{ExprId, ExprKind, Reference, StaticStep, Tree},
    value::Type,
};

/// What Terraform's own types have.
const OF_TERRAFORM: [(&str, &[&str]); 2] = [
    ("terraform_data", &["id", "input", "output", "triggers_replace"]),
    ("terraform_remote_state", &["backend", "config", "defaults", "outputs", "workspace"]),
];

/// The first of the steps after a resource's name that its schema does not have.
pub(super) fn beyond(tree: &Tree, resource: &Resource, steps: &[StaticStep]) -> Option<Beyond> {
    let repeated = resource.count.is_some() || resource.for_each.is_some();
    let after_key = match steps.split_first() {
        Some((StaticStep::Index(_), rest)) if repeated => rest,
        Some((StaticStep::Attr(..), _)) if !repeated => steps,
        _ => return None,
    };
    of_instance(tree, resource.mode, resource.ty, after_key)
}

/// What `ignore_changes` names and the schema does not have; or has, but not for configurations to change.
pub(super) fn ignored(tree: &Tree, resource: &Resource, reference: &Reference) -> Option<Beyond> {
    let mut base = reference.whole;
    while let ExprKind::Attr(of, _) | ExprKind::Index(of, _) = tree.kind(base) {
        base = of;
    }
    let mut steps = vec![StaticStep::Attr(reference.root, base)];
    steps.extend_from_slice(&reference.steps);
    let unknown = of_instance(tree, resource.mode, resource.ty, &steps);
    unknown.or_else(|| into_primitive(tree, resource, reference)).or_else(|| redundant(resource, reference.root))
}

/// A step into a text, a number or a bool.
fn into_primitive(tree: &Tree, resource: &Resource, reference: &Reference) -> Option<Beyond> {
    let StaticStep::Attr(_, id) = reference.steps.first()? else { return None };
    let is_own = resource.ty == "terraform_data";
    let ty = match is_own.then_some(reference.root.as_str()) {
        Some("id") => Type::String,
        Some(_) => return None,
        None => schema::aws().resource(&resource.ty)?.attribute(&reference.root)?.ty,
    };
    let kind = match ty {
        Type::String => "string",
        Type::Number => "number",
        Type::Bool => "bool",
        _ => return None,
    };
    let detail = format!("Can't access attributes on a primitive-typed value ({kind}).");
    Some(Beyond { by_provider: !is_own, ..mistake("Unsupported attribute", detail, step_place(tree, *id)) })
}

/// The same for a name in quotes, as it once was written.
pub(super) fn ignored_text(tree: &Tree, resource: &Resource, (id, text): (ExprId, &str)) -> Option<Beyond> {
    // Without an expression to it the place of the step is that of the text.
    let steps = [StaticStep::Attr(name(text), id)];
    let plain = !text.contains(['.', '[', '*']);
    plain.then(|| of_instance(tree, resource.mode, resource.ty, &steps)).flatten()
}

fn redundant(resource: &Resource, named: Name) -> Option<Beyond> {
    let attribute = schema::aws().resource(&resource.ty)?.attribute(&named)?;
    if !attribute.computed || attribute.optional || attribute.required {
        return None;
    }
    let detail = format!(
        "The attribute {named} is decided by the provider alone, so there is no configured value whose changes ignore_changes could \
         ignore."
    );
    let diagnostic = Diagnostic::warning("Redundant ignore_changes element", detail, resource.ty_at);
    Some(Beyond { by_provider: true, added: None, diagnostic })
}

/// The same after an instance: `self`.
pub(super) fn of_instance(tree: &Tree, mode: Mode, ty: Name, steps: &[StaticStep]) -> Option<Beyond> {
    if let Some((_, known)) = OF_TERRAFORM.iter().find(|(own, _)| *own == ty.as_str()) {
        let StaticStep::Attr(wanted, id) = steps.first()? else { return None };
        let unknown = !known.contains(&wanted.as_str());
        return unknown.then(|| Beyond { by_provider: false, ..none(*wanted, known, step_place(tree, *id)) });
    }
    inside(tree, schema::aws().of(mode, &ty)?, steps)
}

fn inside(tree: &Tree, mut block: Block<'static>, steps: &[StaticStep]) -> Option<Beyond> {
    let mut left = steps.iter().peekable();
    let mut is_outermost = true;
    loop {
        let StaticStep::Attr(wanted, id) = left.next()? else { return None };
        if block.has_attribute(wanted) {
            return None;
        }
        let Some(nested) = block.block(wanted) else {
            let known: Vec<&str> = block.names().collect();
            let added = is_outermost.then_some(*wanted);
            return Some(Beyond { added, ..none(*wanted, &known, step_place(tree, *id)) });
        };
        let next = *left.peek()?;
        let (StaticStep::Attr(_, next_id) | StaticStep::Index(next_id)) = next;
        let at = step_place(tree, *next_id);
        match (nested.nesting, next) {
            (Nesting::Single | Nesting::Group, _) => {}
            (Nesting::List, StaticStep::Index(_)) | (Nesting::Map, _) => {
                left.next();
            }
            (Nesting::List, StaticStep::Attr(..)) => return Some(no_index(*wanted, at)),
            (Nesting::Set, _) => return Some(of_set(*wanted, at)),
        }
        (block, is_outermost) = (nested.block, false);
    }
}

fn mistake(summary: &str, detail: String, at: Place) -> Beyond {
    Beyond { by_provider: true, added: None, diagnostic: Diagnostic::error(summary, detail, at) }
}

fn none(wanted: Name, known: &[&str], at: Place) -> Beyond {
    let hint = did_you_mean(&wanted, known.iter().copied());
    let detail = format!("This object has no argument, nested block, or exported attribute named \"{wanted}\".{hint}");
    mistake("Unsupported attribute", detail, at)
}

fn no_index(block: Name, at: Place) -> Beyond {
    let detail = format!(
        "Block type \"{block}\" is represented by a list of objects, so it must be indexed using a numeric key, like .{block}[0]."
    );
    mistake("Invalid operation", detail, at)
}

fn of_set(block: Name, at: Place) -> Beyond {
    let detail = format!(
        "Block type \"{block}\" is represented by a set of objects, and set elements do not have addressable keys. To find elements matching specific criteria, use a \"for\" expression with an \"if\" clause."
    );
    mistake("Cannot index a set value", detail, at)
}

/// The step alone, by the expression up to it.
pub(super) fn step_place(tree: &Tree, id: ExprId) -> Place {
    let whole = tree.node(id).span;
    let (ExprKind::Attr(of, _) | ExprKind::Index(of, _)) = tree.kind(id) else { return tree.place(id) };
    tree.at(Span::new(tree.node(of).span.end, whole.end))
}

impl Module {
    pub(super) fn note_beyond(&mut self, found: Vec<Beyond>) {
        self.beyond_schema.extend(found);
    }
}
