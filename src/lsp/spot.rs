//! What stands at a position in a document.

use std::{path::Path, sync::Arc};

use crate::{
    addr::Name,
    check::Session,
    config::{Module, RootModule},
    source::{Place, Span},
    syntax::{Attribute, Block, Body, ExprId, Reference, StaticStep, Tree},
};

/// A position in a file of a repository.
pub(super) struct Spot<'s> {
    /// The directory of the file.
    pub(super) dir: String,
    /// What the editor shows of it.
    pub(super) text: &'s str,
    pub(super) at: u32,
    pub(super) file: File<'s>,
}

/// What kind of file it is.
pub(super) enum File<'s> {
    Module {
        module: &'s Arc<Module>,
        tree: &'s Tree,
    },
    /// A variable file, with the root modules that it gives values to.
    Variables {
        roots: Vec<&'s RootModule>,
        tree: &'s Tree,
    },
}

/// What is at the position.
pub(super) enum On<'s> {
    /// The name of an argument.
    Name(&'s Attribute),
    /// Somewhere in its value.
    Value(&'s Attribute),
    /// Type and labels of the innermost block.
    Header,
    /// A body, where nothing is written yet.
    Body,
}

/// The blocks around the position, outermost first, and what is there.
pub(super) struct Around<'s> {
    pub(super) blocks: Vec<&'s Block>,
    pub(super) on: On<'s>,
}

/// A reference, as far as the step at the position.
pub(super) struct Referred {
    pub(super) root: Name,
    /// The steps up to the one that is pointed at, itself included.
    pub(super) steps: Vec<StaticStep>,
    /// Where these stand.
    pub(super) place: Place,
}

impl<'s> Spot<'s> {
    pub(super) fn find(session: &'s Session, path: &Path, (text, at): (&'s str, u32)) -> Option<Self> {
        let (sources, repository) = (session.sources(), session.repository());
        let shown = sources.display(path);
        let dir = sources.display(path.parent()?);
        let is_it = |tree: &&Tree| !tree.is_json && sources.shows(tree.file, &shown);
        if let Some(module) = repository.modules.get(dir.as_str())
            && let Some(tree) = module.trees.iter().find(is_it)
        {
            return Some(Self { dir, text, at, file: File::Module { module, tree } });
        }
        let tree_of = |root: &'s RootModule| root.variable_trees.iter().find(is_it);
        let roots: Vec<&RootModule> = repository.root_modules.iter().filter(|root| tree_of(root).is_some()).collect();
        let tree = roots.first().and_then(|root| tree_of(root))?;
        Some(Self { dir, text, at, file: File::Variables { roots, tree } })
    }

    pub(super) const fn tree(&self) -> &'s Tree {
        match self.file {
            File::Module { tree, .. } | File::Variables { tree, .. } => tree,
        }
    }

    pub(super) fn around(&self) -> Around<'s> {
        let mut blocks = Vec::new();
        let mut body: &'s Body = &self.tree().body;
        while let Some(block) = body.blocks.iter().find(|block| self.is_in(block.span)) {
            blocks.push(block);
            if self.is_in(block.header) {
                return Around { blocks, on: On::Header };
            }
            body = &block.body;
        }
        let on = match body.attributes.iter().find(|attribute| self.is_in(attribute.span)) {
            Some(attribute) if self.is_in(attribute.name_span) => On::Name(attribute),
            Some(attribute) if self.is_in(self.tree().node(attribute.value).span) => On::Value(attribute),
            _ => On::Body,
        };
        Around { blocks, on }
    }

    const fn is_in(&self, span: Span) -> bool {
        span.start <= self.at && self.at <= span.end
    }

    /// The reference at the position in an expression.
    pub(super) fn reference(&self, value: ExprId) -> Option<Referred> {
        let tree = self.tree();
        let all = tree.references(value, &[]);
        let here = all.into_iter().filter(|reference| self.is_in(tree.node(reference.whole).span));
        let Reference { root, steps, whole } = here.min_by_key(|reference| length(tree.node(reference.whole).span))?;
        let end = |step: &StaticStep| match step {
            StaticStep::Attr(_, upto) | StaticStep::Index(upto) => tree.node(*upto).span.end,
        };
        // `var` means `var.x`, and a type the resource.
        let least = if matches!(root.as_str(), "data" | "ephemeral" | "resource") { 2 } else { 1 };
        let pointed = steps.iter().position(|step| end(step) >= self.at).map_or(steps.len(), |i| i + 1);
        let steps: Vec<StaticStep> = steps.into_iter().take(pointed.max(least)).collect();
        let span = tree.node(whole).span;
        let place = tree.at(Span::new(span.start, steps.last().map_or(span.end, end)));
        Some(Referred { root, steps, place })
    }
}

const fn length(span: Span) -> u32 {
    span.end.saturating_sub(span.start)
}

impl Referred {
    /// The name of a step, if it is an attribute.
    pub(super) fn name(&self, step: usize) -> Option<Name> {
        match self.steps.get(step)? {
            StaticStep::Attr(name, _) => Some(*name),
            StaticStep::Index(_) => None,
        }
    }

    /// The names of the steps, without indexes.
    pub(super) fn names(&self) -> Vec<Name> {
        (0..self.steps.len()).filter_map(|step| self.name(step)).collect()
    }
}
