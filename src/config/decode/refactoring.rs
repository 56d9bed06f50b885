//! `moved`, `removed` and `import`.

use super::{Decoder, body::Spec};
use crate::{
    config::model::{Block, Module},
    syntax::ExprKind,
};

const MOVED: Spec = Spec { arguments: &[], required: &["from", "to"], blocks: &[] };
const REMOVED: Spec = Spec {
    arguments: &[],
    required: &["from"],
    blocks: &[("lifecycle", &[]), ("connection", &[]), ("provisioner", &["type"])],
};
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
                match self.tree(attribute.value).kind(attribute.value.id) {
                    ExprKind::String(_) if !self.is_json(attribute.value) => self.not_a_reference(attribute.value),
                    _ => self.static_reference(attribute.value),
                }
            }
        }
        if block.ty == "removed" {
            self.whole_resource(block);
            for lifecycle in block.body.blocks_of("lifecycle") {
                self.flag(&lifecycle.body, "destroy", true);
            }
        }
        module.refactorings.push(block.clone());
    }

    /// `removed` forgets all instances of a resource at once.
    fn whole_resource(&mut self, block: &Block) {
        let Some(from) = block.body.attribute("from").map(|a| a.value) else { return };
        if matches!(self.tree(from).kind(from.id), ExprKind::Index(..)) {
            let detail = "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. \
                          \"test_instance.foo[1]\").";
            self.error("Resource instance keys not allowed", detail, self.place(from));
        }
    }
}
