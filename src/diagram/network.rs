//! VPCs: zones, subnets in tiers, and the ways out of them.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    model::{Subnet, Thing, Tier, Vpc, Way},
    read::{Reading, at, name_of, named_in, names, text},
    standing,
};
use crate::{
    addr::{InstanceAddr, InstanceKey},
    value::Value,
    world::Instance,
};

/// The zone of subnets whose zone is not known.
const NO_ZONE: &str = "zone not known";

/// A subnet that was read, with what decides its place.
pub(super) struct Placed<'m> {
    pub(super) instance: &'m Instance,
    zone: String,
    route: Route,
    tier: TierKey,
}

/// Where a subnet's default route leads.
#[derive(Clone, Default)]
struct Route {
    way: Way,
    nat: Option<Arc<InstanceAddr>>,
}

/// Subnets of one `for_each` are a tier; those written one by one are put together by where their routes lead.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct TierKey {
    way: Way,
    name: String,
}

pub(super) fn vpcs(reading: &mut Reading<'_>) -> Vec<Vpc> {
    let all: Vec<&Instance> = reading.of_type("aws_vpc").collect();
    all.into_iter().map(|vpc| of_vpc(reading, vpc)).collect()
}

fn of_vpc(reading: &mut Reading<'_>, vpc: &Instance) -> Vpc {
    let mut placed: Vec<Placed<'_>> = reading
        .of_type("aws_subnet")
        .filter(|subnet| is_in(subnet, vpc))
        .map(|subnet| placed(reading, subnet))
        .collect();
    placed.sort_by(|a, b| (&a.tier, &a.zone, &a.instance.addr).cmp(&(&b.tier, &b.zone, &b.instance.addr)));
    let mut zones: Vec<String> = placed.iter().map(|subnet| subnet.zone.clone()).collect();
    zones.sort();
    zones.dedup();
    let detail = name_of(vpc, &["cidr_block"]);
    let thing = reading.thing(vpc, name_of(vpc, &["tags.Name"]), detail);
    let mut tiers = tiers(reading, &placed, &zones);
    standing::stand(reading, (&placed, &zones), &mut tiers);
    let gateway = gateway(reading, vpc);
    Vpc {
        thing,
        gateway,
        endpoints: endpoints(reading, vpc),
        tiers: tiers.into_iter().map(|(_, tier)| tier).collect(),
        zones,
    }
}

fn is_in(instance: &Instance, vpc: &Instance) -> bool {
    instance.attrs.get("vpc_id").is_some_and(|id| names(id, vpc, &["id"]))
}

fn gateway(reading: &mut Reading<'_>, vpc: &Instance) -> Option<Thing> {
    let gateway = reading.of_type("aws_internet_gateway").find(|gateway| is_in(gateway, vpc))?;
    Some(reading.thing(gateway, "Internet gateway".to_owned(), String::new()))
}

fn endpoints(reading: &mut Reading<'_>, vpc: &Instance) -> Vec<Thing> {
    let all: Vec<&Instance> = reading.of_type("aws_vpc_endpoint").filter(|endpoint| is_in(endpoint, vpc)).collect();
    let endpoint = |endpoint: &Instance| {
        let service = text(endpoint, "service_name").unwrap_or_default();
        let short = service.rsplit('.').next().unwrap_or_default().to_owned();
        (short, text(endpoint, "vpc_endpoint_type").unwrap_or_default().to_lowercase())
    };
    let things = all.into_iter().map(|instance| {
        let (service, kind) = endpoint(instance);
        reading.thing(instance, format!("{service} endpoint"), kind)
    });
    things.collect()
}

fn placed<'m>(reading: &Reading<'m>, subnet: &'m Instance) -> Placed<'m> {
    let zone = text(subnet, "availability_zone").or_else(|| text(subnet, "availability_zone_id"));
    let route = route(reading, subnet);
    let is_repeated = subnet.addr.key != InstanceKey::None;
    let name = text(subnet, "tags.Tier").or_else(|| is_repeated.then(|| subnet.addr.name.to_string()));
    let name = name.unwrap_or_else(|| word(route.way).to_owned());
    let tier = TierKey { way: route.way, name };
    Placed { instance: subnet, zone: zone.unwrap_or_else(|| NO_ZONE.to_owned()), route, tier }
}

const fn word(way: Way) -> &'static str {
    match way {
        Way::Internet => "public",
        Way::Nat | Way::Other => "private",
        Way::Nowhere => "isolated",
    }
}

/// The default route of the table that a subnet is associated with; without one, of the VPC's main table.
fn route(reading: &Reading<'_>, subnet: &Instance) -> Route {
    let is_own =
        |association: &&Instance| association.attrs.get("subnet_id").is_some_and(|id| names(id, subnet, &["id"]));
    let association = reading.of_type("aws_route_table_association").find(is_own);
    let table =
        association.and_then(|association| named_in(association.attrs.get("route_table_id")?).into_iter().next());
    let Some(table) = table else { return Route::default() };
    let of_table = |route: &&Instance| {
        let id = route.attrs.get("route_table_id");
        id.is_some_and(|id| named_in(id).contains(&table))
    };
    let separate = reading.of_type("aws_route").filter(of_table).map(|route| &route.attrs);
    let tables = ["aws_route_table", "aws_default_route_table"];
    let owner = tables.iter().flat_map(|ty| reading.of_type(ty)).find(|owner| owner.addr == table);
    let inline = owner.and_then(|owner| owner.attrs.get("route")?.items()).unwrap_or_default();
    separate.chain(inline).filter_map(default_route).min_by_key(|route| route.way).unwrap_or_default()
}

fn default_route(route: &Value) -> Option<Route> {
    let destination = ["destination_cidr_block", "cidr_block"].iter().find_map(|name| route.get(name)?.as_str());
    if destination.map(ecow::EcoString::as_str) != Some("0.0.0.0/0") {
        return None;
    }
    let leads_to = |name: &str| route.get(name).filter(|value| !value.is_null());
    let by = |name: &str| leads_to(name).and_then(|value| named_in(value).into_iter().next());
    if let Some(nat) = by("nat_gateway_id").filter(|nat| nat.ty == "aws_nat_gateway") {
        return Some(Route { way: Way::Nat, nat: Some(nat) });
    }
    let is_internet = by("gateway_id").is_some_and(|gateway| gateway.ty == "aws_internet_gateway");
    Some(Route { way: if is_internet { Way::Internet } else { Way::Other }, nat: None })
}

/// The tiers with the addresses of their subnets, from the outermost to the innermost.
pub(super) type Tiers = Vec<(Vec<Arc<InstanceAddr>>, Tier)>;

fn tiers(reading: &mut Reading<'_>, placed: &[Placed<'_>], zones: &[String]) -> Tiers {
    let mut tiers: BTreeMap<&TierKey, (Vec<Arc<InstanceAddr>>, Tier)> = BTreeMap::new();
    for subnet in placed {
        let Some(column) = subnet.column(zones) else { continue };
        let range = at(&subnet.instance.attrs, "cidr_block").and_then(Value::as_str);
        let range = range.map_or_else(|| "range not known".to_owned(), ToString::to_string);
        let thing = reading.thing(subnet.instance, subnet.tier.name.clone(), range);
        let nat = subnet.route.nat.as_ref().map(|nat| nat.to_string());
        let tier = || Tier { way: subnet.tier.way, ..Tier::default() };
        let (addrs, tier) = tiers.entry(&subnet.tier).or_insert_with(|| (Vec::new(), tier()));
        addrs.push(Arc::clone(&subnet.instance.addr));
        tier.subnets.entry(column).or_default().push(Subnet { thing, nat });
    }
    tiers.into_values().collect()
}

impl Placed<'_> {
    /// The column of its zone.
    pub(super) fn column(&self, zones: &[String]) -> Option<usize> {
        zones.iter().position(|zone| *zone == self.zone)
    }

    pub(super) fn zone(&self) -> &str {
        &self.zone
    }
}
