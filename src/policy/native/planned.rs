//! `infralint::` functions about what a plan does with the judged resource.

use super::NativeCall;
use crate::{
    policy::own::{exactly, text, unknown},
    schema,
    value::{Hop, Origin, Type, Value, What},
    world::{Instance, Operation},
};

/// What is lost with a resource of a type: `the items in it`. Null for a type that keeps no data.
pub(super) fn data_kept(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [ty] = exactly::<1>(call.args)?;
    let ty = text(ty)?;
    Ok(match ty.as_str() {
        Some(ty) => {
            let kept = schema::data_kept_by(ty);
            kept.map_or_else(|| Value::null(Type::String), |kept| Value::string(kept.what))
        }
        None => unknown("infralint::data_kept", Type::String, call.args),
    })
}

/// The attributes by which Terraform replaces the judged resource, as dotted paths; empty where something else makes it
/// do so, such as a taint. Null where it does not replace it.
pub(super) fn replacement(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let root = call.world.root_modules.get(call.root);
    let judged = root.zip(call.instance).and_then(|(root, i)| root.instances.get(i));
    let judged = judged.ok_or("it needs a resource that is judged")?;
    let change = judged.change.as_ref().ok_or("it needs a plan")?;
    if !change.operations.contains(&Operation::Create) || !change.operations.contains(&Operation::Delete) {
        return Ok(Value::null(Type::list(Type::String)));
    }
    let paths = change.forced_by.iter().map(|path| Value::string(path.clone())).collect();
    let origin = change.forced_by.iter().map(|path| origin_of(judged, path)).find(|origin| !origin.is_none());
    let whole = || call.cx.origins.push(Hop { what: What::Block, at: judged.at, name: judged.at, next: Origin::NONE });
    Ok(Value::list(Type::String, paths).with_origin(origin.unwrap_or_else(whole)))
}

/// Where the attribute of a dotted path came from; as far as there is one.
fn origin_of(instance: &Instance, path: &str) -> Origin {
    let mut value = Some(&instance.attrs);
    let mut origin = Origin::NONE;
    for step in path.split('.') {
        value = value.and_then(|value| match step.parse::<usize>() {
            Ok(index) => value.items().and_then(|items| items.get(index)).or_else(|| value.get(step)),
            Err(_) => value.get(step),
        });
        origin = value.map_or(origin, |value| value.origin.or(origin));
    }
    origin
}
