//! `infralint::account_routes`: where routes lead that exist in an account.

use super::{
    NativeCall,
    addresses::{import, judged},
};
use crate::{
    addr::name,
    policy::{fingerprint::fingerprint, members::Lookup, own::exactly},
    value::{Because, Kind, Type, Value},
    world::{Existence, Instance, RootModule},
};

/// Where the routes lead that an account tells of, in the VPC of the judged association: each destination, and of a prefix
/// list all that is on it. Routes inside of the ranges that the VPC has there, and those of managed tables, are not among them.
pub(super) fn account_routes(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged = judged(call)?;
    let vpc = judged.attrs.get("vpc_id").and_then(|id| call.world.vpc_named(id));
    let mut found = Vec::new();
    for (root, i) in call.world.of_type(name("aws_route_table")) {
        let module = call.world.root_modules.get(*root).filter(|module| module.account.is_some());
        let Some((module, table)) = module.and_then(|module| Some((module, module.instances.get(*i)?))) else {
            continue;
        };
        let of_vpc = table.attrs.get("vpc_id").and_then(|id| call.world.vpc_named(id));
        if of_vpc.is_some() && of_vpc == vpc && counts(call, (*root, *i), table) {
            found.extend(destinations(call, (*root, module), table));
        }
    }
    Ok(Value::tuple(found))
}

/// Whether a table is there and no managed one, as far as that is decided or assumed.
fn counts(call: &NativeCall<'_, '_>, (root, i): (usize, usize), table: &Instance) -> bool {
    let Existence::Maybe(on) = &table.exists else { return true };
    // A table that may be any has routes that are not known; that says it all.
    if table.attrs.get("route").is_some_and(|route| !route.is_known()) {
        return true;
    }
    let asked = || fingerprint(&Value::tuple(vec![Value::string("account_routes"), Value::string(root.to_string())]));
    let (run, subject) = (call.caller.run, call.caller.subject);
    let lookup = Lookup { run, facts: call.facts, subject, question: &asked };
    lookup.elsewhere((root, i), on.clone(), &table.addr)
}

fn destinations(call: &NativeCall<'_, '_>, (root, module): (usize, &RootModule), table: &Instance) -> Vec<Value> {
    let Some(routes) = table.attrs.get("route") else { return Vec::new() };
    let with_origin = |value: Value| value.clone().with_origin(import(call, (root, module), routes));
    let Some(items) = routes.items() else { return vec![with_origin(unknown(routes))] };
    let of_route = |route: &Value| {
        let range = route.get("cidr_block").filter(|range| !range.is_null()).cloned();
        let list = route.get("destination_prefix_list_id").filter(|list| !list.is_null());
        range.into_iter().chain(list.map(|list| on_list(module, list)).unwrap_or_default())
    };
    items.iter().flat_map(of_route).map(with_origin).collect()
}

/// The ranges on a prefix list of a site.
fn on_list(module: &RootModule, id: &Value) -> Vec<Value> {
    let lists = module.instances.iter().filter(|instance| instance.addr.ty == "aws_ec2_managed_prefix_list");
    let mut perhaps = None;
    for list in lists {
        let (Some(own), Some(entries)) = (list.attrs.get("id"), list.attrs.get("entry")) else { continue };
        match (own.as_str(), entries.items()) {
            (Some(own), Some(entries)) if Some(own) == id.as_str() => {
                return entries.iter().filter_map(|entry| entry.get("cidr").cloned()).collect();
            }
            (Some(own), None) if Some(own) == id.as_str() => return vec![unknown(entries)],
            (None, _) => perhaps = Some(unknown(own)),
            _ => {}
        }
    }
    perhaps.into_iter().collect()
}

/// A range that is not known for the reason that something else is not.
fn unknown(value: &Value) -> Value {
    match &value.kind {
        Kind::Unknown(unknown) => Value::unknown(Type::String, unknown.because.clone()),
        _ => Value::unknown(Type::String, Because::Error),
    }
}
