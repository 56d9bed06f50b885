//! The arguments of a `backend` or `cloud` block, or of a file of such arguments: constants only.

use super::Decoder;
use crate::{
    addr::Name,
    config::model::{BackendArgument, Block, Body},
    value::{Value, What},
};

/// The arguments of a body with their values; nested blocks as objects.
pub(in crate::config) fn arguments(d: &mut Decoder<'_>, body: &Body, what: What) -> Vec<(Name, BackendArgument)> {
    let mut arguments = Vec::new();
    for attribute in &body.attributes {
        let value = d.constant(attribute.value);
        let at = d.place(attribute.value);
        arguments.push((attribute.name, BackendArgument { value, what, at }));
    }
    for block in &body.blocks {
        let argument = BackendArgument { value: nested(d, block), what, at: block.header };
        arguments.push((block.ty, argument));
    }
    arguments
}

fn nested(d: &mut Decoder<'_>, block: &Block) -> Value {
    let body = &block.body;
    let mut entries: Vec<_> = body.attributes.iter().map(|a| (a.name.as_str().into(), d.constant(a.value))).collect();
    entries.extend(body.blocks.iter().map(|b| (b.ty.as_str().into(), flat(d, b))));
    Value::object(entries)
}

/// Backends nest one level of blocks (`endpoints`, `assume_role`, `workspaces`); what lies deeper has only arguments.
fn flat(d: &mut Decoder<'_>, block: &Block) -> Value {
    Value::object(block.body.attributes.iter().map(|a| (a.name.as_str().into(), d.constant(a.value))).collect())
}
