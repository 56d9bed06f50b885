//! What mocks say beside attributes: `meta`, and the answers of data sources.

use ecow::EcoString;

use super::super::subject::Object;
use crate::{addr::Name, value::Value};

/// The mocks of a test file where they stand in for a configuration.
#[derive(Debug, Default)]
pub(in crate::policy) struct Mocked {
    /// Of instances, providers and module calls, by their index in the root module.
    pub(super) instances: Vec<Option<Value>>,
    pub(super) providers: Vec<Option<Value>>,
    pub(super) modules: Vec<Option<Value>>,
    /// Of the root module itself: what takes the place of entries of `root`.
    pub(super) root: Option<Value>,
    /// Data sources by type, in the order of the file.
    pub(super) data: Vec<(Name, Value)>,
}

impl Mocked {
    /// What a mock says `meta` is.
    pub(in crate::policy) fn meta(&self, object: Object<'_>) -> Option<&Value> {
        match object {
            Object::Instance(i, _) => self.instances.get(i)?.as_ref(),
            Object::Provider(i, _) => self.providers.get(i)?.as_ref(),
            Object::Module(i, _) => self.modules.get(i)?.as_ref(),
            Object::RootModule => None,
        }
    }

    /// `root` as a mock says it is: its entries in place of others, those of `backend` one by one.
    pub(in crate::policy) fn root(&self, root: Value) -> Value {
        let given = self.root.as_ref().and_then(Value::entries).unwrap_or_default();
        let in_place = |root: Value, (name, value): &(EcoString, Value)| {
            let both = if name == "backend" { root.get(name).zip(value.entries()) } else { None };
            let value = both.map_or_else(|| value.clone(), |(known, given)| given.iter().fold(known.clone(), with));
            with(root, &(name.clone(), value))
        };
        given.iter().fold(root, in_place)
    }

    /// The data sources of a type, in the order of the file.
    pub(in crate::policy) fn data(&self, ty: Name) -> impl Iterator<Item = &Value> {
        self.data.iter().filter(move |(of, _)| *of == ty).map(|(_, data)| data)
    }
}

/// An object with an entry in place of one of that name.
fn with(object: Value, (name, value): &(EcoString, Value)) -> Value {
    let kept = object.entries().unwrap_or_default().iter().filter(|(known, _)| known != name).cloned();
    let entries = kept.chain([(name.clone(), value.clone())]).collect();
    Value::object(entries).with_origin(object.origin)
}
