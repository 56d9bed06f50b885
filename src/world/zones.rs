//! Over how many availability zones something spreads.

use std::sync::Arc;

use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    eval::identity,
    value::{Attribute, Because, IdentityClass, Known, Range, Step, Truth, Type, Value, equals},
};

use super::{Instance, World};

/// Bounds on how many different values there are among these, known or not.
///
/// The lower bound counts values of which any two certainly differ; the upper one values of which no two
/// are certainly equal.
#[must_use]
pub fn distinct(values: &[&Value]) -> Range {
    let mut different: Vec<&Value> = Vec::new();
    let mut possible: Vec<&Value> = Vec::new();
    for value in values {
        if different.iter().all(|other| equals(value, other) == Truth::False) {
            different.push(value);
        }
        if possible.iter().all(|other| equals(value, other) != Truth::True) {
            possible.push(value);
        }
    }
    Range { low: different.len() as u64, high: Some(possible.len() as u64) }
}

/// A count as a number: known where its bounds meet, else unknown within them because of `reason`.
#[must_use]
pub fn count(range: Range, reason: Option<&Value>, function: &str) -> Value {
    if range.high == Some(range.low) {
        return Value::int(i64::try_from(range.low).unwrap_or(i64::MAX));
    }
    let known = Known { not_null: true, range: Some(range), alias: None };
    let args: Vec<Value> = reason.into_iter().cloned().collect();
    Value::unknown_with(Type::Number, Because::Call(name(function), args.into()), known)
}

/// The number of different values in a list, as rules ask for it.
#[must_use]
pub fn distinct_count(list: &Value, function: &str) -> Value {
    let Some(items) = list.items() else {
        let high = list.length_range().and_then(|range| range.high);
        return count(Range { low: 0, high }, Some(list), function).with_origin(list.origin);
    };
    let values: Vec<&Value> = items.iter().filter(|v| !v.is_null()).collect();
    let range = distinct(&values);
    let reason = values.iter().find(|v| !v.is_known()).copied();
    let origin = list.origin.or(values.first().map(|v| v.origin).unwrap_or_default());
    count(range, reason, function).with_origin(origin)
}

/// The zones of subnets, given their ids: a list of the same length with each one's zone.
///
/// A subnet that is managed in a root module of this run is found by its identity. The zone of any other is unknown.
#[must_use]
pub fn of_subnets(world: &World, root: usize, subnets: &Value) -> Value {
    let Some(items) = subnets.items() else {
        let known = Known { not_null: true, range: subnets.length_range(), alias: None };
        let because = Because::Call(name("infralint::subnet_zones"), vec![subnets.clone()].into());
        return Value::unknown_with(Type::list(Type::String), because, known).with_origin(subnets.origin);
    };
    let path = world.root_modules.get(root).map_or_else(|| Arc::from(""), |module| Arc::clone(&module.id));
    let zones = items.iter().map(|id| of_subnet(world, root, id).unwrap_or_else(|| unknown_zone(&path, id)));
    Value::list(Type::String, zones.collect()).with_origin(subnets.origin)
}

/// The zone of a managed subnet. The value's origin is dropped where the subnet is of another root module.
fn of_subnet(world: &World, root: usize, id: &Value) -> Option<Value> {
    let (addr, class) = identity(id)?;
    if class != IdentityClass::Id || addr.ty != "aws_subnet" || addr.key == InstanceKey::Unknown {
        return None;
    }
    let (owner, subnet) = world.find(&addr)?;
    let zone = zone_attribute(subnet)?;
    Some(if owner == root { zone.clone() } else { zone.clone().with_origin(id.origin) })
}

/// A subnet's zone by name, or by id where only that is configured.
fn zone_attribute(subnet: &Instance) -> Option<&Value> {
    let zone = subnet.attrs.get("availability_zone")?;
    let by_id = subnet.attrs.get("availability_zone_id").filter(|id| id.is_known() && !id.is_null());
    Some(if zone.is_known() { zone } else { by_id.unwrap_or(zone) })
}

/// The zone of a subnet that is not managed here: it has to be read from the account, by the subnet's id.
fn unknown_zone(root: &Arc<str>, id: &Value) -> Value {
    let because = match id.as_str() {
        Some(id) => Because::Data(Attribute {
            of: Arc::new(InstanceAddr {
                root: Arc::clone(root),
                module: ModulePath::default(),
                mode: Mode::Data,
                ty: name("aws_subnet"),
                name: name(id),
                key: InstanceKey::None,
            }),
            path: [Step::Attr(name("availability_zone"))].into(),
            identity: None,
        }),
        None => Because::Call(name("infralint::subnet_zones"), vec![id.clone()].into()),
    };
    Value::unknown(Type::String, because).with_origin(id.origin)
}
