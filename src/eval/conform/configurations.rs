//! Which configuration of a provider a resource comes to, along the calls of modules.

use std::collections::BTreeSet;

use super::{super::node::Root, imported::address};
use crate::{
    addr::{Mode, Name},
    config::{Module, ModuleCall, ProviderReference, Resource},
    diag::{Diagnostic, did_you_mean},
    source::Place,
};

/// A module as it is called: the configurations that are handed to it, by the names it has for them.
struct Called<'r> {
    module: &'r Module,
    /// Empty for the root module, else with a dot behind: `module.a.`.
    path: String,
    given: BTreeSet<(Name, Option<Name>)>,
}

impl Called<'_> {
    /// Whether a name stands for a configuration here. One without alias always does, since Terraform makes one up.
    fn has(&self, reference: ProviderReference) -> bool {
        let declared = || self.module.providers.iter().any(|p| p.name == reference.name && p.alias == reference.alias);
        reference.alias.is_none() || declared() || self.given.contains(&(reference.name, reference.alias))
    }

    fn aliases(&self, name: Name) -> Vec<Name> {
        let own = self.module.providers.iter().filter(|p| p.name == name).filter_map(|p| p.alias);
        let given = self.given.iter().filter(|(of, _)| *of == name).filter_map(|(_, alias)| *alias);
        own.chain(given).collect()
    }
}

/// More ways to modules are not followed.
const MOST_CALLS: usize = 2_000;

impl<'r> Root<'r> {
    /// Resources whose configuration is nowhere, and calls that hand one over that is nowhere.
    pub(super) fn configurations_exist(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut left = vec![Called { module: &self.config.module, path: String::new(), given: BTreeSet::new() }];
        while let Some(called) = left.pop() {
            for resource in called.module.resources.values() {
                found.extend(not_present(&called, resource));
            }
            for call in called.module.calls.values() {
                let path = || format!("{}{}", called.path.replace("module.", ""), call.name);
                let Some(module) = self.module_of(call, path) else { continue };
                found.extend(not_handed_over(&called, call, module));
                found.extend(not_spelt_out(&called, call, module));
                let given = call.providers.iter().filter(|(_, outer)| called.has(*outer));
                let given: BTreeSet<_> = given.map(|(inner, _)| (inner.name, inner.alias)).collect();
                if seen.len() < MOST_CALLS && seen.insert((&*module.dir, given.clone())) {
                    left.push(Called { module, path: format!("{}module.{}.", called.path, call.name), given });
                }
            }
        }
        found
    }
}

fn not_present(called: &Called<'_>, resource: &Resource) -> Option<Diagnostic> {
    let reference = resource.provider.filter(|reference| !called.has(*reference))?;
    let alias = reference.alias?;
    // That the call lacks it has been told there.
    let required = called.module.required_providers.get(&reference.name).filter(|_| !called.path.is_empty());
    if required.is_some_and(|required| required.aliases.contains(&alias)) {
        return None;
    }
    let mode = if resource.mode == Mode::Data { "data." } else { "" };
    let hint = hint(called, reference.name, alias);
    let detail = format!(
        "{}{mode}{}.{} is to be made with the configuration {}.{alias} ({}provider[\"{}\"].{alias}), and nothing configures that: there is \
         no such provider block here, and no call hands one over.{hint}",
        called.path,
        resource.ty,
        resource.name,
        reference.name,
        called.path,
        address(called.module, reference.name),
    );
    Some(Diagnostic::error("Provider configuration not present", detail, resource.header))
}

fn hint(called: &Called<'_>, name: Name, alias: Name) -> String {
    let aliases = called.aliases(name);
    did_you_mean(&alias, aliases.iter().map(|alias| alias.as_str()))
}

/// Terraform makes up no configuration that a call names, and looks for one of the provider the module means.
fn not_handed_over<'a>(
    called: &'a Called<'_>,
    call: &'a ModuleCall,
    module: &'a Module,
) -> impl Iterator<Item = Diagnostic> + 'a {
    let is_root = called.path.is_empty();
    call.providers.iter().filter_map(move |(inner, outer)| {
        let wanted = address(module, inner.name);
        // What is built in needs no configuration.
        if wanted == "terraform.io/builtin/terraform" && outer.alias.is_none() {
            return None;
        }
        let is_declared = called.module.providers.iter().any(|p| p.name == outer.name && p.alias == outer.alias);
        let is_there = if outer.alias.is_none() { is_declared || !is_root } else { called.has(*outer) };
        if is_there && wanted == address(called.module, outer.name) {
            return None;
        }
        let alias = outer.alias.map(|alias| format!(".{alias}")).unwrap_or_default();
        let hint = outer.alias.map(|alias| hint(called, outer.name, alias)).unwrap_or_default();
        let detail = format!(
            "The call of module {} hands over {}{alias}, and there is no such configuration of {wanted}.{hint}",
            call.name, outer.name
        );
        let summary = format!("missing provider {}provider[{wanted:?}]{alias}", called.path);
        Some(Diagnostic::error(summary, detail, call.header))
    })
}

/// Names in a call of which a module does not say which provider they mean.
fn not_spelt_out(called: &Called<'_>, call: &ModuleCall, module: &Module) -> Vec<Diagnostic> {
    let unclear = |name: Name, whose: &str, at: Place| {
        let provider = address(module, name);
        let detail = format!(
            "There is no explicit declaration for local provider name \"{name}\" in {whose}, so Terraform is assuming you mean to pass a \
             configuration for {provider:?}. An entry in required_providers there makes it clear."
        );
        Diagnostic::warning("Reference to undefined provider", detail, at)
    };
    let mut found = Vec::new();
    for ((inner, outer), (inner_at, outer_at)) in call.providers.iter().zip(&call.providers_at) {
        let declares = |module: &Module, name: Name| {
            module.required_providers.contains_key(&name) || module.providers.iter().any(|p| p.name == name)
        };
        if !declares(module, inner.name) {
            found.push(unclear(inner.name, &format!("module {}", call.name), *inner_at));
        }
        if outer.alias.is_none() && !declares(called.module, outer.name) {
            let whose = if called.path.is_empty() { "the root module" } else { "the calling module" };
            found.push(unclear(outer.name, whose, *outer_at));
        }
    }
    found
}
