//! Arguments and blocks that a schema does not have: former names, mistakes, and what only a newer provider knows.

use std::borrow::Cow;

use super::{
    Context,
    shape::{Content, Shape},
};
use crate::{
    addr::{Mode, Name, name},
    config::{self, Body, Module, Release, Resource},
    diag::did_you_mean,
    schema::{self, Renamed},
    source::Place,
    syntax::ExprKind,
    value::Type,
};

/// The body with the present names of arguments that stand there under former ones.
pub(super) fn under_present_names(resource: &Resource) -> Cow<'_, Body> {
    let mut body = Cow::Borrowed(&resource.body);
    if resource.mode != Mode::Managed {
        return body;
    }
    for row in schema::renamed(&resource.ty) {
        let Some(former) = written(&resource.body, row) else { continue };
        if resource.body.attribute(row.name).is_none() {
            let named = config::Attribute { name: name(row.name), ..*former };
            body.to_mut().attributes.push(named);
        }
        body.to_mut().attributes.retain(|attribute| attribute.name != row.former);
    }
    body
}

fn written<'b>(body: &'b Body, row: &Renamed) -> Option<&'b config::Attribute> {
    match row.former.split_once('.') {
        None => body.attribute(row.former),
        Some((block, inner)) => body.blocks_of(block).next()?.body.attribute(inner),
    }
}

/// The part of a body that is blocks of types the schema does not have.
pub(super) fn blocks_beyond(shape: &Shape, body: &Body) -> Option<Body> {
    let blocks: Vec<config::Block> =
        body.blocks.iter().filter(|block| block.generated_type().is_some_and(|ty| !shape.has(&ty))).cloned().collect();
    (!blocks.is_empty()).then(|| Body { attributes: Vec::new(), blocks })
}

/// Reports what the provider of this release does not have; an older or newer one may have it.
pub(super) fn report(cx: &Context<'_>, release: Release, shape: &Shape, resource: &Resource) {
    let rows: Vec<&Renamed> = match resource.mode {
        Mode::Managed => schema::renamed(&resource.ty).collect(),
        _ => Vec::new(),
    };
    if release == Release::Older {
        return;
    }
    let check = Check { cx, rows: &rows, strict: release == Release::Known };
    check.body(shape, &resource.body, true);
}

/// Reports a type that its provider certainly does not have.
pub(super) fn report_type(cx: &Context<'_>, release: Release, resource: &Resource) {
    let provider = resource.ty.split('_').next().unwrap_or_default();
    if resource.mode == Mode::Data && resource.ty == "terraform_remote_state" {
        return;
    }
    let hint = match (provider, resource.provider) {
        ("terraform", None) => String::new(),
        ("aws", None) if release == Release::Known => match resource.mode {
            Mode::Managed => did_you_mean(&resource.ty, schema::aws().resource_types()),
            Mode::Data => did_you_mean(&resource.ty, schema::aws().data_source_types()),
            Mode::Ephemeral => did_you_mean(&resource.ty, schema::aws().ephemeral_resource_types()),
        },
        _ => return,
    };
    let (summary, what) = match resource.mode {
        Mode::Managed => ("Invalid resource type", "resource type"),
        Mode::Data => ("Invalid data source", "data source"),
        Mode::Ephemeral => ("Invalid ephemeral resource", "ephemeral resource"),
    };
    let detail = format!("The provider {provider} does not support {what} \"{}\".{hint}", resource.ty);
    cx.error(summary, detail, resource.ty_at);
}

/// Reports what `ignore_changes` names and the type does not have.
pub(super) fn report_ignored(
    cx: &Context<'_>,
    release: Release,
    shape: &Shape,
    (module, resource): (&Module, &Resource),
) {
    let Some(list) = resource.lifecycle.as_ref().and_then(|block| block.body.attribute("ignore_changes")) else {
        return;
    };
    let tree = module.tree(list.value);
    let ExprKind::Tuple(items) = tree.kind(list.value.id) else { return };
    for id in tree.list(items) {
        let (name, at) = match tree.references(*id, &[]).first() {
            Some(reference) => (reference.root, tree.place(reference.whole)),
            None => match tree.kind(*id) {
                ExprKind::String(text) if tree.str(text) != "*" => (name(tree.str(text)), tree.place(*id)),
                _ => continue,
            },
        };
        if shape.has(&name) || release.may_have(&name) {
            continue;
        }
        let hint = did_you_mean(&name, names(shape));
        let detail =
            format!("This object has no argument, nested block, or exported attribute named \"{name}\".{hint}");
        cx.error("Unsupported attribute", detail, at);
    }
}

struct Check<'a, 's> {
    cx: &'a Context<'s>,
    rows: &'a [&'static Renamed],
    /// Whether everything else that the schema does not have is a mistake.
    strict: bool,
}

impl Check<'_, '_> {
    fn body(&self, shape: &Shape, body: &Body, is_outermost: bool) {
        for attribute in body.attributes.iter().filter(|a| !shape.has(&a.name) && !is_of_json(a.name)) {
            let hint = match self.renamed(attribute.name).filter(|_| is_outermost) {
                Some(hint) => hint,
                None if self.strict => did_you_mean(&attribute.name, names(shape)),
                None => continue,
            };
            let detail = format!("An argument named \"{}\" is not expected here.{hint}", attribute.name);
            self.cx.error("Unsupported argument", detail, attribute.name_at);
        }
        for block in &body.blocks {
            self.block(shape, block, is_outermost);
        }
    }

    fn block(&self, shape: &Shape, block: &config::Block, is_outermost: bool) {
        let Some(ty) = block.generated_type() else { return };
        match shape.member(&ty).map(|member| &member.content) {
            Some(Content::Block(nested)) => {
                let contents = block.body.blocks_of("content").map(|content| &content.body);
                let body = if block.ty == "dynamic" { contents.last() } else { Some(&block.body) };
                if let Some(body) = body {
                    self.body(nested.shape(), body, false);
                }
            }
            Some(Content::Argument(argument)) if holds_objects(&argument.schema.ty) => {}
            found => {
                let hint = match (self.renamed(ty).filter(|_| is_outermost), found) {
                    (Some(hint), _) => hint,
                    (None, _) if !self.strict => return,
                    (None, Some(_)) => format!(
                        " Did you mean to define argument \"{ty}\"? If so, use the equals sign to assign it a value."
                    ),
                    (None, None) => did_you_mean(&ty, names(shape)),
                };
                self.unsupported_block(ty, &hint, block.header);
            }
        }
    }

    fn unsupported_block(&self, ty: Name, hint: &str, at: Place) {
        let detail = format!("Blocks of type \"{ty}\" are not expected here.{hint}");
        self.cx.error("Unsupported block type", detail, at);
    }

    /// What became of an argument or block of this name, to go on with in a message.
    fn renamed(&self, written: Name) -> Option<String> {
        let is_it = |row: &&&Renamed| row.former.split('.').next() == Some(written.as_str());
        let rows: Vec<&&Renamed> = self.rows.iter().filter(is_it).collect();
        let removed_in = rows.first()?.removed_in;
        let names: Vec<String> = rows.iter().map(|row| format!("\"{}\"", row.name)).collect();
        Some(format!(" Since version {removed_in} of the provider it is {}.", names.join(" and ")))
    }
}

fn names(shape: &Shape) -> impl Iterator<Item = &str> {
    shape.members.iter().map(|member| member.name.as_str())
}

/// In JSON a comment and dynamic blocks are properties like any other.
fn is_of_json(name: Name) -> bool {
    name == "//" || name == "dynamic"
}

/// Whether an attribute may be written as blocks.
fn holds_objects(ty: &Type) -> bool {
    let (Type::List(element) | Type::Set(element)) = ty else { return false };
    matches!(**element, Type::Object(_))
}
