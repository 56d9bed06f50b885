//! `depends_on` and `replace_triggered_by`: nothing flows through them, but they can close a cycle.

use std::rc::Rc;

use super::node::{Node, Root};
use crate::{
    addr::{Mode, Name},
    config::{Expr, Resource},
    syntax::{Reference, StaticStep},
};

impl<'r> Root<'r> {
    /// Makes the resources that a resource says it depends on, or is replaced with, so that a cycle is found.
    pub(super) fn follow_depends_on(&self, node: &Rc<Node<'r>>, resource: &Resource) {
        let lifecycle = resource.lifecycle.as_ref();
        let triggers = lifecycle.and_then(|block| block.body.attribute("replace_triggered_by")).map(|a| a.value);
        for list in resource.depends_on.into_iter().chain(triggers) {
            self.follow(node, resource, list);
        }
    }

    fn follow(&self, node: &Rc<Node<'r>>, resource: &Resource, list: Expr) {
        for reference in node.module.tree(list).references(list.id, &[]) {
            let Some(key) = resource_named(&reference) else { continue };
            if key == (resource.mode, resource.ty, resource.name) {
                continue;
            }
            let index = node.module.resources.get_index_of(&key);
            let Some(resources) = index.and_then(|index| self.resources(node, index)) else { continue };
            if !resources.expansion.items.is_empty() {
                let _for_its_cycles = self.instance(node, &resources, 0);
            }
        }
    }
}

fn resource_named(reference: &Reference) -> Option<(Mode, Name, Name)> {
    let step = |i: usize| match reference.steps.get(i) {
        Some(StaticStep::Attr(name, _)) => Some(*name),
        _ => None,
    };
    match reference.root.as_str() {
        "data" => Some((Mode::Data, step(0)?, step(1)?)),
        "ephemeral" => Some((Mode::Ephemeral, step(0)?, step(1)?)),
        "resource" => Some((Mode::Managed, step(0)?, step(1)?)),
        _ => Some((Mode::Managed, reference.root, step(0)?)),
    }
}
