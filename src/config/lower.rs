//! Syntax trees to blocks that know which tree their expressions stand in, so that bodies of
//! different files can be merged.

use super::model::{Attribute, Block, Body, Expr};
use crate::syntax::{self, Tree};

/// The body of a native-syntax file or block. `index` is the tree's place in the module.
pub(super) fn body(index: u32, tree: &Tree, from: &syntax::Body) -> Body {
    Body {
        attributes: from.attributes.iter().map(|a| attribute(index, tree, a)).collect(),
        blocks: from.blocks.iter().map(|b| block(index, tree, b)).collect(),
    }
}

fn attribute(index: u32, tree: &Tree, from: &syntax::Attribute) -> Attribute {
    Attribute { name: from.name, name_at: tree.at(from.name_span), value: Expr { tree: index, id: from.value } }
}

fn block(index: u32, tree: &Tree, from: &syntax::Block) -> Block {
    Block {
        ty: from.ty,
        labels: from.labels.iter().map(|label| (label.text, tree.at(label.span))).collect(),
        header: tree.at(from.header),
        at: tree.at(from.span),
        body: body(index, tree, &from.body),
    }
}
