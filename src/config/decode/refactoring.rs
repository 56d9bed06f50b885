//! `moved`, `removed` and `import`.

use super::{Decoder, body::Spec};
use crate::{
    config::model::{Block, Expr, Module},
    source::Place,
    syntax::{ExprKind, StaticStep, static_expression},
};

/// How many names steps begin with.
fn names(steps: &[StaticStep]) -> usize {
    steps.iter().take_while(|step| matches!(step, StaticStep::Attr(..))).count()
}

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
        if block.ty == "import" {
            self.import_target(block);
        } else {
            for attribute in block.body.attributes.iter().filter(|a| a.name == "from" || a.name == "to") {
                self.address(attribute.value);
            }
        }
        if block.ty == "removed" {
            self.whole_resource(block);
            self.removed_provisioners(block);
            for lifecycle in block.body.blocks_of("lifecycle") {
                self.expect(&lifecycle.body, lifecycle.header, &REMOVED_LIFECYCLE);
                self.flag(&lifecycle.body, "destroy", true);
            }
        }
        module.refactorings.push(block.clone());
    }

    /// An address in quotes is none, in native syntax.
    fn import_target(&mut self, block: &Block) {
        let Some(to) = block.body.attribute("to") else { return };
        if matches!(self.tree(to.value).kind(to.value.id), ExprKind::String(_)) && !self.is_json(to.value) {
            self.not_a_reference(to.value);
            self.error("Invalid import address", "Only managed resources can be imported.", to.name_at);
        }
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
            return self.error("Invalid address", detail, self.place(expr));
        }
        let references = tree.references(expr.id, &[]);
        let Some(reference) = references.first().filter(|_| !self.is_json(expr)) else { return };
        if let Some(wrong) = self.wrong_steps(reference.root.as_str(), &reference.steps, expr) {
            self.error("Invalid address", wrong.0, wrong.1);
        }
    }

    /// What an address has too much of, after the modules it leads through.
    fn wrong_steps(&self, root: &str, steps: &[StaticStep], whole: Expr) -> Option<(&'static str, Place)> {
        let (mut root, mut steps) = (root, steps);
        while root == "module" {
            let named = steps.split_first().map(|(_, rest)| rest).unwrap_or_default();
            let rest = named.split_first().filter(|(step, _)| matches!(step, StaticStep::Index(_)));
            let rest = rest.map_or(named, |(_, rest)| rest);
            match rest.split_first() {
                None => return None,
                Some((StaticStep::Attr(name, _), rest)) => (root, steps) = (name.as_str(), rest),
                Some((StaticStep::Index(_), _)) => {
                    return Some(("Unexpected extra operators after address.", self.place(whole)));
                }
            }
        }
        let wanted = if root == "data" || root == "ephemeral" || root == "resource" { 2 } else { 1 };
        if names(steps.get(..wanted).unwrap_or(steps)) < wanted {
            return Some(("Resource specification must include a resource type and name.", self.place(whole)));
        }
        match steps.get(wanted..).unwrap_or_default() {
            [] | [StaticStep::Index(_)] => None,
            [StaticStep::Attr(..), ..] => {
                Some(("Resource instance key must be given in square brackets.", self.place(whole)))
            }
            [StaticStep::Index(_), ..] => Some(("Unexpected extra operators after address.", self.place(whole))),
        }
    }

    /// Only what is destroyed is provisioned here, and only a resource.
    fn removed_provisioners(&mut self, block: &Block) {
        let from = block.body.attribute("from").map(|a| a.value);
        let is_module = from.is_some_and(|from| {
            let references = self.tree(from).references(from.id, &[]);
            let module = references.first().filter(|reference| reference.root == "module");
            module.is_some_and(|reference| names(&reference.steps) == 1)
        });
        for provisioner in block.body.blocks_of("provisioner") {
            let when = provisioner.body.attribute("when").and_then(|attribute| self.keyword(attribute.value));
            let detail = if is_module {
                "Provisioners are valid only when a removed block targets a managed resource."
            } else if when.is_none_or(|word| word != "destroy") {
                "Only destroy-time provisioners are valid in \"removed\" blocks. To declare a destroy-time provisioner, use:\n    when = \
                 destroy"
            } else {
                continue;
            };
            self.error("Invalid provisioner block", detail, provisioner.header);
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
        if self.is_json(from)
            && let Some((tree, id, _)) = static_expression(self.tree(from), from.id)
            && matches!(tree.kind(id), ExprKind::Index(..))
        {
            let module = tree
                .references(id, &[])
                .first()
                .is_some_and(|reference| reference.root == "module" && names(&reference.steps) == 1);
            let what = if module { "Module" } else { "Resource" };
            let detail = "An instance is named here, and all of them are meant: leave the key out.";
            return self.error(format!("{what} instance keys not allowed"), detail, self.place(from));
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
