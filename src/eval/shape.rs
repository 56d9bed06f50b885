//! The shape a resource's value has: its schema, decoded once for each type and sorted by name, with everything that
//! is the same for all instances of the type.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use ecow::EcoString;

use super::terraform_data;
use crate::{
    addr::{Mode, Name},
    schema::{self, DefaultBy, Nesting},
    value::{IdentityClass, Step, Type, Value, convert},
};

/// One level of a schema.
#[derive(Debug)]
pub(super) struct Shape {
    /// Sorted by name.
    pub(super) members: Vec<Member>,
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: Name,
    /// The name as the key it is in values.
    pub(super) key: EcoString,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Argument(Argument),
    Block(Nested),
}

/// An attribute, and what it comes to where it is not configured.
#[derive(Debug)]
pub(super) struct Argument {
    pub(super) schema: schema::Attribute,
    /// What the provider plans.
    pub(super) default: Option<Value>,
    /// Which identity of the instance it is.
    pub(super) identity: Option<IdentityClass>,
    /// The argument whose value it turns out to have when that is configured.
    pub(super) alias: Option<&'static str>,
    /// The steps to it, where it stands in no block.
    pub(super) path: Arc<[Step]>,
}

#[derive(Debug)]
pub(super) struct Nested {
    pub(super) name: Name,
    pub(super) nesting: Nesting,
    /// What it is when no such block is configured.
    pub(super) absent: Value,
    block: schema::Block<'static>,
    level: Level,
    shape: OnceCell<Rc<Shape>>,
}

/// Where a level of a schema is.
#[derive(Clone, Debug)]
struct Level {
    mode: Mode,
    ty: Name,
    /// The blocks around it, each with a dot behind.
    path: String,
}

impl Nested {
    fn new(level: &Level, nested: schema::NestedBlock<'static>) -> Self {
        let level = Level { path: format!("{}{}.", level.path, nested.name), ..level.clone() };
        let absent = absent(nested.nesting);
        Self { name: nested.name, nesting: nested.nesting, absent, block: nested.block, level, shape: OnceCell::new() }
    }

    /// The shape inside; decoded when first configured.
    pub(super) fn shape(&self) -> &Rc<Shape> {
        self.shape.get_or_init(|| Rc::new(Shape::new(&self.level, self.block)))
    }
}

/// What a nested block is that is not configured.
fn absent(nesting: Nesting) -> Value {
    match nesting {
        Nesting::Single | Nesting::Group => Value::null(Type::Any),
        Nesting::List => Value::list(Type::Any, Vec::new()),
        Nesting::Set => Value::set(Type::Any, Vec::new()),
        Nesting::Map => Value::map(Type::Any, Vec::new()),
    }
}

impl Argument {
    fn new(level: &Level, schema: schema::Attribute) -> Self {
        let top = level.path.is_empty();
        let default = (level.mode == Mode::Managed).then(|| planned(level, &schema)).flatten();
        let identity = (top && schema.ty != Type::Bool).then(|| schema::identity_of(&level.ty, &schema.name)).flatten();
        let alias = top.then(|| schema::alias_of(&level.ty, &schema.name)).flatten();
        Self { path: Arc::new([Step::Attr(schema.name)]), schema, default, identity, alias }
    }
}

/// What the provider plans for an attribute that is not configured.
fn planned(level: &Level, attribute: &schema::Attribute) -> Option<Value> {
    let default = schema::default_of(&level.ty, &format!("{}{}", level.path, attribute.name))?;
    if default.by != DefaultBy::Provider {
        return None;
    }
    Some(convert(&default.value, &attribute.ty).unwrap_or(default.value))
}

impl Shape {
    fn new(level: &Level, block: schema::Block<'static>) -> Self {
        let arguments = block.attributes().map(|attribute| argument(level, attribute));
        let blocks = block.blocks().map(|nested| {
            let name = nested.name;
            Member { name, key: name.as_str().into(), content: Content::Block(Nested::new(level, nested)) }
        });
        let mut members: Vec<Member> = arguments.chain(blocks).collect();
        members.sort_by_key(|member| member.name);
        Self { members }
    }

    /// The shape of a managed resource of which these are all attributes.
    pub(super) fn of_attributes(ty: Name, attributes: impl IntoIterator<Item = schema::Attribute>) -> Self {
        let level = Level { mode: Mode::Managed, ty, path: String::new() };
        let mut members: Vec<Member> = attributes.into_iter().map(|attribute| argument(&level, attribute)).collect();
        members.sort_by_key(|member| member.name);
        Self { members }
    }

    fn member(&self, name: &str) -> Option<&Member> {
        let at = self.members.binary_search_by(|member| member.name.as_str().cmp(name)).ok()?;
        self.members.get(at)
    }

    /// Whether a name is of nested blocks with attributes that the provider fills in: it may make whole blocks, though none
    /// is configured.
    pub(super) fn computes_inside(&self, name: &str) -> bool {
        match self.member(name).map(|member| &member.content) {
            Some(Content::Block(nested)) => nested.block.attributes().any(|attribute| attribute.computed),
            _ => false,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.member(name).is_some()
    }

    /// Attributes that may turn out to have the value of an argument, and those arguments.
    pub(super) fn aliases(&self) -> impl Iterator<Item = (Name, &'static str)> {
        self.members.iter().filter_map(|member| match &member.content {
            Content::Argument(argument) => Some((member.name, argument.alias?)),
            Content::Block(_) => None,
        })
    }
}

fn argument(level: &Level, attribute: schema::Attribute) -> Member {
    let name = attribute.name;
    Member { name, key: name.as_str().into(), content: Content::Argument(Argument::new(level, attribute)) }
}

/// A shape; none where the provider's schema is not here.
type Found = Option<Rc<Shape>>;

thread_local! {
    /// The shapes of all types met so far. Each thread has its own: what many instances refer to is counted often, and
    /// threads that count the same thing wait for each other.
    static SHAPES: RefCell<HashMap<(Mode, Name), Found>> = RefCell::default();
}

/// The shape of a resource or data source; `None` when its provider's schema is not here.
pub(super) fn shape_of(mode: Mode, ty: Name) -> Option<Rc<Shape>> {
    SHAPES.with_borrow_mut(|shapes| shapes.entry((mode, ty)).or_insert_with(|| decoded(mode, ty)).clone())
}

fn decoded(mode: Mode, ty: Name) -> Found {
    if mode == Mode::Managed && ty == terraform_data::TYPE {
        return Some(Rc::new(terraform_data::shape()));
    }
    let block = match mode {
        Mode::Data => schema::aws().data_source(&ty),
        Mode::Managed => schema::aws().resource(&ty),
        Mode::Ephemeral => schema::aws().ephemeral_resource(&ty),
    };
    let level = Level { mode, ty, path: String::new() };
    block.map(|block| Rc::new(Shape::new(&level, block)))
}
