//! `infralint::` functions about availability zones.

use super::NativeCall;
use crate::{
    policy::own::{exactly, unknown},
    value::{Range, Type, Value, What},
    world::zones,
};

/// The zones of subnets, given their ids: `infralint::subnet_zones(group.subnet_ids)`.
pub(super) fn subnet_zones(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [subnets] = exactly::<1>(call.args)?;
    if subnets.is_error() {
        return Ok(Value::error());
    }
    if subnets.is_null() {
        return Err("the subnets must not be null".to_owned());
    }
    Ok(zones::of_subnets(call.world, call.root, subnets))
}

/// How many different values a list has, unknown ones within bounds: `infralint::distinct_count(zones)`.
pub(super) fn distinct_count(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [list] = exactly::<1>(call.args)?;
    if list.is_error() {
        return Ok(Value::error());
    }
    if list.is_null() {
        return Err("the list must not be null".to_owned());
    }
    let count = zones::distinct_count(list, "infralint::distinct_count");
    let open = list.items().and_then(|items| items.iter().find(|item| !item.is_known()));
    let origin = match open.filter(|_| !count.is_known()) {
        Some(open) => call.cx.origins.through(count.origin, open.origin),
        None => count.origin,
    };
    Ok(count.with_origin(origin))
}

/// RDS puts each of the first instances of a cluster into a zone of its own, up to so many.
/// (API reference, `CreateDBCluster`, `AvailabilityZones`.)
const SPREAD: u64 = 3;

/// Over how many zones the instances of a cluster lie, given their `availability_zone` and the zones of the cluster's
/// subnets: `infralint::instance_zones(members[*].availability_zone, zones)`.
///
/// Pinned instances lie where they say; RDS deals the others out over the zones of the subnets. A subnet group has at
/// least two zones, or RDS refuses it.
pub(super) fn instance_zones(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [pins, subnets] = exactly::<2>(call.args)?;
    if pins.is_error() || subnets.is_error() {
        return Ok(Value::error());
    }
    let Some(items) = pins.items() else { return Ok(unknown("infralint::instance_zones", Type::Number, call.args)) };
    let (free, pinned): (Vec<&Value>, Vec<&Value>) = items.iter().partition(|pin| is_unpinned(call, pin));
    let offered = subnets.items().map_or(Range::ANY, |zones| zones::distinct(&zones.iter().collect::<Vec<_>>()));
    let of_pinned = zones::distinct(&pinned);
    let low = of_pinned.low + free.len() as u64;
    let low = low.min(SPREAD).min(offered.low.max(2)).max(of_pinned.low);
    let high = of_pinned.high.map(|high| high + free.len() as u64);
    let range = Range { low, high: high.map(|high| high.max(low)) };
    let reason = pinned.iter().find(|pin| !pin.is_known()).copied();
    let origin = reason.or(pinned.first().copied()).map_or(pins.origin, |pin| pin.origin);
    // How far RDS spreads unpinned instances beyond what it promises is its own affair.
    let range = if reason.is_none() { Range::exactly(range.low) } else { range };
    Ok(zones::count(range, reason, "infralint::instance_zones").with_origin(origin))
}

/// Whether nothing says where an instance lies.
fn is_unpinned(call: &NativeCall<'_, '_>, pin: &Value) -> bool {
    let written = call.cx.origins.chain(pin.origin).iter().any(|hop| hop.what == What::Attribute);
    pin.is_null() || (!pin.is_known() && !written && super::is_assigned(pin))
}
