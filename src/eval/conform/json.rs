//! Bodies written in JSON, where only a schema tells blocks from arguments.

use std::borrow::Cow;

use super::level::Level;
use crate::{
    config::{Attribute, Block, Body, Expr, Module},
    diag::Diagnostic,
    schema::Nesting,
    syntax,
};

/// The body with the properties as blocks that are some by the schema, and what is wrong with those.
pub(super) fn with_blocks<'b>(module: &Module, level: Level, body: &'b Body) -> (Cow<'b, Body>, Vec<Diagnostic>) {
    let is_block = |a: &Attribute| module.tree(a.value).is_json && level.nested(&a.name).is_some();
    if !body.attributes.iter().any(is_block) {
        return (Cow::Borrowed(body), Vec::new());
    }
    let (as_blocks, attributes) = body.attributes.iter().copied().partition::<Vec<_>, _>(is_block);
    let mut out = Body { attributes, blocks: body.blocks.clone() };
    let mut problems = Vec::new();
    for attribute in as_blocks {
        let labels = level.nested(&attribute.name).map_or(0, |nested| usize::from(nested.nesting == Nesting::Map));
        problems.extend(blocks(module, &attribute, labels, &mut out.blocks));
    }
    (Cow::Owned(out), problems)
}

fn blocks(module: &Module, attribute: &Attribute, labels: usize, out: &mut Vec<Block>) -> Vec<Diagnostic> {
    let Expr { tree: index, id } = attribute.value;
    let tree = module.tree(attribute.value);
    let span = attribute.name_at.span;
    let property = syntax::Attribute { name: attribute.name, name_span: span, value: id, span };
    let (blocks, problems) = tree.json_blocks(&property, labels);
    let lowered = |a: &syntax::Attribute| Attribute {
        name: a.name,
        name_at: tree.at(a.name_span),
        value: Expr { tree: index, id: a.value },
    };
    out.extend(blocks.iter().map(|block| Block {
        ty: block.ty,
        labels: block.labels.iter().map(|label| (label.text, tree.at(label.span))).collect(),
        header: tree.at(block.header),
        overridden: None,
        at: tree.at(block.span),
        body: Body { attributes: block.body.attributes.iter().map(lowered).collect(), blocks: Vec::new() },
    }));
    problems
}
