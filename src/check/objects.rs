//! What findings are about: found again in the world by its address.

use std::collections::HashMap;

use crate::{
    policy::Finding,
    source::Place,
    value::Value,
    world::{RootModule, World},
};

/// An object that can be judged.
#[derive(Debug, Default)]
pub(super) struct Object<'w> {
    /// The header of its block, and those of the module calls that lead to it.
    pub(super) places: Vec<Place>,
    /// Its attributes; those of all where several share an address, as providers of several modules do.
    pub(super) attrs: Vec<&'w Value>,
}

type ByAddress<'w> = HashMap<String, Object<'w>>;

/// The objects of the world, root module by root module as they are asked for.
pub(super) struct Objects<'w> {
    world: &'w World,
    by_root: HashMap<usize, ByAddress<'w>>,
}

impl<'w> Objects<'w> {
    pub(super) fn new(world: &'w World) -> Self {
        Self { world, by_root: HashMap::new() }
    }

    /// The root module of a finding, and what it is about; nothing where that is the root module itself.
    pub(super) fn of(&mut self, finding: &Finding) -> Option<(&'w RootModule, Option<&Object<'w>>)> {
        let is_own = |root: &RootModule| root.path == finding.root_module && root.workspace == finding.workspace;
        let (index, root) = self.world.root_modules.iter().enumerate().find(|(_, root)| is_own(root))?;
        let Some(address) = &finding.address else { return Some((root, None)) };
        let known = self.by_root.entry(index).or_insert_with(|| by_address(root));
        Some((root, known.get(address)))
    }
}

fn by_address(root: &RootModule) -> ByAddress<'_> {
    let calls: HashMap<&str, Place> = root.module_calls.iter().map(|call| (call.address.as_str(), call.at)).collect();
    let mut all = ByAddress::new();
    for instance in root.instances.iter().filter(|instance| instance.repeat == 0) {
        let calls = instance.calls.iter().map(|(_, at)| *at);
        let places = [instance.at].into_iter().chain(calls).collect();
        all.insert(instance.addr.to_string(), Object { places, attrs: vec![&instance.attrs] });
    }
    for call in &root.module_calls {
        let places = leading_to(&calls, &call.address).collect();
        all.insert(call.address.clone(), Object { places, attrs: vec![&call.arguments] });
    }
    for provider in &root.providers {
        let alias = provider.alias.map(|alias| format!(".{alias}")).unwrap_or_default();
        let object = all.entry(format!("provider.{}{alias}", provider.name)).or_default();
        object.places.push(provider.at);
        object.places.extend(leading_to(&calls, &provider.module.to_string()));
        object.attrs.push(&provider.attrs);
    }
    all
}

/// The calls that lead to a module instance, its own first.
fn leading_to(calls: &HashMap<&str, Place>, address: &str) -> impl Iterator<Item = Place> {
    let outer = address.rmatch_indices(".module.").map(|(end, _)| end);
    let ends = std::iter::once(address.len()).chain(outer);
    ends.filter_map(|end| calls.get(address.get(..end)?).copied())
}
