//! Values of a plan: JSON, with what is unknown and what is sensitive beside it, in the types of the schema.

use std::sync::Arc;

use ecow::EcoString;
use serde_json::Value as Json;

use crate::{
    addr::{InstanceAddr, Mode, name},
    schema,
    value::{Attribute, Because, Field, Known, Marks, Number, Step, Type, Value, convert, normalise},
};

static FALSE: Json = Json::Bool(false);

/// JSON with what a plan says of it in two texts of the same form: true stands for everything inside.
#[derive(Clone, Copy)]
pub(super) struct Planned<'j> {
    pub(super) value: &'j Json,
    pub(super) unknown: &'j Json,
    pub(super) sensitive: &'j Json,
}

impl<'j> Planned<'j> {
    /// A value all of which is known.
    pub(super) const fn known(value: &'j Json, sensitive: &'j Json) -> Self {
        Self { value, unknown: &FALSE, sensitive }
    }

    fn is_unknown(self) -> bool {
        self.unknown == &Json::Bool(true)
    }

    fn entry(self, key: &str) -> Self {
        let of = |json: &'j Json| match json {
            Json::Bool(true) => json,
            json => json.get(key).unwrap_or(&FALSE),
        };
        let value = self.value.get(key).unwrap_or(&Json::Null);
        Self { value, unknown: of(self.unknown), sensitive: of(self.sensitive) }
    }

    fn item(self, index: usize) -> Self {
        let of = |json: &'j Json| match json {
            Json::Bool(true) => json,
            json => json.get(index).unwrap_or(&FALSE),
        };
        let value = self.value.get(index).unwrap_or(&Json::Null);
        Self { value, unknown: of(self.unknown), sensitive: of(self.sensitive) }
    }

    /// The keys there are, sorted: an unknown value stands only among the unknown ones.
    fn keys(self) -> Vec<&'j str> {
        let of = |json: &'j Json| json.as_object().into_iter().flat_map(|map| map.keys().map(String::as_str));
        let mentioned = |key: &&str| self.value.get(*key).is_some() || holds_true(self.unknown.get(*key));
        let mut keys: Vec<&str> = of(self.value).chain(of(self.unknown)).filter(mentioned).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// How many elements there are.
    fn len(self) -> usize {
        let of = |json: &Json| json.as_array().map_or(0, Vec::len);
        if self.value.is_array() { of(self.value) } else { of(self.unknown) }
    }
}

fn holds_true(json: Option<&Json>) -> bool {
    match json {
        Some(Json::Bool(flag)) => *flag,
        Some(Json::Array(_) | Json::Object(_)) => true,
        _ => false,
    }
}

/// The way into a value.
#[derive(Clone, Copy)]
struct Way<'a> {
    outer: Option<&'a Way<'a>>,
    step: Option<&'a Step>,
}

impl<'a> Way<'a> {
    const START: Way<'static> = Way { outer: None, step: None };

    const fn to(&'a self, step: &'a Step) -> Self {
        Self { outer: Some(self), step: Some(step) }
    }

    fn steps(self) -> Vec<Step> {
        let mut steps = self.outer.map(|outer| outer.steps()).unwrap_or_default();
        steps.extend(self.step.cloned());
        steps
    }
}

/// The attributes of an instance; what is unknown in them is the instance's own. An attribute that the plan does not speak
/// of is not there. Null for an object that is not there.
pub(super) fn attributes(addr: &Arc<InstanceAddr>, planned: Planned<'_>) -> Value {
    if planned.value.is_null() {
        return Value::null(Type::Any);
    }
    Decoder { addr }.value(planned, &type_of(addr), Way::START)
}

/// The type of an instance's attributes; `Any` where the provider's schema is not here.
pub(super) fn type_of(addr: &InstanceAddr) -> Type {
    schema::aws().of(addr.mode, &addr.ty).map_or(Type::Any, schema::Block::ty)
}

/// A value of no certain type: a variable's.
pub(super) fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::null(Type::Any),
        Json::Bool(flag) => Value::bool(*flag),
        Json::Number(number) => number_of(number),
        Json::String(text) => Value::string(normalise(text)),
        Json::Array(items) => Value::tuple(items.iter().map(plain).collect()),
        Json::Object(map) => Value::object(map.iter().map(|(key, value)| (normalise(key), plain(value))).collect()),
    }
}

fn number_of(number: &serde_json::Number) -> Value {
    Number::parse(&number.to_string()).map_or_else(Value::error, Value::number)
}

struct Decoder<'a> {
    addr: &'a Arc<InstanceAddr>,
}

impl Decoder<'_> {
    fn value(&self, planned: Planned<'_>, ty: &Type, way: Way<'_>) -> Value {
        let value = if planned.is_unknown() { self.unknown(ty, way) } else { self.known(planned, ty, way) };
        // Terraform's own mark would make mistakes of what the provider calls sensitive.
        let sensitive = planned.sensitive == &Json::Bool(true);
        if sensitive { value.marked(Marks::HIDDEN) } else { value }
    }

    fn unknown(&self, ty: &Type, way: Way<'_>) -> Value {
        let path = way.steps();
        let identity = match path.as_slice() {
            [Step::Attr(attribute)] if *ty != Type::Bool => schema::identity_of(&self.addr.ty, attribute),
            _ => None,
        };
        let attribute = Attribute { of: Arc::clone(self.addr), path: path.into(), identity };
        let known = Known { not_null: identity.is_some(), ..Known::default() };
        let because = match self.addr.mode {
            Mode::Data => Because::Data(attribute),
            Mode::Managed | Mode::Ephemeral => Because::Attribute(attribute),
        };
        Value::unknown_with(ty.clone(), because, known)
    }

    fn known(&self, planned: Planned<'_>, ty: &Type, way: Way<'_>) -> Value {
        let is_list = planned.value.is_array() || planned.unknown.is_array();
        let is_object = planned.value.is_object() || planned.unknown.is_object();
        match ty {
            Type::List(element) if is_list => Value::list((**element).clone(), self.items(planned, element, way)),
            Type::Set(element) if is_list => Value::set((**element).clone(), self.members(planned, element, way)),
            Type::Tuple(types) if is_list => {
                let items = types.iter().enumerate().map(|(i, ty)| self.item(planned, (i, ty), way));
                Value::tuple(items.collect())
            }
            Type::Any if is_list => Value::tuple(self.items(planned, &Type::Any, way)),
            Type::Map(element) if is_object => Value::map((**element).clone(), self.entries(planned, element, way)),
            Type::Object(fields) if is_object => self.object(planned, fields, way),
            Type::Any if is_object => Value::object(self.attributes(planned, way)),
            _ if planned.value.is_null() => Value::null(ty.clone()),
            _ => {
                let value = plain(planned.value);
                convert(&value, ty).unwrap_or(value)
            }
        }
    }

    fn item(&self, planned: Planned<'_>, (i, ty): (usize, &Type), way: Way<'_>) -> Value {
        self.value(planned.item(i), ty, way.to(&Step::Index(i as u64)))
    }

    fn items(&self, planned: Planned<'_>, ty: &Type, way: Way<'_>) -> Vec<Value> {
        (0..planned.len()).map(|i| self.item(planned, (i, ty), way)).collect()
    }

    /// Elements of a set have no place of their own.
    fn members(&self, planned: Planned<'_>, ty: &Type, way: Way<'_>) -> Vec<Value> {
        (0..planned.len()).map(|i| self.value(planned.item(i), ty, way.to(&Step::Any))).collect()
    }

    fn entries(&self, planned: Planned<'_>, ty: &Type, way: Way<'_>) -> Vec<(EcoString, Value)> {
        let entry = |key: &str| {
            let step = Step::Key(normalise(key));
            (normalise(key), self.value(planned.entry(key), ty, way.to(&step)))
        };
        planned.keys().into_iter().map(entry).collect()
    }

    /// An object of no certain type.
    fn attributes(&self, planned: Planned<'_>, way: Way<'_>) -> Vec<(EcoString, Value)> {
        let entry = |key: &str| {
            let step = Step::Attr(name(key));
            (normalise(key), self.value(planned.entry(key), &Type::Any, way.to(&step)))
        };
        planned.keys().into_iter().map(entry).collect()
    }

    /// What the schema here does not have, a newer provider may.
    fn object(&self, planned: Planned<'_>, fields: &[Field], way: Way<'_>) -> Value {
        let entry = |key: &str| {
            let at = fields.binary_search_by(|field| field.name.as_str().cmp(key)).ok();
            let ty = at.and_then(|at| fields.get(at)).map_or(&Type::Any, |field| &field.ty);
            let step = Step::Attr(name(key));
            (EcoString::from(key), self.value(planned.entry(key), ty, way.to(&step)))
        };
        Value::object(planned.keys().into_iter().map(entry).collect())
    }
}

/// The attributes of an instance that the plan does not speak of: all unknown, for this reason.
pub(super) fn untold_attributes(addr: &InstanceAddr, because: &Because) -> Value {
    let Type::Object(fields) = type_of(addr) else { return Value::object(Vec::new()) };
    let entry = |field: &Field| (field.name.clone(), Value::unknown(field.ty.clone(), because.clone()));
    Value::object(fields.iter().map(entry).collect())
}
