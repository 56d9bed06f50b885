//! What mocks say beside attributes: `meta`, and the answers of data sources.

use ecow::EcoString;

use super::super::subject::Object;
use crate::{
    addr::Name,
    value::{Truth, Value, equals},
};

/// The mocks of a test file where they stand in for a configuration.
#[derive(Debug, Default)]
pub(in crate::policy) struct Mocked {
    /// Of instances, providers and module calls, by their index in the root module.
    pub(super) instances: Vec<Option<Value>>,
    pub(super) providers: Vec<Option<Value>>,
    pub(super) modules: Vec<Option<Value>>,
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

    /// The first data source of a type that has all these values.
    pub(in crate::policy) fn data(&self, ty: Name, config: &[(EcoString, Value)]) -> Option<&Value> {
        let has = |data: &Value| {
            let is = |(name, wanted): &(EcoString, Value)| {
                wanted.is_null() || data.get(name).is_some_and(|found| equals(found, wanted) == Truth::True)
            };
            config.iter().all(is)
        };
        self.data.iter().find(|(of, data)| *of == ty && has(data)).map(|(_, data)| data)
    }
}
