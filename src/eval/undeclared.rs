//! Arguments and blocks that a schema does not have: former names, and what only a newer provider knows. That they are
//! mistakes is told by `conform`.

use std::borrow::Cow;

use super::shape::Shape;
use crate::{
    addr::{Mode, name},
    config::{self, Body, Resource},
    schema::{self, Renamed},
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
