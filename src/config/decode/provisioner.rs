//! `provisioner`, inside a managed resource.

use super::Decoder;
use crate::{
    config::model::{Block, Body},
    syntax::{ExprKind, Reference, StaticStep},
};

const RESERVED_BLOCKS: [&str; 2] = ["lifecycle", "locals"];
/// Gone since Terraform 0.15.
const REMOVED: [&str; 4] = ["chef", "habitat", "puppet", "salt-masterless"];

impl Decoder<'_> {
    pub(super) fn provisioner(&mut self, nested: &Block) {
        if !self.expect_labels(nested, &["type"]) {
            return;
        }
        let Some((ty, at)) = nested.labels.first().copied() else { return };
        if REMOVED.contains(&ty.as_str()) {
            let detail = format!("The {:?} provisioner is not there since Terraform 0.15.", ty.as_str());
            self.error(format!("The {:?} provisioner has been removed", ty.as_str()), detail, at);
            return;
        }
        for kept in nested.body.blocks.iter().filter(|block| RESERVED_BLOCKS.contains(&block.ty.as_str())) {
            self.reserved_block(kept, "provisioner");
        }
        self.provisioner_keyword(nested, "when", ["create", "destroy"]);
        self.provisioner_keyword(nested, "on_failure", ["continue", "fail"]);
        let when = nested.body.attribute("when").and_then(|attribute| self.keyword(attribute.value));
        let destroys = nested.body.attribute("when").is_some_and(|attribute| {
            matches!(self.tree(attribute.value).kind(attribute.value.id), ExprKind::String(text) if self.tree(attribute.value).str(text) == "destroy")
        });
        if destroys || when.is_some_and(|word| word == "destroy") {
            self.refers_to_itself(&nested.body);
        }
    }

    fn provisioner_keyword(&mut self, nested: &Block, argument: &str, words: [&str; 2]) {
        let Some(attribute) = nested.body.attribute(argument) else { return };
        let quoted = match self.tree(attribute.value).kind(attribute.value.id) {
            ExprKind::String(text) if !self.is_json(attribute.value) => {
                Some(self.tree(attribute.value).str(text).clone())
            }
            _ => None,
        };
        if quoted.is_some_and(|word| words.contains(&word.as_str())) {
            let detail =
                "Keywords are expected without quotes here. Terraform 0.11 and earlier required quotes. Remove them.";
            return self.warning("Quoted keywords are deprecated", detail, self.place(attribute.value));
        }
        let given = self.keyword(attribute.value);
        if !given.is_some_and(|word| words.contains(&word.as_str())) && !self.is_json(attribute.value) {
            let detail =
                format!("The {argument:?} argument requires one of the following keywords: {}.", words.join(" or "));
            self.error(format!("Invalid {argument:?} keyword"), detail, self.place(attribute.value));
        }
    }

    /// When a resource is destroyed nothing else is sure to be there.
    fn refers_to_itself(&mut self, body: &Body) {
        for attribute in body.attributes.iter().filter(|a| a.name != "when" && a.name != "on_failure") {
            let tree = self.tree(attribute.value);
            for reference in tree.references(attribute.value.id, &[]).iter().filter(|r| !is_its_own(r)) {
                let detail = "Destroy-time provisioners and their connection configurations may only reference attributes of \
                              the related resource, via 'self', 'count.index', or 'each.key'. References to other resources \
                              during the destroy phase can cause dependency cycles.";
                self.error("Invalid reference from destroy provisioner", detail, tree.place(reference.whole));
            }
        }
        for nested in &body.blocks {
            self.refers_to_itself(&nested.body);
        }
    }
}

fn is_its_own(reference: &Reference) -> bool {
    let first = match reference.steps.first() {
        Some(StaticStep::Attr(name, _)) => name.as_str(),
        _ => "",
    };
    match reference.root.as_str() {
        "self" | "path" | "terraform" => true,
        "count" => first == "index",
        "each" => first == "key",
        _ => false,
    }
}
