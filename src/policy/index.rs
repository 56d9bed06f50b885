//! The managed instances of one root module, found by type and by what an attribute of them is.
//!
//! A column tells apart instances by an attribute: known strings by text, identities by whose they are. A look-up
//! gets every instance that may match, and skips only those that certainly do not.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use ecow::EcoString;
use foldhash::HashMap;

use crate::{
    addr::{InstanceAddr, InstanceKey, Name},
    schema,
    value::{Because, IdentityClass, Kind, Type, Value},
    world::{Absent, RootModule},
};

#[derive(Debug)]
pub(super) struct Index<'w> {
    root: &'w RootModule,
    by_type: HashMap<Name, Vec<usize>>,
    /// Resources without instances.
    absent: HashMap<Name, Vec<&'w Absent>>,
    columns: RefCell<HashMap<(Name, EcoString), Rc<Column>>>,
    types: RefCell<HashMap<Name, Type>>,
}

impl<'w> Index<'w> {
    pub(super) fn new(root: &'w RootModule) -> Self {
        let mut by_type: HashMap<Name, Vec<usize>> = HashMap::default();
        for (i, instance) in root.instances.iter().enumerate() {
            by_type.entry(instance.addr.ty).or_default().push(i);
        }
        let mut absent: HashMap<Name, Vec<&Absent>> = HashMap::default();
        for resource in &root.absent {
            absent.entry(resource.ty).or_default().push(resource);
        }
        Self { root, by_type, absent, columns: RefCell::default(), types: RefCell::default() }
    }

    /// All instances of a type, in the order of their addresses.
    pub(super) fn of_type(&self, ty: Name) -> &[usize] {
        self.by_type.get(&ty).map_or(&[], Vec::as_slice)
    }

    /// The resources of a type that have no instances.
    pub(super) fn absent(&self, ty: Name) -> &[&'w Absent] {
        self.absent.get(&ty).map_or(&[], Vec::as_slice)
    }

    /// The types there are instances of.
    pub(super) fn types(&self) -> impl Iterator<Item = Name> {
        self.by_type.keys().copied()
    }

    /// The type of an instance's attributes: the schema's, else that of the first one.
    pub(super) fn attributes_type(&self, ty: Name) -> Type {
        let declared = || {
            let first = self.of_type(ty).first().and_then(|i| self.root.instances.get(*i));
            let declared = first.and_then(|_| schema::aws().resource(&ty)).map(schema::Block::ty);
            declared.or_else(|| first.map(|instance| instance.attrs.ty())).unwrap_or_default()
        };
        self.types.borrow_mut().entry(ty).or_insert_with(declared).clone()
    }

    /// Instances of a type whose attribute may equal a value, in the order of their addresses.
    pub(super) fn candidates(&self, ty: Name, attribute: &EcoString, value: &Value) -> Vec<usize> {
        let Some(query) = Query::of(value) else { return self.of_type(ty).to_vec() };
        let mut found = self.column(ty, attribute).find(&query);
        found.sort_unstable();
        found.dedup();
        found
    }

    fn column(&self, ty: Name, attribute: &EcoString) -> Rc<Column> {
        let key = (ty, attribute.clone());
        if let Some(column) = self.columns.borrow().get(&key) {
            return Rc::clone(column);
        }
        let mut column = Column::default();
        for i in self.of_type(ty) {
            if let Some(value) = self.root.instances.get(*i).and_then(|instance| instance.attrs.get(attribute)) {
                column.add(*i, value);
            }
        }
        let column = Rc::new(column);
        self.columns.borrow_mut().insert(key, Rc::clone(&column));
        column
    }
}

type Identity = (Arc<InstanceAddr>, IdentityClass);
/// Identities of one class differ between instances of a type.
type Family = (Name, IdentityClass);

/// Something that can be looked up.
enum Query {
    Text(EcoString),
    /// An identity, and the text it will turn out to be where that is known.
    Identity(Identity, Option<EcoString>),
}

impl Query {
    /// `None` when a value may equal anything.
    fn of(value: &Value) -> Option<Self> {
        if let Some(text) = value.as_str() {
            return Some(Self::Text(text.clone()));
        }
        let Kind::Unknown(unknown) = &value.kind else { return None };
        let Because::Attribute(attribute) = &unknown.because else { return None };
        let class = attribute.identity.filter(|_| !any_instance(&attribute.of))?;
        let alias = match &unknown.known.alias {
            None => None,
            Some(alias) => Some(alias.as_str()?.clone()),
        };
        Some(Self::Identity((Arc::clone(&attribute.of), class), alias))
    }
}

/// Whether an address stands for any of several instances.
fn any_instance(addr: &InstanceAddr) -> bool {
    addr.key == InstanceKey::Unknown || addr.module.0.iter().any(|(_, key)| *key == InstanceKey::Unknown)
}

#[derive(Debug, Default)]
struct Column {
    texts: HashMap<EcoString, Vec<usize>>,
    /// All that have a known text.
    with_text: Vec<usize>,
    identities: HashMap<Identity, Vec<usize>>,
    families: HashMap<Family, Vec<usize>>,
    /// Identities whose text is known, by it.
    aliases: HashMap<EcoString, Vec<usize>>,
    /// Identities whose text is not known.
    nameless: Vec<usize>,
    nulls: Vec<usize>,
    /// What may equal anything.
    others: Vec<usize>,
}

impl Column {
    fn add(&mut self, i: usize, value: &Value) {
        if value.is_null() {
            return self.nulls.push(i);
        }
        match Query::of(value) {
            Some(Query::Text(text)) => {
                self.texts.entry(text).or_default().push(i);
                self.with_text.push(i);
            }
            Some(Query::Identity((of, class), alias)) => {
                self.families.entry((of.ty, class)).or_default().push(i);
                self.identities.entry((of, class)).or_default().push(i);
                match alias {
                    Some(text) => self.aliases.entry(text).or_default().push(i),
                    None => self.nameless.push(i),
                }
            }
            None => self.others.push(i),
        }
    }

    fn find(&self, query: &Query) -> Vec<usize> {
        let mut found = self.others.clone();
        match query {
            Query::Text(text) => {
                found.extend(listed(&self.texts, text));
                found.extend(listed(&self.aliases, text));
                found.extend(&self.nameless);
            }
            Query::Identity(identity, alias) => {
                found.extend(listed(&self.identities, identity));
                let own = (identity.0.ty, identity.1);
                for (_, of_other) in self.families.iter().filter(|(family, _)| **family != own) {
                    found.extend(of_other);
                }
                match alias {
                    Some(text) => found.extend(listed(&self.texts, text)),
                    None => found.extend(&self.with_text),
                }
                found.extend(&self.nulls);
            }
        }
        found
    }
}

fn listed<'m, K: std::hash::Hash + Eq>(map: &'m HashMap<K, Vec<usize>>, key: &K) -> &'m [usize] {
    map.get(key).map_or(&[], Vec::as_slice)
}
