//! What a plan says beside the configuration: values of variables, attributes of resources and of data sources that were
//! read, keys of instances. The configuration says where things come from, the plan what they come to.

use std::{collections::HashMap, sync::Arc};

use ecow::EcoString;

use super::{
    expansion::{Each, Expansion, Item},
    node::Root,
};
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, Name},
    value::{
        Because, Hop, Kind, Mapping, Origin, Origins, Sequence, Step, Truth, Type, Value, What, convert, decode_json,
        equals,
    },
};

/// What a plan says of one root module.
#[derive(Debug, Default)]
pub struct Facts {
    /// The root module's variables.
    pub variables: HashMap<Name, Value>,
    /// Objects that have the attributes the plan speaks of. What the plan does not know is unknown in them.
    pub instances: HashMap<InstanceAddr, Value>,
    /// The keys of all instances that there are after the apply; nothing where the plan does not tell of all.
    pub keys: Option<Keys>,
}

/// Instance keys, sorted.
#[derive(Debug, Default)]
pub struct Keys {
    pub resources: HashMap<(ModulePath, Mode, Name, Name), Vec<InstanceKey>>,
    pub modules: HashMap<(ModulePath, Name), Vec<InstanceKey>>,
}

impl Keys {
    /// Takes note of an instance and of the module instances around it.
    pub fn add(&mut self, addr: &InstanceAddr) {
        let resource = (addr.module.clone(), addr.mode, addr.ty, addr.name);
        insert(self.resources.entry(resource).or_default(), &addr.key);
        let mut around = ModulePath::default();
        for (call, key) in &addr.module.0 {
            insert(self.modules.entry((around.clone(), *call)).or_default(), key);
            around = around.child(*call, key.clone());
        }
    }
}

fn insert(keys: &mut Vec<InstanceKey>, key: &InstanceKey) {
    if let Err(at) = keys.binary_search(key) {
        keys.insert(at, key.clone());
    }
}

impl Root<'_> {
    /// A variable of the root module with the value it has in the plan.
    pub(super) fn as_planned(&self, name: Name, value: Value, declared: (&Type, crate::source::Place)) -> Value {
        let Some(planned) = self.facts.and_then(|facts| facts.variables.get(&name)) else { return value };
        let Ok(planned) = convert(planned, declared.0) else { return value };
        if value.is_wholly_known() && equals(&value, &planned) == Truth::True {
            return value;
        }
        let hop = Hop { what: What::Plan, at: declared.1, name: declared.1, next: Origin::NONE };
        planned.marked(value.marks).with_origin(self.cx.origins.push(hop))
    }

    /// The attributes of an instance with what the plan knows of them.
    pub(super) fn with_planned(&self, addr: &InstanceAddr, value: Value) -> Value {
        match self.facts.and_then(|facts| facts.instances.get(addr)) {
            Some(planned) => Joining { origins: &self.cx.origins }.object(value, planned),
            None => value,
        }
    }

    /// The instances of a resource whose `count` or `for_each` is not known, as the plan has them.
    pub(super) fn with_planned_resources(&self, of: (ModulePath, Mode, Name, Name), expansion: Expansion) -> Expansion {
        if expansion.unknown.is_none() || of.1 != Mode::Managed {
            return expansion;
        }
        let keys = self.facts.and_then(|facts| facts.keys.as_ref());
        let found = keys.map(|keys| keys.resources.get(&of).cloned().unwrap_or_default());
        expanded(expansion, found)
    }

    /// The same of a module call. A module without any resource is in no plan.
    pub(super) fn with_planned_calls(&self, of: (ModulePath, Name), expansion: Expansion) -> Expansion {
        if expansion.unknown.is_none() {
            return expansion;
        }
        let keys = self.facts.and_then(|facts| facts.keys.as_ref());
        expanded(expansion, keys.and_then(|keys| keys.modules.get(&of).cloned()))
    }
}

fn expanded(expansion: Expansion, keys: Option<Vec<InstanceKey>>) -> Expansion {
    let (Some(keys), Some(collection)) = (keys, expansion.unknown.clone()) else { return expansion };
    let items: Vec<Item> = keys.into_iter().filter_map(|key| item(key, &collection)).collect();
    let range = crate::value::Range::exactly(items.len() as u64);
    Expansion { items, unknown: None, range, ..expansion }
}

/// An instance of a collection of which only the keys are known.
fn item(key: InstanceKey, collection: &Value) -> Option<Item> {
    let each = match &key {
        InstanceKey::Index(index) => {
            Each { count_index: Some(Value::counted(i64::try_from(*index).ok()?)), key_value: None }
        }
        InstanceKey::Key(text) => {
            let (ty, step) = match collection.ty() {
                Type::Set(_) => (None, Step::Any),
                Type::Map(element) => (Some((*element).clone()), Step::Key(text.clone())),
                _ => (Some(Type::Any), Step::Key(text.clone())),
            };
            let key = Value::string(text.clone()).with_origin(collection.origin);
            let part = |ty| Value::unknown(ty, Because::Part(collection.clone(), step)).with_origin(collection.origin);
            Each { count_index: None, key_value: Some((key.clone(), ty.map_or(key, part))) }
        }
        InstanceKey::None | InstanceKey::Unknown => return None,
    };
    Some(Item { key, each, doubt: None, repeat: 0 })
}

/// Elements of a set that are compared with each other; beyond it a set is taken as the plan has it.
const MAX_PAIRED: usize = 256;

/// Joins what the configuration comes to with what the plan knows.
struct Joining<'a> {
    origins: &'a Origins,
}

impl Joining<'_> {
    /// Attributes the plan does not speak of stay as they are.
    fn object(&self, mut evaluated: Value, planned: &Value) -> Value {
        let Some(known) = planned.entries() else { return evaluated };
        let Kind::Object(mapping) = &mut evaluated.kind else { return evaluated };
        let mapping = Arc::make_mut(mapping);
        for (name, planned) in known {
            match mapping.entries.binary_search_by(|(key, _)| key.cmp(name)) {
                Ok(at) => {
                    if let Some((_, entry)) = mapping.entries.get_mut(at) {
                        *entry = self.value(entry, planned);
                    }
                }
                Err(at) => mapping.entries.insert(at, (name.clone(), planned.clone())),
            }
        }
        evaluated.marked(planned.marks)
    }

    /// What is known in the plan counts; what is not known there keeps what the configuration tells of it.
    fn value(&self, evaluated: &Value, planned: &Value) -> Value {
        let joined = match &planned.kind {
            Kind::Unknown(_) => evaluated.clone(),
            Kind::Null(_) if is_zero(evaluated) => evaluated.clone(),
            Kind::Null(_) => planned.clone(),
            _ if evaluated.is_null() || !evaluated.is_known() => planned.clone(),
            Kind::Object(_) | Kind::Map(_) => self.entries(evaluated, planned),
            Kind::Set(items) => self.set(evaluated, items, planned),
            Kind::List(_) | Kind::Tuple(_) => self.list(evaluated, planned),
            _ if is_same(evaluated, planned) => evaluated.clone(),
            _ => return self.another(evaluated, planned),
        };
        joined.with_origin(evaluated.origin).marked(planned.marks).marked(evaluated.marks)
    }

    /// A value the plan has instead of the configured one: the way of the latter decided nothing.
    fn another(&self, evaluated: &Value, planned: &Value) -> Value {
        let hop = self.origins.first(evaluated.origin);
        let origin = hop.map(|hop| self.origins.push(Hop { what: What::Plan, next: Origin::NONE, ..hop }));
        planned.clone().with_origin(origin.unwrap_or_default()).marked(evaluated.marks)
    }

    fn entries(&self, evaluated: &Value, planned: &Value) -> Value {
        match &evaluated.kind {
            Kind::Object(_) => self.object(evaluated.clone(), planned),
            Kind::Map(mapping) => {
                let known = planned.entries().unwrap_or_default();
                let entry = |(key, planned): &(EcoString, Value)| {
                    let own = evaluated.get(key);
                    (key.clone(), own.map_or_else(|| planned.clone(), |own| self.value(own, planned)))
                };
                let (element, entries) = (mapping.element.clone(), known.iter().map(entry).collect());
                Kind::Map(Arc::new(Mapping { element, entries, rest: None })).into()
            }
            _ => planned.clone(),
        }
    }

    fn list(&self, evaluated: &Value, planned: &Value) -> Value {
        let (own, known) = (evaluated.items().unwrap_or_default(), planned.items().unwrap_or_default());
        if own.len() != known.len() || matches!(evaluated.kind, Kind::Set(_)) {
            return planned.clone();
        }
        let items: Vec<Value> = own.iter().zip(known).map(|(own, planned)| self.value(own, planned)).collect();
        match &evaluated.kind {
            Kind::List(sequence) => Value::list(sequence.element.clone(), items),
            _ => Value::tuple(items),
        }
    }

    /// Sets have no order: each element of the plan takes the first one here that it may be.
    fn set(&self, evaluated: &Value, known: &Sequence, planned: &Value) -> Value {
        let Kind::Set(own) = &evaluated.kind else { return planned.clone() };
        if equals(evaluated, planned) == Truth::True {
            return evaluated.clone();
        }
        if own.items.len().max(known.items.len()) > MAX_PAIRED {
            return planned.clone();
        }
        let mut left: Vec<&Value> = own.items.iter().collect();
        let mut joined = Vec::with_capacity(known.items.len());
        for planned in &known.items {
            let at = left.iter().position(|own| may_be(own, planned));
            let own = at.map(|at| left.remove(at));
            joined.push(own.map_or_else(|| planned.clone(), |own| self.value(own, planned)));
        }
        Value::set(own.element.clone(), joined)
    }
}

/// Null, or nothing inside: older providers plan either as null.
fn is_zero(value: &Value) -> bool {
    let empty =
        |value: &Value| value.items().is_some_and(<[Value]>::is_empty) || value.as_str().is_some_and(|t| t.is_empty());
    value.is_null() || empty(value) || value.entries().is_some_and(<[_]>::is_empty)
}

/// Whether two known values are one: equal, or texts of one JSON document, which the provider may write in its own way.
fn is_same(evaluated: &Value, planned: &Value) -> bool {
    if equals(evaluated, planned) == Truth::True {
        return true;
    }
    let document = |value: &Value| {
        let text = value.as_str().filter(|text| text.trim_start().starts_with(['{', '[']))?;
        decode_json(text).ok()
    };
    let both = document(evaluated).zip(document(planned));
    both.is_some_and(|(a, b)| equals(&a, &b) == Truth::True)
}

/// Whether nothing that is known of an element here says that it is not the one of the plan. The types of empty parts do
/// not matter.
fn may_be(evaluated: &Value, planned: &Value) -> bool {
    let members = |value: &Value| value.items().map(<[Value]>::len);
    match (&evaluated.kind, &planned.kind) {
        (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) | (Kind::Null(_), _) => true,
        (_, Kind::Null(_)) => is_zero(evaluated),
        (Kind::Object(_) | Kind::Map(_), Kind::Object(_) | Kind::Map(_)) => {
            let known = planned.entries().unwrap_or_default();
            known.iter().all(|(name, planned)| evaluated.get(name).is_none_or(|own| may_be(own, planned)))
        }
        (Kind::List(_) | Kind::Tuple(_), Kind::List(_) | Kind::Tuple(_)) => {
            let pairs = || evaluated.items().unwrap_or_default().iter().zip(planned.items().unwrap_or_default());
            members(evaluated) == members(planned) && pairs().all(|(own, planned)| may_be(own, planned))
        }
        (Kind::Set(_), Kind::Set(_)) => members(evaluated) == members(planned),
        _ => equals(evaluated, planned) != Truth::False,
    }
}
