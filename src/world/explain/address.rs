//! An address as it is typed: a name, attributes, and constant indexes.

use super::Wrong;
use crate::{
    addr::Name,
    diag::Diagnostic,
    eval::RefStep,
    source::{FileId, Place, Sources, Span},
    syntax::{ExprId, ExprKind, Tree, parse_expression},
    value::{Number, Value},
};

pub(super) struct Address {
    /// The first is a name.
    pub(super) steps: Vec<RefStep>,
    pub(super) at: Place,
}

impl Address {
    pub(super) fn read(sources: &Sources, file: FileId) -> Result<Self, Wrong> {
        let text = sources.get(file);
        let (tree, id, diagnostics) = parse_expression(file, &text.text);
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(Wrong::Reported(diagnostics));
        }
        let mut steps = Vec::new();
        let mut at = id;
        loop {
            match tree.kind(at) {
                ExprKind::Name(name) => {
                    steps.push(RefStep::Attr(name, tree.place(at)));
                    break;
                }
                ExprKind::Attr(of, name) => {
                    steps.push(RefStep::Attr(name, step_place(&tree, of, at)));
                    at = of;
                }
                ExprKind::Index(of, key) => {
                    let key = constant(&tree, key).ok_or_else(no_address)?;
                    steps.push(RefStep::Index(key, step_place(&tree, of, at)));
                    at = of;
                }
                _ => return Err(no_address()),
            }
        }
        steps.reverse();
        Ok(Self { steps, at: tree.place(id) })
    }
}

fn step_place(tree: &Tree, of: ExprId, whole: ExprId) -> Place {
    tree.at(Span::new(tree.node(of).span.end, tree.node(whole).span.end))
}

fn constant(tree: &Tree, id: ExprId) -> Option<Value> {
    match tree.kind(tree.unwrapped(id)) {
        ExprKind::String(text) => Some(Value::string(tree.str(text).clone())),
        ExprKind::Number(text) => Number::parse(tree.str(text)).map(Value::number),
        _ => None,
    }
}

fn no_address() -> Wrong {
    Wrong::Said(
        "this is no address. An address is a chain of names with constant indexes, as in \
         module.redis.aws_elasticache_replication_group.this.multi_az_enabled; `infralint eval` takes any expression."
            .to_owned(),
    )
}

/// The name at a step.
pub(super) const fn named(step: &RefStep) -> Option<Name> {
    match step {
        RefStep::Attr(name, _) => Some(*name),
        RefStep::Index(..) => None,
    }
}
