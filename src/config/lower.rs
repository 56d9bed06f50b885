//! Syntax trees to blocks that know which tree their expressions stand in, so that bodies of
//! different files can be merged. In JSON only the shape of Terraform's own blocks tells blocks from arguments; what
//! belongs to a provider's schema stays arguments.

use super::model::{Attribute, Block, Body, Expr};
use crate::{
    diag::Diagnostic,
    syntax::{self, Tree},
};

/// Which properties of a JSON body are blocks: their type, how many labels they have, and what is in them.
struct Shape(&'static [(&'static str, usize, &'static Shape)]);

const ARGUMENTS: Shape = Shape(&[]);
const TOP_LEVEL: Shape = Shape(&[
    ("terraform", 0, &TERRAFORM),
    ("provider", 1, &ARGUMENTS),
    ("variable", 1, &Shape(&[("validation", 0, &ARGUMENTS)])),
    ("locals", 0, &ARGUMENTS),
    ("output", 1, &CONDITIONS),
    ("module", 1, &Shape(&[("_", 0, &ARGUMENTS)])),
    ("resource", 2, &RESOURCE),
    ("data", 2, &RESOURCE),
    ("ephemeral", 2, &RESOURCE),
    ("check", 1, &Shape(&[("data", 2, &RESOURCE), ("assert", 0, &ARGUMENTS)])),
    ("moved", 0, &ARGUMENTS),
    (
        "removed",
        0,
        &Shape(&[("lifecycle", 0, &ARGUMENTS), ("provisioner", 1, &PROVISIONER), ("connection", 0, &ARGUMENTS)]),
    ),
    ("import", 0, &ARGUMENTS),
]);
const TERRAFORM: Shape = Shape(&[
    ("backend", 1, &ARGUMENTS),
    ("cloud", 0, &Shape(&[("workspaces", 0, &ARGUMENTS)])),
    ("required_providers", 0, &ARGUMENTS),
    ("provider_meta", 1, &ARGUMENTS),
]);
const CONDITIONS: Shape = Shape(&[("precondition", 0, &ARGUMENTS), ("postcondition", 0, &ARGUMENTS)]);
const RESOURCE: Shape = Shape(&[
    ("lifecycle", 0, &CONDITIONS),
    ("connection", 0, &ARGUMENTS),
    ("provisioner", 1, &PROVISIONER),
    ("dynamic", 1, &DYNAMIC),
    ("_", 0, &ARGUMENTS),
]);
const PROVISIONER: Shape = Shape(&[("connection", 0, &ARGUMENTS)]);
const DYNAMIC: Shape = Shape(&[("content", 0, &CONTENT)]);
/// As deep as anyone nests `dynamic` blocks in JSON.
const CONTENT: Shape = Shape(&[("dynamic", 1, &Shape(&[("content", 0, &Shape(&[("dynamic", 1, &ARGUMENTS)]))]))]);

/// The body of a configuration file. `index` is the tree's place in the module.
pub(super) fn configuration(index: u32, tree: &Tree, problems: &mut Vec<Diagnostic>) -> Body {
    let mut lowering = Lowering { index, tree, problems };
    if tree.is_json { lowering.json_body(&tree.body, &TOP_LEVEL) } else { lowering.body(&tree.body) }
}

/// The body of a file of assignments: in JSON every property is one.
pub(super) fn assignments(index: u32, tree: &Tree) -> Body {
    Lowering { index, tree, problems: &mut Vec::new() }.body(&tree.body)
}

struct Lowering<'t> {
    index: u32,
    tree: &'t Tree,
    problems: &'t mut Vec<Diagnostic>,
}

impl Lowering<'_> {
    fn body(&mut self, from: &syntax::Body) -> Body {
        let attributes = from.attributes.iter().map(|a| self.attribute(a)).collect();
        let blocks = from.blocks.iter().map(|block| Block { body: self.body(&block.body), ..self.header(block) });
        Body { attributes, blocks: blocks.collect() }
    }

    fn attribute(&self, from: &syntax::Attribute) -> Attribute {
        let value = Expr { tree: self.index, id: from.value };
        Attribute { name: from.name, name_at: self.tree.at(from.name_span), value }
    }

    /// A block without its body.
    fn header(&self, from: &syntax::Block) -> Block {
        Block {
            ty: from.ty,
            labels: from.labels.iter().map(|label| (label.text, self.tree.at(label.span))).collect(),
            header: self.tree.at(from.header),
            overridden: None,
            at: self.tree.at(from.span),
            body: Body::default(),
        }
    }

    fn json_body(&mut self, from: &syntax::Body, shape: &Shape) -> Body {
        let mut body = Body::default();
        for attribute in &from.attributes {
            match shape.0.iter().find(|(ty, ..)| attribute.name == *ty) {
                Some((_, labels, inner)) => {
                    let (blocks, problems) = self.tree.json_blocks(attribute, *labels);
                    self.problems.extend(problems);
                    for block in &blocks {
                        let lowered = Block { body: self.json_body(&block.body, inner), ..self.header(block) };
                        body.blocks.push(lowered);
                    }
                }
                None => body.attributes.push(self.attribute(attribute)),
            }
        }
        body
    }
}
