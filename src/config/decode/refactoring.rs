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
/// First names of references to what is neither a resource nor a module.
const NO_ADDRESS: [&str; 7] = ["var", "local", "path", "terraform", "each", "count", "self"];
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
        if block.ty != "import" {
            for attribute in block.body.attributes.iter().filter(|a| a.name == "from" || a.name == "to") {
                self.address(attribute.value);
            }
        }
        if block.ty == "removed" {
            self.whole_resource(block);
            for lifecycle in block.body.blocks_of("lifecycle") {
                self.expect(&lifecycle.body, lifecycle.header, &REMOVED_LIFECYCLE);
                self.flag(&lifecycle.body, "destroy", true);
            }
        }
        module.refactorings.push(block.clone());
    }

    /// The address of a resource or module.
    fn address(&mut self, expr: Expr) {
        let tree = self.tree(expr);
        if matches!(tree.kind(expr.id), ExprKind::String(_)) && !self.is_json(expr) {
            return self.not_a_reference(expr);
        }
        self.static_reference(expr);
        let root = tree.references(expr.id, &[]).first().map(|reference| (reference.root, reference.steps.is_empty()));
        if root.is_some_and(|(root, alone)| alone || NO_ADDRESS.contains(&root.as_str())) {
            let detail = "A resource or module address is required here, as in aws_vpc.main or module.network.";
            self.error("Invalid address", detail, self.place(expr));
        }
    }

    /// `removed` forgets all instances of a resource at once.
    fn whole_resource(&mut self, block: &Block) {
        let Some(from) = block.body.attribute("from").map(|a| a.value) else { return };
        let references = self.tree(from).references(from.id, &[]);
        let root = references.first().map(|reference| reference.root);
        if root.is_some_and(|root| root == "data") {
            let detail = "Data sources are never destroyed, so they are not valid targets of removed blocks. To remove the data \
                          source from state, remove the data source block from configuration.";
            self.error("Data source address not allowed", detail, self.place(from));
        }
        if matches!(self.tree(from).kind(from.id), ExprKind::Index(..)) && root.is_some_and(|root| root == "module") {
            let detail = "Module address must be a module (e.g. \"module.foo\"), not a module instance (e.g. \
                          \"module.foo[1]\").";
            self.error("Module instance keys not allowed", detail, self.place(from));
        } else if matches!(self.tree(from).kind(from.id), ExprKind::Index(..)) {
            let detail = "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. \
                          \"test_instance.foo[1]\").";
            self.error("Resource instance keys not allowed", detail, self.place(from));
        }
    }
}
