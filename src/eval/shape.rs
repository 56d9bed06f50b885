//! The shape a resource's value has: its schema, decoded once for each type and sorted by name.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use ecow::EcoString;

use super::terraform_data;
use crate::{
    addr::{Mode, Name},
    schema::{self, Nesting},
};

/// One level of a schema.
#[derive(Debug)]
pub(super) struct Shape {
    /// Sorted by name.
    pub(super) members: Vec<(EcoString, Member)>,
}

#[derive(Debug)]
pub(super) enum Member {
    Attribute(schema::Attribute),
    Block(Nested),
}

#[derive(Debug)]
pub(super) struct Nested {
    pub(super) name: Name,
    pub(super) nesting: Nesting,
    block: schema::Block<'static>,
    shape: RefCell<Option<Rc<Shape>>>,
}

impl Nested {
    /// The shape inside; decoded when first configured.
    pub(super) fn shape(&self) -> Rc<Shape> {
        Rc::clone(self.shape.borrow_mut().get_or_insert_with(|| Rc::new(Shape::new(self.block))))
    }
}

impl Shape {
    fn new(block: schema::Block<'static>) -> Self {
        let attributes = block.attributes().map(|a| (EcoString::from(a.name.as_str()), Member::Attribute(a)));
        let blocks = block.blocks().map(|b| {
            let nested = Nested { name: b.name, nesting: b.nesting, block: b.block, shape: RefCell::new(None) };
            (EcoString::from(b.name.as_str()), Member::Block(nested))
        });
        let mut members: Vec<(EcoString, Member)> = attributes.chain(blocks).collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        Self { members }
    }

    /// Whether a name is of nested blocks with attributes that the provider fills in: it may make whole blocks, though none
    /// is configured.
    pub(super) fn computes_inside(&self, name: &str) -> bool {
        let found = self.members.binary_search_by(|(n, _)| n.as_str().cmp(name)).ok();
        match found.and_then(|at| self.members.get(at)) {
            Some((_, Member::Block(nested))) => nested.block.attributes().any(|attribute| attribute.computed),
            _ => false,
        }
    }

    pub(super) fn member(&self, name: &str) -> Option<&Member> {
        let at = self.members.binary_search_by(|(n, _)| n.as_str().cmp(name)).ok()?;
        self.members.get(at).map(|(_, member)| member)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.binary_search_by(|(n, _)| n.as_str().cmp(name)).is_ok()
    }
}

/// The shapes of all types met so far.
#[derive(Debug, Default)]
pub(super) struct Shapes(RefCell<HashMap<(Mode, Name), Found>>);

/// A shape; none where the provider's schema is not here.
type Found = Option<Rc<Shape>>;

impl Shapes {
    /// The shape of a resource or data source; `None` when its provider's schema is not here.
    pub(super) fn of(&self, mode: Mode, ty: Name) -> Option<Rc<Shape>> {
        let mut shapes = self.0.borrow_mut();
        let shape = shapes.entry((mode, ty)).or_insert_with(|| {
            if mode == Mode::Managed && ty == terraform_data::TYPE {
                return Some(Rc::new(terraform_data::shape()));
            }
            let block = match mode {
                Mode::Data => schema::aws().data_source(&ty),
                Mode::Managed => schema::aws().resource(&ty),
                Mode::Ephemeral => schema::aws().ephemeral_resource(&ty),
            };
            block.map(|block| Rc::new(Shape::new(block)))
        });
        shape.clone()
    }
}
