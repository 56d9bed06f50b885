//! `output`.

use indexmap::map::Entry;

use super::{Decoder, body::Spec};
use crate::config::model::{Block, Module, Output};

const SPEC: Spec = Spec {
    // `deprecated` is known to Terraform since 1.15.
    arguments: &["description", "deprecated", "sensitive", "ephemeral", "depends_on"],
    required: &["value"],
    blocks: &[("precondition", &[]), ("postcondition", &[])],
};

impl Decoder<'_> {
    pub(super) fn output(&mut self, block: &Block, module: &mut Module) {
        if !self.expect_labels(block, &["name"]) {
            return;
        }
        let Some((name, name_at)) = block.labels.first().copied() else { return };
        self.expect_name("output", &name, name_at);
        self.expect(&block.body, block.header, &SPEC);
        let body = &block.body;
        for postcondition in body.blocks_of("postcondition") {
            let detail = "Output values can only have preconditions, not postconditions.";
            self.error("Postconditions are not allowed", detail, postcondition.header);
        }
        if let Some(description) = body.attribute("description") {
            self.constant_text(description.value);
        }
        let output = Output {
            name_at,
            value: body.attribute("value").map(|attribute| attribute.value),
            sensitive: self.flag(body, "sensitive", false),
            ephemeral: self.flag(body, "ephemeral", false),
            preconditions: self.validations(body.blocks_of("precondition")),
            depends_on: self.depends_on(body),
            header: block.header,
        };
        match module.outputs.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(output);
            }
            Entry::Occupied(entry) => {
                let first = entry.get().header;
                let detail = format!(
                    "An output named {:?} was already defined at {}. Output names must be unique within a module.",
                    name.as_str(),
                    self.sources.describe(first),
                );
                self.duplicate("Duplicate output definition", detail, block.header, first);
            }
        }
    }
}
