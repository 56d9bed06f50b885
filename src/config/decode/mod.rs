//! Blocks to declarations, one small file a block type. Every mistake is reported in Terraform's words
//! and leaves a declaration that can still be used.

mod backend_block;
mod body;
mod check;
mod lifecycle;
mod locals;
mod module_call;
mod name;
mod output;
mod provider;
mod provisioner;
mod refactoring;
mod reference;
mod resource;
mod source_address;
mod terraform;
mod validation;
mod variable;

pub(super) use backend_block::arguments as backend_arguments;
pub(super) use body::extraneous_property;

use super::{
    merge::{Declared, alias_of},
    model::{Block, Expr, Module},
};
use crate::{
    diag::Diagnostic,
    source::{Place, Sources},
    syntax::Tree,
};

/// What decoding the blocks of one module needs.
pub(super) struct Decoder<'m> {
    pub(super) sources: &'m Sources,
    /// The module's directory, as a key of the repository's modules.
    pub(super) dir: &'m str,
    pub(super) trees: &'m [Tree],
    pub(super) problems: Vec<Diagnostic>,
}

impl<'m> Decoder<'m> {
    pub(super) fn tree(&self, expr: Expr) -> &'m Tree {
        &self.trees[expr.tree as usize]
    }

    pub(super) fn place(&self, expr: Expr) -> Place {
        self.tree(expr).place(expr.id)
    }

    pub(super) fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>, at: Place) {
        self.problems.push(Diagnostic::error(summary, detail, at));
    }

    pub(super) fn warning(&mut self, summary: impl Into<String>, detail: impl Into<String>, at: Place) {
        self.problems.push(Diagnostic::warning(summary, detail, at));
    }

    /// An error about something that was there before, with the earlier place as a label.
    pub(super) fn duplicate(&mut self, summary: impl Into<String>, detail: impl Into<String>, at: Place, first: Place) {
        self.problems.push(Diagnostic::error(summary, detail, at).with_label(first, "first declared here"));
    }

    /// Decodes everything a module declares into it.
    pub(super) fn module(&mut self, declared: Declared, module: &mut Module) {
        for block in &declared.blocks {
            self.block(block, module);
        }
        module.backend = self.terraform(&declared.terraform, module);
    }

    fn block(&mut self, block: &Block, module: &mut Module) {
        match block.ty.as_str() {
            "variable" => self.variable(block, module),
            "locals" => self.locals(block, module),
            "output" => self.output(block, module),
            "resource" | "data" | "ephemeral" => self.resource(block, module),
            "module" => self.module_call(block, module),
            "provider" => self.provider(block, alias_of(self.trees, block), module),
            "check" => self.check(block, module),
            "moved" | "removed" | "import" => self.refactoring(block, module),
            _ => {}
        }
    }
}
