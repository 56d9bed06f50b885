//! What a plan tells the evaluation of its root module.

use std::{collections::HashMap, sync::Arc};

use super::{
    Plan, ResourceChange,
    decode::{Planned, attributes, plain},
};
use crate::{
    addr::{InstanceAddr, Mode},
    eval::{Facts, Keys},
    value::Value,
};

/// The facts for the root module of an id.
pub(super) fn facts(plan: &Plan, id: &Arc<str>) -> Facts {
    let mut instances: HashMap<InstanceAddr, Value> = HashMap::new();
    for (addr, value, sensitive) in &plan.state {
        // What is managed may be about to change: of that the changes tell.
        if addr.0.mode == Mode::Data {
            let addr = addr.of(id);
            let value = attributes(&Arc::new(addr.clone()), Planned::known(value, sensitive));
            instances.insert(addr, value);
        }
    }
    for change in plan.remaining().chain(plan.changes.iter().filter(|change| change.addr.0.mode == Mode::Data)) {
        let addr = change.addr.of(id);
        let value = after(change, &Arc::new(addr.clone()));
        instances.insert(addr, value);
    }
    let variables = plan.variables.iter().map(|(name, value)| (*name, plain(value))).collect();
    Facts { variables, instances, keys: plan.tells_all().then(|| keys(plan, id)) }
}

fn keys(plan: &Plan, id: &Arc<str>) -> Keys {
    let mut keys = Keys::default();
    plan.remaining().for_each(|change| keys.add(&change.addr.of(id)));
    keys
}

/// The attributes after a change.
pub(super) fn after(change: &ResourceChange, addr: &Arc<InstanceAddr>) -> Value {
    let (value, unknown, sensitive) = (&change.after, &change.after_unknown, &change.after_sensitive);
    attributes(addr, Planned { value, unknown, sensitive })
}

/// The attributes before a change.
pub(super) fn before(change: &ResourceChange, addr: &Arc<InstanceAddr>) -> Value {
    attributes(addr, Planned::known(&change.before, &change.before_sensitive))
}
