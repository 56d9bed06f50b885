//! What a module call and the module it calls have to agree on.

use std::collections::BTreeMap;

use super::model::{Module, ModuleCall, ModuleSource};
use crate::{
    diag::{Diagnostic, Level, did_you_mean},
    source::Place,
};

/// Reports, with the module each belongs to, the calls that do not fit what they call.
pub(super) fn check(loaded: &mut BTreeMap<Box<str>, Module>) {
    let mut found: Vec<(Box<str>, Diagnostic)> = Vec::new();
    for module in loaded.values() {
        for call in module.calls.values() {
            let ModuleSource::Local { dir, written } = &call.source else { continue };
            let Some(called) = loaded.get(dir) else { continue };
            found.extend(unexpected_arguments(module, call, called).map(|d| (module.dir.clone(), d)));
            found.extend(repeated_legacy_module((module, call), called, written).map(|d| (module.dir.clone(), d)));
            found.extend(imports_inside(call, called).map(|d| (dir.clone(), d)));
            found.extend(missing_providers(call, called).map(|d| (module.dir.clone(), d)));
            found.extend(ignored_backend(called).map(|d| (dir.clone(), d)));
        }
    }
    for (dir, diagnostic) in found {
        if let Some(module) = loaded.get_mut(&dir)
            && !module.diagnostics.contains(&diagnostic)
        {
            module.diagnostics.push(diagnostic);
        }
    }
}

fn unexpected_arguments<'a>(
    caller: &'a Module,
    call: &'a ModuleCall,
    called: &'a Module,
) -> impl Iterator<Item = Diagnostic> + 'a {
    let unexpected = call.arguments.iter().filter(|argument| !called.variables.contains_key(&argument.name));
    unexpected.map(move |argument| {
        let name = argument.name.as_str();
        // A variable that is set already is hardly the one that was meant.
        let unset = called.variables.keys().filter(|variable| !call.arguments.iter().any(|a| a.name == **variable));
        let hint = did_you_mean(name, unset.map(|variable| variable.as_str()));
        if caller.tree(argument.value).is_json {
            let detail = format!("No argument or block type is named {name:?}.{hint}");
            return Diagnostic::error("Extraneous JSON object property", detail, argument.name_at);
        }
        let detail = format!("An argument named {name:?} is not expected here.{hint}");
        // Where an override file has a word in the call, Terraform passes over it.
        let level = if call.overridden { Level::Warning } else { Level::Error };
        Diagnostic::new(level, "Unsupported argument", detail, Some(argument.name_at))
    })
}

/// A module that configures providers by itself can be called once and no more.
fn repeated_legacy_module(
    (module, call): (&Module, &ModuleCall),
    called: &Module,
    written: &str,
) -> Option<Diagnostic> {
    let legacy = called.providers.iter().any(|p| !p.body.attributes.is_empty() || !p.body.blocks.is_empty());
    if !legacy || (call.count.is_none() && call.for_each.is_none() && call.depends_on.is_none()) {
        return None;
    }
    let detail = format!(
        "The module at module.{} is a legacy module which contains its own local provider configurations, and so calls to it may \
         not use the count, for_each, or depends_on arguments.\n\nIf you also control the module {written:?}, consider updating this \
         module to instead expect provider configurations to be passed by its caller.",
        call.name
    );
    let repeating = call.count.or(call.for_each).or(call.depends_on);
    let at: Place = repeating.map_or(call.header, |argument| module.place(argument));
    Some(Diagnostic::error("Module is incompatible with count, for_each, and depends_on", detail, at))
}

/// Only a root module imports; what it imports may lie in the modules it calls.
fn imports_inside<'a>(call: &'a ModuleCall, called: &'a Module) -> impl Iterator<Item = Diagnostic> + 'a {
    called.refactorings.iter().filter(|block| block.ty == "import").map(|block| {
        let detail = format!(
            "An import block was detected in \"module.{}\". Import blocks are only allowed in the root module.",
            call.name
        );
        Diagnostic::error("Invalid import configuration", detail, block.header)
    })
}

/// What `configuration_aliases` asks for has to be passed.
fn missing_providers<'a>(call: &'a ModuleCall, called: &'a Module) -> impl Iterator<Item = Diagnostic> + 'a {
    let asked = called.required_providers.iter();
    let asked = asked.flat_map(|(name, required)| required.aliases.iter().map(|alias| (*name, *alias)));
    let passed = |name, alias| call.providers.iter().any(|(inner, _)| inner.name == name && inner.alias == Some(alias));
    asked.filter(move |(name, alias)| !passed(*name, *alias)).map(|(name, alias)| {
        let detail = format!(
            "The child module requires an additional configuration for provider {name}, with the local name \"{name}.{alias}\". \
             Pass it: providers = {{ {name}.{alias} = ... }}."
        );
        Diagnostic::error("Missing required provider configuration", detail, call.header)
    })
}

fn ignored_backend(called: &Module) -> Option<Diagnostic> {
    let backend = called.backend.as_ref()?;
    let detail = "Any selected backend applies to the entire configuration, so Terraform expects backend configurations only in \
                  the root module.\n\nThis is a warning rather than an error because it's sometimes convenient to temporarily call a \
                  root module as a child module for testing purposes, but where this module is called its backend has no effect.";
    Some(Diagnostic::warning("Backend configuration ignored", detail, backend.header))
}
