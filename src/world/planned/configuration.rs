//! The configuration as a plan tells it: which attributes are configured, and what they refer to. Keys, locals and
//! dynamic blocks are not in it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::without_keys;
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, Name, name},
    config,
};

/// The `configuration` of a plan.
pub(super) struct Configuration(Json);

/// A declared resource: the calls that lead to its module, and its name there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Declared {
    pub(super) module: Vec<Name>,
    pub(super) mode: Mode,
    pub(super) ty: Name,
    pub(super) name: Name,
}

/// What an expression refers to, where it is one attribute of one managed resource in a module instance.
pub(super) struct Referent {
    pub(super) module: ModulePath,
    pub(super) ty: Name,
    pub(super) name: Name,
    pub(super) attribute: Name,
}

/// References that are followed from module to module.
const MAX_FOLLOWED: u32 = 64;

impl Configuration {
    pub(super) fn read(json: &Json) -> Self {
        Self(json.clone())
    }

    fn module(&self, path: &[Name]) -> Option<&Json> {
        let root = self.0.get("root_module")?;
        path.iter().try_fold(root, |module, call| module.get("module_calls")?.get(call.as_str())?.get("module"))
    }

    /// The expressions of a resource's arguments; `None` where it is not declared.
    pub(super) fn expressions(&self, addr: &InstanceAddr) -> Option<&Json> {
        static NONE: Json = Json::Null;
        let module = self.module(&without_keys(&addr.module))?;
        let is_it = |resource: &&Json| {
            let says = |key: &str, wanted: &str| resource.get(key).and_then(Json::as_str) == Some(wanted);
            says("mode", mode_word(addr.mode)) && says("type", &addr.ty) && says("name", &addr.name)
        };
        let resource = module.get("resources")?.as_array()?.iter().find(is_it)?;
        Some(resource.get("expressions").unwrap_or(&NONE))
    }

    /// All managed resources that are declared, in all modules.
    pub(super) fn declared(&self) -> Vec<Declared> {
        let mut found = Vec::new();
        if let Some(root) = self.0.get("root_module") {
            declared_in(root, &[], &mut found);
        }
        found.sort();
        found
    }

    /// Whether the root module here has the same resources, module calls and variables.
    pub(super) fn fits(&self, module: &config::Module) -> bool {
        let Some(root) = self.0.get("root_module") else { return false };
        let mut own = Vec::new();
        declared_in(&without_calls(root), &[], &mut own);
        let own: BTreeSet<(Mode, Name, Name)> = own.into_iter().map(|d| (d.mode, d.ty, d.name)).collect();
        let managed = module.resources.keys().filter(|(mode, _, _)| *mode == Mode::Managed);
        let keys = |key: &str| -> BTreeSet<&str> {
            root.get(key).and_then(Json::as_object).into_iter().flat_map(|m| m.keys().map(String::as_str)).collect()
        };
        let calls: BTreeSet<&str> = module.calls.keys().map(|call| call.as_str()).collect();
        let variables: BTreeSet<&str> = module.variables.keys().map(|variable| variable.as_str()).collect();
        own == managed.copied().collect() && keys("module_calls") == calls && keys("variables") == variables
    }

    /// What an expression refers to, if that is one attribute of a resource: through variables and outputs of modules, as
    /// long as each hands on that one thing.
    pub(super) fn referent(&self, expression: &Json, module: &ModulePath) -> Option<Referent> {
        self.follow(expression, module, MAX_FOLLOWED)
    }

    fn follow(&self, expression: &Json, module: &ModulePath, left: u32) -> Option<Referent> {
        let left = left.checked_sub(1)?;
        let reference = sole_reference(expression)?;
        let parts: Vec<&str> = reference.split('.').collect();
        match parts.as_slice() {
            ["var", variable] => self.through_variable(variable, module, left),
            ["module", call, output] => {
                let inner = module.child(name(call), InstanceKey::None);
                let module = self.module(&without_keys(&inner))?;
                self.follow(module.get("outputs")?.get(output)?.get("expression")?, &inner, left)
            }
            ["var" | "local" | "module" | "each" | "count" | "path" | "terraform" | "self" | "data", ..] => None,
            [ty, named, attribute] => {
                Some(Referent { module: module.clone(), ty: name(ty), name: name(named), attribute: name(attribute) })
            }
            _ => None,
        }
    }

    fn through_variable(&self, variable: &str, module: &ModulePath, left: u32) -> Option<Referent> {
        let ((call, _), outer) = module.0.split_last()?;
        let outer = ModulePath(outer.to_vec());
        let call = self.module(&without_keys(&outer))?.get("module_calls")?.get(call.as_str())?;
        self.follow(call.get("expressions")?.get(variable)?, &outer, left)
    }

    /// Everything an expression refers to, as it is written.
    pub(super) fn references(expression: &Json) -> Vec<&str> {
        let all = expression.get("references").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter_map(Json::as_str).collect()
    }
}

/// The one reference of an expression. Each is followed by what it is a part of: `["a_b.c.id", "a_b.c"]`.
fn sole_reference(expression: &Json) -> Option<&str> {
    let all = Configuration::references(expression);
    let (first, others) = all.split_first()?;
    let is_part = |other: &&str| first.strip_prefix(*other).is_some_and(|rest| rest.starts_with('.'));
    (!first.contains('[') && others.iter().all(is_part)).then_some(*first)
}

const fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "managed",
        Mode::Data => "data",
        Mode::Ephemeral => "ephemeral",
    }
}

fn without_calls(module: &Json) -> Json {
    let mut module = module.clone();
    if let Some(entries) = module.as_object_mut() {
        entries.remove("module_calls");
    }
    module
}

fn declared_in(module: &Json, path: &[Name], found: &mut Vec<Declared>) {
    for resource in module.get("resources").and_then(Json::as_array).into_iter().flatten() {
        let text = |key: &str| resource.get(key).and_then(Json::as_str);
        if let (Some("managed"), Some(ty), Some(named)) = (text("mode"), text("type"), text("name")) {
            found.push(Declared { module: path.to_vec(), mode: Mode::Managed, ty: name(ty), name: name(named) });
        }
    }
    for (call, inner) in module.get("module_calls").and_then(Json::as_object).into_iter().flatten() {
        if let Some(inner) = inner.get("module") {
            let path: Vec<Name> = path.iter().copied().chain([name(call)]).collect();
            declared_in(inner, &path, found);
        }
    }
}
