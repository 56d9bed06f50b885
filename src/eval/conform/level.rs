//! One level of a schema: of a provider, or of what Terraform itself brings.

use super::fixed::Fixed;
use crate::{
    addr::Name,
    schema::{self, Nesting},
    value::Type,
};

/// What a body may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Level {
    Of(schema::Block<'static>),
    Fixed(&'static Fixed),
}

/// What is known of an argument.
#[derive(Debug)]
pub(super) struct Argument {
    pub(super) ty: Type,
    pub(super) required: bool,
    pub(super) optional: bool,
    pub(super) computed: bool,
    pub(super) deprecated: bool,
}

/// A type of nested blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nested {
    pub(super) name: Name,
    pub(super) nesting: Nesting,
    pub(super) min: u32,
    /// 0 means unbounded.
    pub(super) max: u32,
    pub(super) level: Level,
}

impl From<schema::NestedBlock<'static>> for Nested {
    fn from(of: schema::NestedBlock<'static>) -> Self {
        let (min, max) = (of.min_items, of.max_items);
        Self { name: of.name, nesting: of.nesting, min, max, level: Level::Of(of.block) }
    }
}

impl Level {
    pub(super) fn argument(self, name: &str) -> Option<Argument> {
        match self {
            Self::Of(block) => block.attribute(name).map(|a| Argument {
                ty: a.ty,
                required: a.required,
                optional: a.optional,
                computed: a.computed,
                deprecated: a.deprecated,
            }),
            Self::Fixed(fixed) => fixed.argument(name),
        }
    }

    pub(super) fn nested(self, name: &str) -> Option<Nested> {
        match self {
            Self::Of(block) => block.block(name).map(Nested::from),
            Self::Fixed(fixed) => fixed.nested(name),
        }
    }

    /// All types of nested blocks, sorted by name.
    pub(super) fn all_nested(self) -> Vec<Nested> {
        match self {
            Self::Of(block) => block.blocks().map(Nested::from).collect(),
            Self::Fixed(_) => Vec::new(),
        }
    }

    pub(super) fn is_deprecated(self) -> bool {
        matches!(self, Self::Of(block) if block.is_deprecated())
    }

    /// The arguments that must be given.
    pub(super) fn required(self) -> Vec<Name> {
        match self {
            Self::Of(block) => block.required().collect(),
            Self::Fixed(fixed) => fixed.required(),
        }
    }

    /// The names of arguments.
    pub(super) fn arguments(self) -> Vec<&'static str> {
        match self {
            Self::Of(block) => block.attribute_names().collect(),
            Self::Fixed(fixed) => fixed.names(),
        }
    }

    /// The names of nested blocks.
    pub(super) fn blocks(self) -> Vec<&'static str> {
        match self {
            Self::Of(block) => block.block_names().collect(),
            Self::Fixed(fixed) => fixed.block_names(),
        }
    }
}
