//! `aws_availability_zones`: which zones there are the account tells, but a region has at least two, most at least three.

use super::{Answer, Question};
use crate::value::{Known, Range, Value};

/// Filters that leave the zones of the region itself: they take out local zones and the like.
const HARMLESS: [&str; 3] = ["opt-in-status", "state", "zone-type"];

/// Regions that give some accounts two zones only.
/// (EC2 User Guide, Regions and Zones; us-west-1 has three, of which new accounts see two.)
const OF_TWO_ZONES: [&str; 1] = ["us-west-1"];

/// The lists with a lower bound of their length.
pub(super) fn availability_zones(question: &Question<'_, '_>) -> Answer {
    if !is_plain(question) {
        return Answer::new();
    }
    let low = match question.region().as_ref().and_then(Value::as_str) {
        Some(region) if !OF_TWO_ZONES.contains(&region.as_str()) => 3,
        _ => 2,
    };
    ["names", "zone_ids"].into_iter().filter_map(|name| Some((name, bounded(question.argument(name)?, low)?))).collect()
}

/// Whether nothing takes zones out.
fn is_plain(question: &Question<'_, '_>) -> bool {
    let is_empty = |name| question.argument(name).is_none_or(|value| value.items().is_some_and(<[Value]>::is_empty));
    let state = question.argument("state").is_none_or(|state| state.as_str().is_some_and(|state| state == "available"));
    let filters = question.argument("filter").map_or(Some([].as_slice()), Value::items);
    let name_of = |filter: &Value| filter.get("name").and_then(Value::as_str).cloned();
    let harmless = |filter: &Value| name_of(filter).is_some_and(|name| HARMLESS.contains(&name.as_str()));
    state
        && is_empty("exclude_names")
        && is_empty("exclude_zone_ids")
        && filters.is_some_and(|filters| filters.iter().all(harmless))
}

fn bounded(list: &Value, low: u64) -> Option<Value> {
    let unknown = list.as_unknown()?;
    let known = Known { not_null: true, range: Some(Range { low, high: None }), alias: None };
    Some(Value::unknown_with(unknown.ty.clone(), unknown.because.clone(), known).with_origin(list.origin))
}
