//! `validation`, `precondition`, `postcondition` and `assert` blocks.

use super::{Decoder, body::Spec};
use crate::{
    config::model::{Block, Validation},
    syntax::ExprKind,
};

impl Decoder<'_> {
    /// `None` when there is no condition to check; that has been reported.
    pub(super) fn validation(&mut self, block: &Block) -> Option<Validation> {
        let spec = Spec { arguments: &[], required: &["condition", "error_message"], blocks: &[] };
        self.expect(&block.body, block.header, &spec);
        let condition = block.body.attribute("condition")?.value;
        let error_message = block.body.attribute("error_message").map(|attribute| attribute.value);
        let tree = self.tree(condition);
        if tree.kind(condition.id) != ExprKind::Error && tree.references(condition.id, &[]).is_empty() {
            let kind = block.ty.as_str();
            let detail = format!(
                "The condition of a {kind} block must refer to at least one object from elsewhere in the configuration, or the \
                 result would not be checking anything."
            );
            self.error(format!("Invalid {kind} expression"), detail, self.place(condition));
            return None;
        }
        Some(Validation { condition, error_message, at: block.at })
    }

    pub(super) fn validations<'b>(&mut self, blocks: impl Iterator<Item = &'b Block>) -> Vec<Validation> {
        blocks.filter(|block| block.labels.is_empty()).filter_map(|block| self.validation(block)).collect()
    }
}
