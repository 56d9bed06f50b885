//! `locals`.

use indexmap::map::Entry;

use super::Decoder;
use crate::config::model::{Block, Local, Module};

impl Decoder<'_> {
    pub(super) fn locals(&mut self, block: &Block, module: &mut Module) {
        if !self.expect_labels(block, &[]) {
            return;
        }
        self.no_blocks(&block.body);
        for attribute in &block.body.attributes {
            self.expect_name("local value", &attribute.name, attribute.name_at);
            match module.locals.entry(attribute.name) {
                Entry::Vacant(entry) => {
                    entry.insert(Local { name_at: attribute.name_at, value: attribute.value });
                }
                Entry::Occupied(entry) => {
                    let first = entry.get().name_at;
                    let detail = format!(
                        "A local value named {:?} was already defined at {}. Local value names must be unique within a module.",
                        attribute.name.as_str(),
                        self.sources.describe(first),
                    );
                    self.duplicate("Duplicate local value definition", detail, attribute.name_at, first);
                }
            }
        }
    }
}
