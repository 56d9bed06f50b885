//! Blocks: arguments, nested blocks and dynamic blocks, in the shape of the schema.

use ecow::EcoString;

use super::{
    Context,
    expr::{Eval, Frame, Scope},
    resource::Owner,
    shape::{Argument, Content, Nested, Shape},
};
use crate::{
    addr::{Mode, Name, name},
    config::{self, Body, Expr, Module},
    schema::Nesting,
    source::Place,
    value::{Because, Field, Hop, Known, Marks, Origin, Step, Type, Value, What, convert},
};

/// The names dynamic blocks around a body bind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Iterators<'a>(Option<&'a Frame<'a>>);

impl Iterators<'_> {
    pub(super) const NONE: Iterators<'static> = Iterators(None);
}

/// The way from a resource to a part of it: the steps are where the blocks around the part are evaluated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    outer: Option<&'a Way<'a>>,
    step: Option<&'a Step>,
}

impl<'a> Way<'a> {
    /// To the resource itself.
    pub(super) const START: Way<'static> = Way { outer: None, step: None };

    const fn to(&'a self, step: &'a Step) -> Self {
        Self { outer: Some(self), step: Some(step) }
    }

    pub(super) fn is_one_step(self) -> bool {
        self.outer.is_some_and(|outer| outer.step.is_none())
    }

    pub(super) fn steps(self) -> Vec<Step> {
        let mut steps = self.outer.map(|outer| outer.steps()).unwrap_or_default();
        steps.extend(self.step.cloned());
        steps
    }
}

/// Evaluates the bodies of one block and of everything inside it.
#[derive(Clone, Copy)]
pub(super) struct Bodies<'a, 's> {
    pub(super) cx: &'a Context<'s>,
    pub(super) scope: &'a dyn Scope,
    pub(super) module: &'a Module,
    pub(super) owner: &'a Owner<'a>,
}

/// One nested block as configured: its content with the iterators that hold there, or an unknown number of them.
enum Configured<'a> {
    Block(&'a config::Block, Option<DynamicItem>),
    Unknown(Value),
}

/// The element a dynamic block's content is evaluated for.
struct DynamicItem {
    iterator: Name,
    value: Value,
}

impl<'a> Bodies<'a, '_> {
    fn value(&self, expr: Expr, iterators: Iterators<'_>) -> Value {
        let tree = self.module.tree(expr);
        Eval { cx: self.cx, scope: self.scope, tree, frame: iterators.0, element: None }.expr(expr.id)
    }

    /// An argument's value, with the argument as the nearest hop of its origin.
    fn argument(&self, attribute: &config::Attribute, iterators: Iterators<'_>) -> Value {
        let value = self.value(attribute.value, iterators);
        let at = self.module.place(attribute.value);
        let hop = Hop { what: What::Attribute, at, name: attribute.name_at, next: value.origin };
        value.with_origin(self.cx.origins.push(hop))
    }

    /// An argument converted to the type the schema wants.
    fn typed(&self, attribute: &config::Attribute, ty: &Type, iterators: Iterators<'_>) -> Value {
        let value = self.argument(attribute, iterators);
        convert(&value, ty).unwrap_or_else(|error| {
            let path = path_text(&error.path);
            let of = if path.is_empty() {
                String::new()
            } else {
                format!("attribute \"{}\": ", path.trim_start_matches('.'))
            };
            let detail = format!("Inappropriate value for attribute \"{}\": {of}{}.", attribute.name, error.message);
            self.cx.error("Incorrect attribute value type", detail, self.module.place(attribute.value));
            Value::error()
        })
    }

    /// A body in the shape of its schema: every member is there, in order of name.
    pub(super) fn shaped(&self, shape: &Shape, body: &Body, iterators: Iterators<'_>, way: Way<'_>) -> Value {
        let mut entries = Vec::with_capacity(shape.members.len());
        let mut known = 0;
        for member in &shape.members {
            let step = Step::Attr(member.name);
            let way = way.to(&step);
            let value = match &member.content {
                Content::Argument(argument) => match body.attribute_of(member.name) {
                    Some(configured) => {
                        known += 1;
                        self.configured(argument, configured, iterators, way)
                    }
                    None => self
                        .attribute_as_blocks(&argument.schema, body, iterators)
                        .unwrap_or_else(|| self.owner.unset(argument, way)),
                },
                Content::Block(nested) => self.nested(nested, body, iterators, way),
            };
            entries.push((member.key.clone(), value));
        }
        let rest = self.owner.rest(way);
        if known == body.attributes.len() {
            return Value::ordered_object(entries, rest);
        }
        for extra in body.attributes.iter().filter(|a| !shape.has(&a.name)) {
            entries.push((extra.name.as_str().into(), self.argument(extra, iterators)));
        }
        Value::open_object(entries, rest)
    }

    /// A configured argument; null counts as not configured, but remembers how it became null.
    fn configured(
        &self,
        argument: &Argument,
        configured: &config::Attribute,
        iterators: Iterators<'_>,
        way: Way<'_>,
    ) -> Value {
        let attribute = &argument.schema;
        let value = self.typed(configured, &attribute.ty, iterators);
        if !attribute.write_only && self.owner.addr.mode != Mode::Ephemeral && value.deep_marks().has(Marks::EPHEMERAL)
        {
            let detail = format!(
                "Ephemeral values are not valid for \"{}\", because it is not a write-only attribute and must be persisted to state.",
                attribute.name
            );
            self.cx.error("Invalid use of ephemeral value", detail, self.module.place(configured.value));
        }
        if !value.is_null() {
            return value;
        }
        let unset = self.owner.unset(argument, way);
        let what = self.cx.origins.first(unset.origin).map_or(What::NotConfigured, |hop| hop.what);
        let at = self.module.place(configured.value);
        let next = self.cx.origins.first(value.origin).map_or(Origin::NONE, |hop| hop.next);
        let hop = Hop { what, at, name: configured.name_at, next };
        unset.with_origin(self.cx.origins.push(hop)).marked(value.marks)
    }

    /// Some attributes of objects may be written as blocks (`ingress` of a security group).
    fn attribute_as_blocks(
        &self,
        attribute: &crate::schema::Attribute,
        body: &Body,
        iterators: Iterators<'_>,
    ) -> Option<Value> {
        let (Type::List(element) | Type::Set(element)) = &attribute.ty else { return None };
        let Type::Object(fields) = &**element else { return None };
        let blocks = self.blocks(body, attribute.name, iterators);
        if blocks.is_empty() {
            return None;
        }
        let items: Vec<Value> = blocks
            .iter()
            .map(|configured| match configured {
                Configured::Block(block, item) => self.in_block(item.as_ref(), iterators, |iterators| {
                    Value::object(fields.iter().map(|field| self.field(field, &block.body, iterators)).collect())
                }),
                Configured::Unknown(value) => value.clone(),
            })
            .collect();
        convert(&Value::tuple(items), &attribute.ty).ok()
    }

    fn field(&self, field: &Field, body: &Body, iterators: Iterators<'_>) -> (EcoString, Value) {
        let value = match body.attribute(&field.name) {
            Some(attribute) => self.typed(attribute, &field.ty, iterators),
            None => zero(&field.ty),
        };
        (field.name.clone(), value)
    }

    /// All nested blocks of one type, dynamic ones unrolled.
    fn blocks<'b>(&self, body: &'b Body, ty: Name, iterators: Iterators<'_>) -> Vec<Configured<'b>> {
        let mut out = Vec::new();
        for block in &body.blocks {
            if block.ty == ty {
                out.push(Configured::Block(block, None));
            } else if block.ty == "dynamic" && block.labels.first().is_some_and(|(label, _)| *label == ty) {
                self.unroll(block, iterators, &mut out);
            }
        }
        out
    }

    fn unroll<'b>(&self, block: &'b config::Block, iterators: Iterators<'_>, out: &mut Vec<Configured<'b>>) {
        let Some(for_each) = block.body.attribute("for_each") else {
            let detail = "The argument \"for_each\" is required, but no definition was found.";
            return self.cx.error("Missing required argument", detail, block.header);
        };
        if let Some(labels) = block.body.attribute("labels") {
            let detail = "An argument named \"labels\" is not expected here: blocks of this type have no labels.";
            self.cx.error("Unsupported argument", detail, labels.name_at);
        }
        let Some(content) = block.body.blocks_of("content").next() else {
            let detail = "A dynamic block must have a nested block of type \"content\" to describe the body of each generated block.";
            return self.cx.error("Missing dynamic content block", detail, block.header);
        };
        let iterator = block.labels.first().map(|(label, _)| *label).unwrap_or_default();
        let iterator = block.body.attribute("iterator").and_then(|a| self.keyword(a.value)).unwrap_or(iterator);
        let collection = self.value(for_each.value, iterators);
        let at = self.module.place(for_each.value);
        let tree = self.module.tree(for_each.value);
        let eval = Eval { cx: self.cx, scope: self.scope, tree, frame: iterators.0, element: None };
        if collection.is_null() {
            let detail = "Cannot use a null value in for_each.";
            return self.cx.error("Invalid dynamic for_each value", detail, at);
        }
        if collection.is_known() && collection.items().is_none() && collection.entries().is_none() {
            let ty = collection.ty().friendly_name();
            let detail = format!("Cannot use a {ty} value in for_each. An iterable collection is required.");
            return self.cx.error("Invalid dynamic for_each value", detail, at);
        }
        let Some(elements) = super::iteration::elements(&eval, &collection, at) else {
            return out.push(Configured::Unknown(collection));
        };
        if !self.cx.may_unroll(elements.len(), at) {
            return out.push(Configured::Unknown(Value::error()));
        }
        for (key, value) in elements {
            let value = Value::object(vec![("key".into(), key), ("value".into(), value)]);
            out.push(Configured::Block(content, Some(DynamicItem { iterator, value })));
        }
    }

    /// An expression that is a bare name.
    fn keyword(&self, expr: Expr) -> Option<Name> {
        match self.module.tree(expr).kind(expr.id) {
            crate::syntax::ExprKind::Name(name) => Some(name),
            // In quotes it is a mistake that has been told, or JSON.
            crate::syntax::ExprKind::String(text) => Some(name(self.module.tree(expr).str(text))),
            _ => None,
        }
    }

    fn in_block(
        &self,
        item: Option<&DynamicItem>,
        outer: Iterators<'_>,
        work: impl FnOnce(Iterators<'_>) -> Value,
    ) -> Value {
        match item {
            None => work(outer),
            Some(item) => {
                let frame = Frame { key: None, value: (item.iterator, item.value.clone()), outer: outer.0 };
                work(Iterators(Some(&frame)))
            }
        }
    }

    fn nested(&self, nested: &Nested, body: &Body, iterators: Iterators<'_>, way: Way<'_>) -> Value {
        let blocks = self.blocks(body, nested.name, iterators);
        if blocks.is_empty()
            && let Some(attribute) = body.attribute_of(nested.name)
        {
            return self.block_as_argument(nested, attribute, iterators, way);
        }
        if blocks.is_empty() {
            return nested.absent.clone().with_origin(self.owner.not_configured);
        }
        let shape = nested.shape();
        let mut items = Vec::with_capacity(blocks.len());
        let mut doubt = None;
        for (i, configured) in blocks.iter().enumerate() {
            match configured {
                Configured::Block(block, item) => {
                    let step = Step::Index(i as u64);
                    let way = match nested.nesting {
                        Nesting::Single | Nesting::Group => way,
                        _ => way.to(&step),
                    };
                    let value = self.in_block(item.as_ref(), iterators, |iterators| {
                        self.shaped(shape, &block.body, iterators, way)
                    });
                    items.push(value.with_origin(self.block_origin(block.header)));
                }
                Configured::Unknown(collection) => doubt = Some(collection.clone()),
            }
        }
        let labels = blocks.iter().filter_map(|b| match b {
            Configured::Block(block, _) => block.labels.first().map(|(label, _)| *label),
            Configured::Unknown(_) => None,
        });
        match doubt {
            Some(collection) => in_doubt(collection, items),
            None => assembled(nested, items, labels.collect()),
        }
    }

    /// In JSON a block is a property like any other: one object, or a list of them.
    fn block_as_argument(
        &self,
        nested: &Nested,
        attribute: &config::Attribute,
        iterators: Iterators<'_>,
        way: Way<'_>,
    ) -> Value {
        let value = self.argument(attribute, iterators);
        let origin = value.origin;
        let items = match value.items() {
            Some(items) => items.to_vec(),
            None if value.is_null() => return nested.absent.clone().with_origin(origin),
            None if !value.is_known() => return in_doubt(value, Vec::new()),
            None => vec![value],
        };
        let shape = nested.shape();
        let shaped = items.iter().enumerate().map(|(i, item)| {
            let step = Step::Index(i as u64);
            self.object_in_shape(shape, item, way.to(&step))
        });
        assembled(nested, shaped.collect(), Vec::new()).with_origin(origin)
    }

    fn object_in_shape(&self, shape: &Shape, object: &Value, way: Way<'_>) -> Value {
        let entries = shape.members.iter().map(|member| {
            let step = Step::Attr(member.name);
            let way = way.to(&step);
            let given = object.get(&member.name).filter(|value| !value.is_null());
            let value = match (&member.content, given) {
                (Content::Argument(argument), Some(value)) => {
                    convert(value, &argument.schema.ty).unwrap_or_else(|_| value.clone())
                }
                (Content::Argument(argument), None) => self.owner.unset(argument, way),
                (Content::Block(nested), Some(value)) => {
                    let items = value.items().map_or_else(|| vec![value.clone()], <[Value]>::to_vec);
                    let inner = nested.shape();
                    let shaped = items.iter().map(|item| self.object_in_shape(inner, item, way));
                    assembled(nested, shaped.collect(), Vec::new()).with_origin(value.origin)
                }
                (Content::Block(nested), None) => nested.absent.clone().with_origin(self.owner.not_configured),
            };
            (member.key.clone(), value)
        });
        Value::object(entries.collect()).with_origin(object.origin)
    }

    fn block_origin(&self, header: Place) -> Origin {
        self.cx.origins.push(Hop { what: What::Block, at: header, name: header, next: Origin::NONE })
    }

    /// A body whose schema is not here: arguments as they are, blocks of a type as a list.
    pub(super) fn plain(&self, body: &Body, iterators: Iterators<'_>, way: Way<'_>) -> Value {
        let mut entries: Vec<(EcoString, Value)> = Vec::new();
        for attribute in &body.attributes {
            entries.push((attribute.name.as_str().into(), self.argument(attribute, iterators)));
        }
        let mut types: Vec<Name> = body.blocks.iter().filter_map(config::Block::generated_type).collect();
        types.sort_unstable();
        types.dedup();
        for ty in types {
            let step = Step::Attr(ty);
            let way = way.to(&step);
            let mut items = Vec::new();
            let mut doubt = None;
            for configured in self.blocks(body, ty, iterators) {
                match configured {
                    Configured::Block(block, item) => items.push(
                        self.in_block(item.as_ref(), iterators, |iterators| self.plain(&block.body, iterators, way))
                            .with_origin(self.block_origin(block.header)),
                    ),
                    Configured::Unknown(collection) => doubt = Some(collection),
                }
            }
            let value = match doubt {
                Some(collection) => in_doubt(collection, items),
                None => Value::tuple(items),
            };
            entries.push((ty.as_str().into(), value));
        }
        Value::open_object(entries, Some(self.owner.because(&Type::Any, way.steps().into())))
    }
}

/// What the provider plans for an attribute that is left out of a block that is an attribute of objects.
fn zero(ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::bool(false),
        Type::Number => Value::int(0),
        Type::String => Value::string(""),
        Type::List(element) => Value::list((**element).clone(), Vec::new()),
        Type::Set(element) => Value::set((**element).clone(), Vec::new()),
        Type::Map(element) => Value::map((**element).clone(), Vec::new()),
        Type::Any | Type::Tuple(_) | Type::Object(_) => Value::null(ty.clone()),
    }
}

fn assembled(nested: &Nested, mut items: Vec<Value>, labels: Vec<Name>) -> Value {
    let origin = items.first().map(|item| item.origin).unwrap_or_default();
    let element = Type::Any;
    let value = match nested.nesting {
        Nesting::Single | Nesting::Group => items.pop().unwrap_or_else(|| nested.absent.clone()),
        Nesting::List => Value::list(element, items),
        Nesting::Set => Value::set(element, items),
        Nesting::Map => Value::map(element, labels.iter().map(|l| EcoString::from(l.as_str())).zip(items).collect()),
    };
    value.with_origin(origin)
}

/// Blocks of which there may be any number more, as a dynamic block over an unknown collection makes them.
fn in_doubt(collection: Value, items: Vec<Value>) -> Value {
    let low = items.len() as u64;
    let more = collection.length_range().unwrap_or(crate::value::Range::ANY);
    let range = crate::value::Range { low: low + more.low, high: more.high.map(|high| high + low) };
    let known = Known { not_null: true, range: Some(range), alias: None };
    let origin = collection.origin;
    let members: Vec<Value> = std::iter::once(collection).chain(items).collect();
    Value::unknown_with(Type::list(Type::Any), Because::Call(name("dynamic"), members.into()), known)
        .with_origin(origin)
}

/// `.a[0]["k"]`: how messages name a part.
pub(super) fn path_text(path: &[Step]) -> String {
    path.iter().fold(String::new(), |mut out, step| {
        match step {
            Step::Attr(name) => {
                out.push('.');
                out.push_str(name);
            }
            Step::Index(i) => out.push_str(&format!("[{i}]")),
            Step::Key(key) => out.push_str(&format!("[\"{key}\"]")),
            Step::Any => out.push_str("[?]"),
        }
        out
    })
}
