//! Functions under `infralint::` that are written in Rust: facts about the world that rules read.

mod account;
mod addresses;
mod json;
mod planned;
mod resources;
mod routes;
mod stages;
mod state;
mod zones;

use super::{
    StageKind,
    environment::Facts,
    functions::Caller,
    own::{exactly, text, unknown},
};
use crate::{
    eval::Context,
    value::{Because, Type, Value, What},
    world::{
        World,
        cidr::{self, Range, Relation},
    },
};

/// What a native function is called with.
#[derive(Debug)]
pub struct NativeCall<'a, 's> {
    pub world: &'a World,
    /// The judged root module: an index into the world's.
    pub root: usize,
    pub stage: StageKind,
    /// The judged instance: an index into the root module's. None for other objects, and in a file's locals.
    pub instance: Option<usize>,
    /// The judged object's address.
    pub address: Option<String>,
    /// The judged object's attributes.
    pub attrs: Option<&'a Value>,
    pub args: &'a [Value],
    pub cx: &'a Context<'s>,
    /// Where doubts are asked about, and places that take part are noted.
    pub(super) caller: &'a Caller<'a, 's>,
    pub(super) facts: &'a Facts<'a>,
}

/// A native function. The error says why the call failed, to end the sentence "Call to function … failed:".
pub type Native = fn(&NativeCall<'_, '_>) -> Result<Value, String>;

/// All native functions, sorted by name.
pub static NATIVES: &[(&str, Native)] = &[
    ("infralint::account_of", account::account_of),
    ("infralint::account_routes", routes::account_routes),
    ("infralint::address", address),
    ("infralint::arn_account", account::arn_account),
    ("infralint::astray_subnets", addresses::astray_subnets),
    ("infralint::bootstrap", state::bootstrap),
    ("infralint::bucket_sharers", account::bucket_sharers),
    ("infralint::cidr_contains", cidr_contains),
    ("infralint::cidr_overlaps", cidr_overlaps),
    ("infralint::comes_from", resources::comes_from),
    ("infralint::configured", configured),
    ("infralint::cut_sizes", addresses::cut_sizes),
    ("infralint::data_kept", planned::data_kept),
    ("infralint::direct_connect_overlaps", addresses::direct_connect_overlaps),
    ("infralint::distinct_count", zones::distinct_count),
    ("infralint::hub_overlaps", addresses::hub_overlaps),
    ("infralint::ignores_changes", resources::ignores_changes),
    ("infralint::in_account", resources::in_account),
    ("infralint::in_lower_stages", stages::in_lower_stages),
    ("infralint::in_stage", state::in_stage),
    ("infralint::instance_zones", zones::instance_zones),
    ("infralint::is_assigned", resources::assigned),
    ("infralint::is_known", is_known),
    ("infralint::is_managed", resources::is_managed),
    ("infralint::json", json::json),
    ("infralint::lowest_terraform", state::lowest_terraform),
    ("infralint::network_ranges", addresses::network_ranges),
    ("infralint::of_other_account", resources::of_other_account),
    ("infralint::opaque_modules", resources::opaque_modules),
    ("infralint::outside_vpc", addresses::outside_vpc),
    ("infralint::peered_overlaps", addresses::peered_overlaps),
    ("infralint::prefix_length", addresses::prefix_length),
    ("infralint::prevents_destroy", state::prevents_destroy),
    ("infralint::primary_range", addresses::primary_range),
    ("infralint::referent", resources::referent),
    ("infralint::region_of", state::region_of),
    ("infralint::replacement", planned::replacement),
    ("infralint::same_stage", state::same_stage),
    ("infralint::secondary_overlaps", addresses::secondary_overlaps),
    ("infralint::separate_overlaps", addresses::separate_overlaps),
    ("infralint::stage_kind", stage_kind),
    ("infralint::state_collisions", state::state_collisions),
    ("infralint::subnet_overlaps", addresses::subnet_overlaps),
    ("infralint::subnet_zones", zones::subnet_zones),
    ("infralint::tier_sizes", addresses::tier_sizes),
    ("infralint::transit_overlaps", addresses::transit_overlaps),
    ("infralint::unmanaged_ranges", addresses::unmanaged_ranges),
    ("infralint::unrelated_overlaps", addresses::unrelated_overlaps),
    ("infralint::used_share", addresses::used_share),
    ("infralint::vpc_ranges", addresses::vpc_ranges),
    ("infralint::wildcard", account::wildcard),
];

pub(super) fn find(name: &str) -> Option<Native> {
    NATIVES.iter().find(|(n, _)| *n == name).map(|(_, function)| *function)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NATIVES.iter().map(|(name, _)| *name)
}

/// Whether a value is known before it is applied: for checks that have nothing to say of one that is not.
fn is_known(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [value] = exactly::<1>(call.args)?;
    Ok(if value.is_error() { Value::error() } else { Value::bool(value.is_wholly_known()) })
}

/// The judged object's address.
fn address(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let address = call.address.as_deref().ok_or("there is no judged object with an address here")?;
    Ok(Value::string(address))
}

/// The kind of the judged root module's stage.
fn stage_kind(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    Ok(Value::string(call.stage.as_str()))
}

/// Whether two ranges have an address in common: `infralint::cidr_overlaps(a, b)`.
fn cidr_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    two_ranges(call, "infralint::cidr_overlaps", Relation::overlaps)
}

/// Whether a range holds all of another: `infralint::cidr_contains(outer, inner)`.
fn cidr_contains(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    two_ranges(call, "infralint::cidr_contains", Relation::contains)
}

fn two_ranges(call: &NativeCall<'_, '_>, name: &str, decided: fn(Relation) -> Option<bool>) -> Result<Value, String> {
    let [a, b] = exactly::<2>(call.args)?;
    let (a, b) = (text(a)?, text(b)?);
    if a.is_error() || b.is_error() {
        return Ok(Value::error());
    }
    for range in [&a, &b] {
        check_range(range)?;
    }
    let result = match decided(cidr::relation(&a, &b)) {
        Some(truth) => Value::bool(truth),
        None => unknown(name, Type::Bool, &[a.clone(), b.clone()]),
    };
    let configured = [&a, &b].into_iter().find(|range| is_configured(call, range)).unwrap_or(&a);
    Ok(result.with_origin(configured.origin).marked(a.marks.with(b.marks)))
}

/// Whether a value comes from the configuration, and not from the policy file alone.
fn is_configured(call: &NativeCall<'_, '_>, value: &Value) -> bool {
    let policy = call.caller.run.env.file.tree.file;
    call.cx.origins.chain(value.origin).iter().any(|hop| hop.at.file != policy)
}

/// A known string must be a range.
fn check_range(value: &Value) -> Result<(), String> {
    match value.as_str() {
        Some(text) if Range::parse(text).is_none() => {
            Err(format!("\"{text}\" is not an address range in CIDR notation"))
        }
        _ => Ok(()),
    }
}

/// Whether the configuration sets an attribute of the judged object, or of an object of a look-up that is given second.
/// The path is dotted; a block is looked into without an index (`vpc_config.endpoint_public_access`), or with one
/// (`vpc_config.0.subnet_ids`).
fn configured(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let (path, object) = match call.args {
        [path] => (path, call.attrs.ok_or("there is no judged object here")?),
        [path, object] => (path, object),
        more => return Err(format!("it takes a path and perhaps an object, not {} arguments", more.len())),
    };
    let path = text(path)?;
    let path = path.as_str().ok_or("the path must be known")?;
    let mut at = object;
    let mut outer = call.cx.origins.first(at.origin);
    for step in path.split('.') {
        match inside(at, step) {
            Inside::Found(next) => at = next,
            Inside::Empty => return Ok(Value::bool(false)),
            Inside::Unknown => break,
            Inside::Missing => return Err(format!("there is no attribute \"{path}\"")),
        }
        outer = call.cx.origins.first(at.origin).or(outer);
    }
    let set = match outer.map(|hop| hop.what) {
        Some(What::ProviderDefault | What::ApiDefault | What::NotConfigured) => false,
        _ => !at.is_null() && (!at.origin.is_none() || !is_assigned(at)),
    };
    Ok(Value::bool(set && at.items().is_none_or(|items| !items.is_empty())).with_origin(at.origin))
}

/// What is found at a step into a value.
enum Inside<'v> {
    Found(&'v Value),
    /// The block is not there.
    Empty,
    /// Inside of something unknown.
    Unknown,
    Missing,
}

fn inside<'v>(value: &'v Value, step: &str) -> Inside<'v> {
    if !value.is_known() {
        return Inside::Unknown;
    }
    if value.is_null() {
        return Inside::Empty;
    }
    let Some(items) = value.items() else { return value.get(step).map_or(Inside::Missing, Inside::Found) };
    match step.parse::<usize>() {
        Ok(index) => items.get(index).map_or(Inside::Empty, Inside::Found),
        Err(_) => items.first().map_or(Inside::Empty, |first| inside(first, step)),
    }
}

/// Whether AWS assigns the value, and nothing in the configuration.
fn is_assigned(value: &Value) -> bool {
    value.as_unknown().is_some_and(|u| matches!(u.because, Because::Attribute(_)))
}
