//! `validation`, `precondition`, `postcondition` and `assert` blocks.

use super::{Decoder, body::Spec};
use crate::config::model::{Block, Validation};

impl Decoder<'_> {
    /// `None` when there is no condition to check; that has been reported.
    pub(super) fn validation(&mut self, block: &Block) -> Option<Validation> {
        let spec = Spec { arguments: &[], required: &["condition", "error_message"], blocks: &[] };
        self.expect(&block.body, block.header, &spec);
        let condition = block.body.attribute("condition")?.value;
        let error_message = block.body.attribute("error_message").map(|attribute| attribute.value);
        Some(Validation { condition, error_message, at: block.at })
    }

    pub(super) fn validations<'b>(&mut self, blocks: impl Iterator<Item = &'b Block>) -> Vec<Validation> {
        blocks.filter_map(|block| self.validation(block)).collect()
    }
}
