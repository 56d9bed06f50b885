//! `moved`, `removed` and `import`.

use super::{Decoder, body::Spec};
use crate::{
    config::model::{Block, Expr, Module},
    syntax::ExprKind,
};

const MOVED: Spec = Spec { arguments: &[], required: &["from", "to"], blocks: &[] };
const REMOVED: Spec = Spec {
    arguments: &[],
    required: &["from"],
    blocks: &[("lifecycle", &[]), ("connection", &[]), ("provisioner", &["type"])],
};
const REMOVED_LIFECYCLE: Spec = Spec { arguments: &["destroy"], required: &[], blocks: &[] };
const IMPORT: Spec = Spec { arguments: &["provider", "for_each"], required: &["id", "to"], blocks: &[] };

impl Decoder<'_> {
    pub(super) fn refactoring(&mut self, block: &Block, module: &mut Module) {
        self.expect_labels(block, &[]);
        let spec = match block.ty.as_str() {
            "moved" => &MOVED,
            "removed" => &REMOVED,
            _ => &IMPORT,
        };
        self.expect(&block.body, block.header, spec);
        for attribute in block.body.attributes.iter().filter(|a| a.name == "from" || a.name == "to") {
            if !self.address(attribute.value) && block.ty == "import" {
                let detail = "Only managed resources can be imported.";
                self.error("Invalid import address", detail, attribute.name_at);
            }
        }
        if block.ty == "removed" {
            self.whole_resource(block);
            self.removed_lifecycle(block);
        }
        module.refactorings.push(block.clone());
    }

    /// Whether an address is one by its form. Unlike elsewhere, quotes were never allowed.
    fn address(&mut self, expr: Expr) -> bool {
        let is_quoted = matches!(self.tree(expr).kind(expr.id), ExprKind::String(_)) && !self.is_json(expr);
        let before = self.problems.len();
        if is_quoted { self.not_a_reference(expr) } else { self.static_reference(expr) }
        self.problems.len() == before
    }

    fn removed_lifecycle(&mut self, block: &Block) {
        for lifecycle in block.body.blocks_of("lifecycle") {
            self.expect(&lifecycle.body, lifecycle.header, &REMOVED_LIFECYCLE);
        }
    }

    /// `removed` forgets all instances of a resource at once.
    fn whole_resource(&mut self, block: &Block) {
        let Some(from) = block.body.attribute("from").map(|a| a.value) else { return };
        if self.first_name(from, 0).and_then(|root| self.keyword(root)).is_some_and(|root| root == "data") {
            let detail = "Data sources are never destroyed, so they are not valid targets of removed blocks. To remove the data \
                          source from state, remove the data source block from configuration.";
            self.error("Data source address not allowed", detail, self.place(from));
        }
        if matches!(self.tree(from).kind(from.id), ExprKind::Index(..)) {
            let detail = "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. \
                          \"test_instance.foo[1]\").";
            self.error("Resource instance keys not allowed", detail, self.place(from));
        }
    }
}
