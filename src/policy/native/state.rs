//! `infralint::` functions about state: where it lies, who else writes there, and which Terraform may do so.

use super::NativeCall;
use crate::{
    config::semver::lower_bound,
    diag::Label,
    policy::{
        fingerprint::fingerprint,
        members::Lookup,
        own::{exactly, text, unknown},
    },
    source::Place,
    value::{Hop, Origin, Type, Value, What},
    world::{
        Instance, RootModule, stage,
        state::{self, Collision},
    },
};

/// Other root modules whose state lies where the judged one's does: `{root_module, workspace}` each, the workspace
/// being null for the default one. Of two, told at the one that comes first by path.
pub(super) fn state_collisions(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let own = root_module(call, call.root).ok_or("it needs a root module")?;
    let mut found = Vec::new();
    for collision in call.world.states().collisions(call.root) {
        let Some(other) = root_module(call, collision.other) else { continue };
        if counts(call, own, collision) {
            let text = format!("the same place, of {}", other.shown());
            call.caller.run.relate(Label { place: key_place(other), text });
            found.push(Value::object(vec![
                ("root_module".into(), Value::string(&*other.path)),
                (
                    "workspace".into(),
                    collision.workspace.as_deref().map_or_else(|| Value::null(Type::String), Value::string),
                ),
            ]));
        }
    }
    let ty = found.first().map_or(Type::Any, Value::ty);
    Ok(Value::list(ty, found).with_origin(argument_origin(call, own, "key")))
}

fn counts(call: &NativeCall<'_, '_>, own: &RootModule, collision: &Collision) -> bool {
    let Some(open) = collision.open else { return true };
    let asked = || fingerprint(&Value::tuple(vec![Value::string("state_collisions"), Value::string(&*own.path)]));
    let lookup = Lookup { run: call.caller.run, facts: call.facts, subject: call.caller.subject, question: &asked };
    let on = state::argument(&own.backend, open).with_origin(argument_origin(call, own, open));
    lookup.holds((collision.other, 0), on)
}

/// Where a root module says how its state is called.
fn key_place(module: &RootModule) -> Place {
    state::set(&module.backend, "key").map_or(module.backend.at, |argument| argument.at)
}

fn argument_origin(call: &NativeCall<'_, '_>, module: &RootModule, name: &str) -> Origin {
    let (what, at) = match state::set(&module.backend, name) {
        Some(argument) => (argument.what, argument.at),
        None => (What::Block, module.backend.at),
    };
    call.cx.origins.push(Hop { what, at, name: at, next: Origin::NONE })
}

/// The oldest Terraform that `required_version` lets in: 0 where that has no lower bound, null without one.
pub(super) fn lowest_terraform(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let module = root_module(call, call.root).ok_or("it needs a root module")?;
    let bounds = module.required_versions.iter().filter_map(|(text, at)| Some((lower_bound(text)?, *at)));
    let lowest = bounds.max_by(|(a, _), (b, _)| a.compare(b));
    Ok(match lowest {
        Some((version, at)) => {
            let origin = call.cx.origins.push(Hop { what: What::Attribute, at, name: at, next: Origin::NONE });
            Value::string(version.to_string()).with_origin(origin)
        }
        None => Value::null(Type::String),
    })
}

/// Whether a root module, named by its path, belongs to the stage of the judged one.
pub(super) fn same_stage(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let own = root_module(call, call.root).ok_or("it needs a root module")?;
    of_path(call, "infralint::same_stage", |path| stage::folder(path) == stage::folder(&own.path))
}

/// Whether a root module, named by its path, lies in a folder of stages.
pub(super) fn in_stage(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    of_path(call, "infralint::in_stage", stage::is_named)
}

fn of_path(call: &NativeCall<'_, '_>, function: &str, holds: impl Fn(&str) -> bool) -> Result<Value, String> {
    let [path] = exactly::<1>(call.args)?;
    let path = text(path)?;
    // Of no element in particular, when a list of root modules is empty.
    let whatever = || unknown(function, Type::Bool, std::slice::from_ref(&path));
    Ok(path.as_str().map_or_else(whatever, |known| Value::bool(holds(known))))
}

/// The path of the root module named bootstrap that serves the judged one; null where there is none.
pub(super) fn bootstrap(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let own = root_module(call, call.root).ok_or("it needs a root module")?;
    let roots = call.world.judged();
    let found = stage::bootstrap(roots, &own.path).and_then(|at| roots.get(at)).map(|root| &*root.path);
    Ok(found.map_or_else(|| Value::null(Type::String), Value::string))
}

/// The region a resource lies in, given its root module and address: its own, else its provider's. Null where neither
/// says.
pub(super) fn region_of(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let (module, instance) = resource(call)?;
    let own = instance.attrs.get("region").filter(|region| !region.is_null() && !super::is_assigned(region));
    let provider = instance.provider.and_then(|i| module.providers.get(i));
    let configured = provider.and_then(|provider| provider.attrs.get("region")).filter(|region| !region.is_null());
    let Some(region) = own.or(configured) else { return Ok(Value::null(Type::String)) };
    let own_root = module.path == root_module(call, call.root).map(|own| own.path.clone()).unwrap_or_default();
    let origin = if own_root { region.origin } else { call.cx.origins.import(&module.origins, region.origin) };
    Ok(region.clone().with_origin(origin))
}

/// Whether `lifecycle.prevent_destroy` guards a resource, given its root module and address.
pub(super) fn prevents_destroy(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let (_, instance) = resource(call)?;
    let at = instance.at;
    let origin = call.cx.origins.push(Hop { what: What::Block, at, name: at, next: Origin::NONE });
    Ok(Value::bool(instance.prevent_destroy).with_origin(origin))
}

/// The resource that a root module's path and an address name.
pub(super) fn resource<'a>(call: &NativeCall<'a, '_>) -> Result<(&'a RootModule, &'a Instance), String> {
    let [path, address] = exactly::<2>(call.args)?;
    let (path, address) = (text(path)?, text(address)?);
    let path = path.as_str().ok_or("the root module must be known")?;
    let address = address.as_str().ok_or("the address must be known")?;
    let module = call.world.root_at(path, call.root).and_then(|at| root_module(call, at));
    let instance = module.and_then(|module| {
        module.instances.iter().find(|i| i.addr.to_string() == address.as_str()).map(|i| (module, i))
    });
    instance.ok_or_else(|| format!("there is no {address} in {path}"))
}

pub(super) fn root_module<'a>(call: &NativeCall<'a, '_>, root: usize) -> Option<&'a RootModule> {
    call.world.root_modules.get(root)
}
