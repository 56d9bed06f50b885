//! `lifecycle`.

use super::{Decoder, body::Spec, resource::adjective};
use crate::{
    addr::Mode,
    config::model::{Block, Expr, Validation},
    syntax::ExprKind,
};

const SPEC: Spec = Spec {
    // `destroy` is there since Terraform 1.16.
    arguments: &["create_before_destroy", "prevent_destroy", "destroy", "ignore_changes", "replace_triggered_by"],
    required: &[],
    blocks: &[("precondition", &[]), ("postcondition", &[])],
};

impl Decoder<'_> {
    /// The preconditions and postconditions of a `lifecycle` block.
    pub(super) fn lifecycle(&mut self, block: &Block, mode: Mode) -> (Vec<Validation>, Vec<Validation>) {
        let body = &block.body;
        self.expect(body, block.header, &SPEC);
        if mode == Mode::Managed {
            self.flag(body, "create_before_destroy", false);
            self.flag(body, "prevent_destroy", false);
            self.flag(body, "destroy", false);
            self.ignore_changes(block);
            self.replace_triggered_by(block);
        } else {
            self.managed_only(block, mode);
        }
        (self.validations(body.blocks_of("precondition")), self.validations(body.blocks_of("postcondition")))
    }

    fn managed_only(&mut self, block: &Block, mode: Mode) {
        let kind = adjective(mode);
        for attribute in block.body.attributes.iter().filter(|a| SPEC.arguments.contains(&a.name.as_str())) {
            let detail = format!(
                "The lifecycle argument {:?} is defined only for managed resources (\"resource\" blocks), and is not valid for \
                 {kind}resources.",
                attribute.name.as_str()
            );
            self.error(format!("Invalid {kind}resource lifecycle argument"), detail, attribute.name_at);
        }
    }

    fn replace_triggered_by(&mut self, block: &Block) {
        let Some(list) = block.body.attribute("replace_triggered_by").map(|a| a.value) else { return };
        let tree = self.tree(list);
        let ExprKind::Tuple(items) = tree.kind(list.id) else { return };
        for id in tree.list(items) {
            let item = Expr { tree: list.tree, id: *id };
            let Some(root) = self.first_name(item, 0).and_then(|root| self.keyword(root)) else { continue };
            if ["var", "local", "path", "terraform", "module", "self"].contains(&root.as_str()) {
                let detail = "Only resources, count.index, and each.key may be used in replace_triggered_by.";
                self.error("Invalid reference in replace_triggered_by expression", detail, self.place(item));
                let detail = "Missing resource reference in replace_triggered_by expression.";
                self.error("Invalid replace_triggered_by expression", detail, self.place(item));
            }
        }
    }

    fn ignore_changes(&mut self, block: &Block) {
        let Some(attribute) = block.body.attribute("ignore_changes") else { return };
        let list = attribute.value;
        if self.keyword(list).is_some_and(|word| word == "all") {
            return;
        }
        let tree = self.tree(list);
        match tree.kind(list.id) {
            ExprKind::Tuple(items) => {
                let wildcard = tree.list(items).iter().find(|id| is_wildcard(tree, **id));
                match wildcard {
                    Some(id) => {
                        let detail = "The [\"*\"] form of ignore_changes wildcard was deprecated and is now invalid. Use \
                                      \"ignore_changes = all\" to ignore changes to all attributes.";
                        let at = self.place(Expr { tree: list.tree, id: *id });
                        self.error("Invalid ignore_changes wildcard", detail, at);
                    }
                    None => self.reference_list(list),
                }
            }
            ExprKind::String(text) if self.is_json(list) && tree.str(text) == "all" => {}
            _ => self.reference_list(list),
        }
    }
}

fn is_wildcard(tree: &crate::syntax::Tree, id: crate::syntax::ExprId) -> bool {
    matches!(tree.kind(id), ExprKind::String(text) if tree.str(text) == "*")
}
