//! `check`.

use indexmap::map::Entry;

use super::{Decoder, body::Spec};
use crate::{
    addr::{Mode, Name},
    config::model::{Block, Check, Module},
};

const SPEC: Spec = Spec { arguments: &[], required: &[], blocks: &[("data", &["type", "name"]), ("assert", &[])] };

impl Decoder<'_> {
    pub(super) fn check(&mut self, block: &Block, module: &mut Module) {
        if !self.expect_labels(block, &["name"]) {
            return;
        }
        let Some((name, name_at)) = block.labels.first().copied() else { return };
        self.expect_name("check block", &name, name_at);
        self.expect(&block.body, block.header, &SPEC);
        let asserts = self.validations(block.body.blocks_of("assert"));
        if asserts.is_empty() {
            self.error("Zero assert blocks", "Check blocks must have at least one assert block.", block.header);
        }
        let data = self.scoped_data(block, module);
        match module.checks.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(Check { header: block.header, data, asserts });
            }
            Entry::Occupied(entry) => {
                let first = entry.get().header;
                let detail = format!(
                    "A check block named {:?} was already declared at {}. Check blocks must be unique within each module.",
                    name.as_str(),
                    self.sources.describe(first),
                );
                let summary = format!("Duplicate check {:?} configuration", name.as_str());
                self.duplicate(summary, detail, block.header, first);
            }
        }
    }

    /// The data source of a check is one of the module's, seen from the check alone.
    fn scoped_data(&mut self, block: &Block, module: &mut Module) -> Option<(Mode, Name, Name)> {
        let mut sources = block.body.blocks_of("data");
        let data = sources.next()?;
        for further in sources {
            let first = self.sources.describe(data.header);
            let detail = format!("This check block already has a data resource defined at {first}.");
            self.duplicate("Multiple data resource blocks", detail, further.header, data.header);
        }
        let [(ty, _), (name, _), ..] = data.labels.as_slice() else { return None };
        self.resource(data, module);
        Some((Mode::Data, *ty, *name))
    }
}
