//! The shape a resource's value has: its schema, decoded once for each type and sorted by name, with everything that
//! is the same for all instances of the type.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use ecow::EcoString;
use foldhash::fast::FixedState;

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
    /// Attributes that turn out to have the value of an argument when that is configured, and those arguments.
    pub(super) aliases: Vec<(Name, &'static str)>,
    /// Attributes that are sensitive whatever their value.
    pub(super) secrets: Vec<Name>,
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
    ty: Name,
    /// The blocks around it, each with a dot behind.
    path: String,
    /// What the provider plans for attributes of the resource that are not configured, by their dotted paths.
    planned: Rc<[(&'static str, Value)]>,
}

impl Level {
    /// A whole resource.
    fn of(mode: Mode, ty: Name) -> Self {
        let managed = (mode == Mode::Managed).then(|| schema::defaults(&ty));
        let planned = managed.into_iter().flatten().filter(|(_, default)| default.by == DefaultBy::Provider);
        Self { ty, path: String::new(), planned: planned.map(|(path, default)| (path, default.value)).collect() }
    }

    /// The level inside a nested block.
    fn inside(&self, block: Name) -> Self {
        Self { ty: self.ty, path: format!("{}{block}.", self.path), planned: Rc::clone(&self.planned) }
    }

    fn planned(&self, attribute: Name) -> Option<&Value> {
        let is_of = |path: &str| path.strip_prefix(self.path.as_str()) == Some(attribute.as_str());
        self.planned.iter().find(|(path, _)| is_of(path)).map(|(_, value)| value)
    }
}

impl Nested {
    fn new(level: &Level, nested: schema::NestedBlock<'static>) -> Self {
        let level = level.inside(nested.name);
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
        let planned = level.planned(schema.name);
        let default = planned.map(|value| convert(value, &schema.ty).unwrap_or_else(|_| value.clone()));
        let identity = (top && schema.ty != Type::Bool).then(|| schema::identity_of(&level.ty, &schema.name)).flatten();
        Self { path: Arc::new([Step::Attr(schema.name)]), schema, default, identity }
    }
}

impl Shape {
    fn new(level: &Level, block: schema::Block<'static>) -> Self {
        let arguments = block.attributes().map(|attribute| argument(level, attribute));
        let blocks = block.blocks().map(|nested| {
            let name = nested.name;
            Member { name, key: name.as_str().into(), content: Content::Block(Nested::new(level, nested)) }
        });
        Self::sorted(level, arguments.chain(blocks).collect())
    }

    fn sorted(level: &Level, mut members: Vec<Member>) -> Self {
        members.sort_by_key(|member| member.name);
        let names = members.iter().map(|member| member.name).filter(|_| level.path.is_empty());
        let aliases = names.filter_map(|name| Some((name, schema::alias_of(&level.ty, &name)?))).collect();
        let is_secret = |member: &&Member| matches!(&member.content, Content::Argument(of) if of.schema.sensitive);
        let secrets = members.iter().filter(is_secret).map(|member| member.name).collect();
        Self { members, aliases, secrets }
    }

    /// The shape of a managed resource of which these are all attributes.
    pub(super) fn of_attributes(ty: Name, attributes: impl IntoIterator<Item = schema::Attribute>) -> Self {
        let level = Level::of(Mode::Managed, ty);
        Self::sorted(&level, attributes.into_iter().map(|attribute| argument(&level, attribute)).collect())
    }

    pub(super) fn member(&self, name: &str) -> Option<&Member> {
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
    static SHAPES: RefCell<HashMap<(Mode, Name), Found, FixedState>> = RefCell::default();
}

/// The shape of a resource or data source; `None` when its provider's schema is not here.
pub(super) fn shape_of(mode: Mode, ty: Name) -> Option<Rc<Shape>> {
    SHAPES.with_borrow_mut(|shapes| shapes.entry((mode, ty)).or_insert_with(|| decoded(mode, ty)).clone())
}

/// The shape by an imported schema.
pub(super) fn shape_by(provider: &'static schema::Provider, mode: Mode, ty: Name) -> Option<Rc<Shape>> {
    thread_local! {
        static SHAPES: RefCell<HashMap<(usize, Mode, Name), Found, FixedState>> = RefCell::default();
    }
    // Imported schemas stay where they are as long as the program runs.
    let key = (std::ptr::from_ref(provider).addr(), mode, ty);
    let made = || provider.of(mode, &ty).map(|block| Rc::new(Shape::new(&Level::of(mode, ty), block)));
    SHAPES.with_borrow_mut(|shapes| shapes.entry(key).or_insert_with(made).clone())
}

fn decoded(mode: Mode, ty: Name) -> Found {
    if mode == Mode::Managed && ty == terraform_data::TYPE {
        return Some(Rc::new(terraform_data::shape()));
    }
    schema::aws().of(mode, &ty).map(|block| Rc::new(Shape::new(&Level::of(mode, ty), block)))
}
