//! What mocks say beside attributes: `meta`, and the answers of data sources.

use super::super::subject::Object;
use crate::{addr::Name, value::Value};

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

    /// The data sources of a type, in the order of the file.
    pub(in crate::policy) fn data(&self, ty: Name) -> impl Iterator<Item = &Value> {
        self.data.iter().filter(move |(of, _)| *of == ty).map(|(_, data)| data)
    }
}
