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

impl Decoder<'_> {
    /// References to managed resources, and nothing else.
    fn replace_triggered_by(&mut self, block: &Block) {
        let Some(list) = block.body.attribute("replace_triggered_by").map(|a| a.value) else { return };
        let tree = self.tree(list);
        let ExprKind::Tuple(items) = tree.kind(list.id) else {
            self.error("Invalid expression", "A static list expression is required.", self.place(list));
            return;
        };
        for id in tree.list(items).iter().filter(|_| !tree.is_json) {
            let at = self.place(Expr { tree: list.tree, id: *id });
            let Some(root) = first_name(tree, *id) else {
                if !matches!(tree.kind(*id), ExprKind::Error) {
                    self.error("Invalid replace_triggered_by expression", NO_RESOURCE, at);
                }
                continue;
            };
            if NO_RESOURCES.contains(&root.as_str()) {
                let detail = "Only resources can be referenced in replace_triggered_by.";
                self.error("Invalid reference in replace_triggered_by expression", detail, at);
                self.error("Invalid replace_triggered_by expression", NO_RESOURCE, at);
            }
        }
    }
}

const NO_RESOURCE: &str = "Missing resource reference in replace_triggered_by expression.";

/// First names of references to anything but managed resources.
const NO_RESOURCES: [&str; 10] =
    ["var", "local", "module", "data", "ephemeral", "path", "terraform", "each", "count", "self"];

/// The name that a chain of attributes and indexes begins with.
fn first_name(tree: &crate::syntax::Tree, mut id: crate::syntax::ExprId) -> Option<crate::addr::Name> {
    loop {
        id = match tree.kind(id) {
            ExprKind::Name(name) => return Some(name),
            ExprKind::Attr(of, _) | ExprKind::Index(of, _) => of,
            _ => return None,
        };
    }
}

fn is_wildcard(tree: &crate::syntax::Tree, id: crate::syntax::ExprId) -> bool {
    matches!(tree.kind(id), ExprKind::String(text) if tree.str(text) == "*")
}
