//! `infralint::named`: the resources that make a thing of a name which something else refers to.

use ecow::EcoString;

use super::{
    environment::Facts,
    fingerprint::fingerprint,
    functions::Caller,
    lookups::Across,
    members::Filter,
    own::{exactly, text, unknown},
};
use crate::{
    addr::name as intern,
    value::{Type, Value},
    world::stage,
};

/// The instances of a type whose attribute has a value: `infralint::named("aws_s3_bucket", "bucket", "states")`; each as
/// `{stack, address, attrs}`.
///
/// Looked for are those of all root modules that surely have it, and those that may in the bootstrap root module of the
/// judged one: that any bucket whose name nobody wrote down might be the one that is meant is not worth saying.
pub(super) fn named(caller: &Caller<'_, '_>, facts: &Facts<'_>, args: &[Value]) -> Result<Value, String> {
    let [ty, attribute, value] = exactly::<3>(args)?;
    let (ty, attribute) = (text(ty)?, text(attribute)?);
    let (Some(ty), Some(attribute)) = (ty.as_str(), attribute.as_str()) else {
        return Ok(unknown("infralint::named", Type::Any, args));
    };
    if value.is_null() {
        return Ok(Value::tuple(Vec::new()));
    }
    let filter: Filter = vec![(EcoString::from(attribute.as_str()), value.clone())];
    let (ty, attribute) = (intern(ty), intern(attribute));
    let mut candidates = match value.as_str() {
        Some(known) => facts.world.with_known_value((ty, attribute), known),
        None => Vec::new(),
    };
    let bootstrap = stage::bootstrap(facts.world.judged(), &facts.module.path);
    if let Some(bootstrap) = bootstrap {
        candidates.extend(facts.world.of_type_in(ty, bootstrap));
    }
    candidates.sort_unstable();
    candidates.dedup();
    let asked = Value::object(filter.clone());
    let mut found = Vec::new();
    for (root, i) in candidates {
        let Some(module) = facts.world.root_modules.get(root) else { continue };
        let Some(instance) = module.instances.get(i).filter(|instance| instance.repeat == 0) else { continue };
        let question = || fingerprint(&Value::tuple(vec![Value::int(root as i64), asked.clone()]));
        found.extend(Across { caller, facts, root, question: &question }.entry(module, (i, instance), &filter));
    }
    Ok(Value::tuple(found))
}
