//! `infralint::` functions about address ranges: which overlap, and which lie outside of where they must lie.

use super::{NativeCall, resources::read_from_account};
use crate::{
    diag::Label,
    eval::identity,
    policy::{
        fingerprint::fingerprint,
        members::Lookup,
        own::{exactly, text, unknown},
    },
    source::Place,
    value::{Type, Value},
    world::{
        Instance, RootModule,
        addresses::{Held, Holder, Kind, Overlap, Within},
        cidr::{self, Range},
        network::{Network, OpenEnd, Via, Vpc},
    },
};

/// Further places shown beside a finding.
const MAX_LABELS: usize = 8;

/// Subnets of the same VPC that the judged subnet's range overlaps: `{own, other, address, root_module, range, via}`
/// each: both described for people, then what is known of the other; `via` is null. A pair is told at the subnet that comes first by root module and address.
pub(super) fn subnet_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    told(call, Kind::Subnets)
}

/// Ranges of the same VPC that the judged VPC's, or association's, range overlaps; as for subnets.
pub(super) fn secondary_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    told(call, Kind::Secondary)
}

/// Ranges of peered VPCs that the judged VPC's, or association's, range overlaps; `via` is the peering connection.
///
/// A peering whose other end is not known is one with a VPC that may use the same addresses.
pub(super) fn peered_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    told_or_open(call, Kind::Peered, |network, vpc| network.open_ends(vpc))
}

/// The overlaps of a kind, and each connection of the judged VPC whose other end may be any VPC.
fn told_or_open<'a>(
    call: &NativeCall<'a, '_>,
    kind: Kind,
    open: impl Fn(&'a Network, &Vpc) -> Vec<&'a OpenEnd>,
) -> Result<Value, String> {
    let judged = judged(call)?;
    let told = told(call, kind)?;
    let mut found = told.items().unwrap_or_default().to_vec();
    let vpc = Vpc(std::sync::Arc::clone(&judged.addr));
    for end in open(&call.world.addresses().network, &vpc) {
        let Some((module, connection)) = connection(call, end.via).filter(|_| !end.other.is_error()) else { continue };
        // Of a VPC that is only named by its id, the account knows the ranges.
        let other = if end.other.is_known() { in_account(module, &end.other) } else { end.other.clone() };
        let on = other.with_origin(import(call, (end.via.root, module), &end.other));
        if asking(call, ("open_ends", end.via.root), |lookup| lookup.holds((end.via.root, end.via.instance), on)) {
            found.push(Value::string(connection.addr.to_string()));
        }
    }
    Ok(Value::tuple(found).with_origin(told.origin))
}

/// Ranges of VPCs on the same transit gateway that the judged VPC's, or association's, range overlaps; `via` is the
/// attachment of the other one. What is attached there and not known is a VPC that may use the same addresses.
pub(super) fn transit_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    told_or_open(call, Kind::Transit, |network, vpc| Network::open_attachments(&network.transits, vpc))
}

/// Ranges of VPCs on the same transit gateway that the judged VPC's, or association's, range overlaps, and which do not
/// meet in any of the gateway's route tables.
pub(super) fn separate_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    told(call, Kind::Separate)
}

/// Ranges of VPCs behind the same Direct Connect gateway that the judged VPC's, or association's, range overlaps; `via` is
/// the association of the other one.
pub(super) fn direct_connect_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    told_or_open(call, Kind::DirectConnect, |network, vpc| Network::open_attachments(&network.direct_connects, vpc))
}

/// Ranges of VPCs that overlap the judged VPC's, or association's, and have a peered VPC in common with it; `via` is
/// the connection of the other one.
pub(super) fn hub_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    told(call, Kind::Hub)
}

/// Ranges of VPCs that are not peered with it which the judged VPC's, or association's, range overlaps:
/// `infralint::unrelated_overlaps("same-stage")`, or `"other-stage"`.
pub(super) fn unrelated_overlaps(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [which] = exactly::<1>(call.args)?;
    match text(which)?.as_str().map(|which| which.as_str()) {
        Some("same-stage") => told(call, Kind::SameStage),
        Some("other-stage") => told(call, Kind::OtherStage),
        _ => Err("it takes \"same-stage\" or \"other-stage\"".to_owned()),
    }
}

/// The range of a VPC that is named by its id.
fn in_account(module: &RootModule, id: &Value) -> Value {
    let id = id.as_str().map_or("", |id| id.as_str());
    Value::unknown(Type::String, read_from_account(&module.path, ("aws_vpc", id), "cidr_block"))
}

/// The ranges of the judged subnet that lie outside of all ranges of its VPC.
pub(super) fn outside_vpc(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged = judged(call)?;
    let addresses = call.world.addresses();
    let mut outside = Vec::new();
    for (i, held) in addresses.held_by(&judged.addr).filter(|(_, held)| held.holder == Holder::Subnet) {
        let astray = addresses.all_astray(held);
        if astray.first().is_some_and(|first| *first != i) {
            // Told at the first of them.
            continue;
        }
        for other in astray.iter().skip(1).filter_map(|other| addresses.held.get(*other)) {
            relate(call, other, "outside as well");
        }
        let is_outside = match addresses.is_inside(held) {
            Ok(inside) => !inside,
            Err(on) => asking(call, ("outside_vpc", i), |lookup| lookup.holds((call.root, held.instance), on)),
        };
        if is_outside {
            relate(call, held, "its own range");
            outside.push(held);
        }
    }
    for outer in
        outside.iter().flat_map(|held| vpc_of(held).into_iter().flat_map(|vpc| addresses.ranges_of(vpc, held.v6)))
    {
        relate(call, outer, "a range of the VPC");
    }
    let first = || addresses.held_by(&judged.addr).next().map(|(_, held)| held);
    let origin = outside.first().copied().or_else(first).map(|held| held.range.origin);
    let ranges = outside.iter().map(|held| held.range.clone()).collect();
    Ok(Value::list(Type::String, ranges).with_origin(origin.unwrap_or_default()))
}

/// How many subnets of the judged subnet's VPC lie outside of it, where all of them do; else 0.
pub(super) fn astray_subnets(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged = judged(call)?;
    let addresses = call.world.addresses();
    let all = addresses.held_by(&judged.addr).map(|(_, held)| addresses.all_astray(held).len()).max();
    Ok(Value::int(i64::try_from(all.unwrap_or(0)).unwrap_or(i64::MAX)))
}

/// The range that the VPC of the judged association was made with; null where that is not one of this run.
pub(super) fn primary_range(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged = judged(call)?;
    let addresses = call.world.addresses();
    let vpc = addresses.held_by(&judged.addr).next().and_then(|(_, held)| vpc_of(held));
    let mut ranges = vpc.into_iter().flat_map(|vpc| addresses.ranges_of(vpc, false));
    let primary = ranges.find(|held| held.holder == Holder::Vpc);
    Ok(primary.map_or_else(|| Value::null(Type::String), |held| imported(call, held)))
}

/// How much of the judged VPC's IPv4 ranges its subnets use, as a share of 1; null where a range is not known or there is no
/// subnet.
pub(super) fn used_share(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged = judged(call)?;
    let vpc = Vpc(std::sync::Arc::clone(&judged.addr));
    let addresses = call.world.addresses();
    let size = |held: &Held| {
        cidr::known(&held.range)
            .filter(|_| held.exists.is_none())
            .map(|range| f64::from(32 - range.prefix_length().min(32)).exp2())
    };
    let all: Option<Vec<f64>> = addresses.ranges_of(&vpc, false).map(size).collect();
    let used: Option<Vec<f64>> = addresses.subnets_of(&vpc, false).map(size).collect();
    let (Some(all), Some(used)) = (all, used) else { return Ok(Value::null(Type::Number)) };
    let (all, used): (f64, f64) = (all.iter().sum(), used.iter().sum());
    if all <= 0.0 || used <= 0.0 {
        return Ok(Value::null(Type::Number));
    }
    // In hundredths, which are whole.
    let hundredths = (used / all * 100.0).round();
    let number = Value::string(format!("{}", hundredths / 100.0));
    let origin = addresses.held_by(&judged.addr).next().map(|(_, held)| held.range.origin).unwrap_or_default();
    crate::value::convert(&number, &Type::Number).map(|share| share.with_origin(origin)).map_err(|error| error.message)
}

/// The ranges of the VPC that the judged subnet, association or VPC belongs to, without those it holds itself.
pub(super) fn vpc_ranges(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged = judged(call)?;
    let addresses = call.world.addresses();
    let Some((_, held)) = addresses.held_by(&judged.addr).next() else {
        return Ok(Value::list(Type::String, Vec::new()));
    };
    let Some(vpc) = vpc_of(held) else {
        let vpc_id = std::slice::from_ref(&held.vpc_id);
        return Ok(unknown("infralint::vpc_ranges", Type::list(Type::String), vpc_id).with_origin(held.vpc_id.origin));
    };
    let ranges = [false, true].into_iter().flat_map(|v6| addresses.ranges_of(vpc, v6));
    let others = ranges.filter(|other| other.addr != judged.addr);
    Ok(Value::list(Type::String, others.map(|other| imported(call, other)).collect()))
}

/// The ranges of a VPC that only its account has, given its id; none where it is managed here, as those are told there.
/// Unknown where nobody tells: `infralint::unmanaged_ranges(attrs.vpc_id)`.
pub(super) fn unmanaged_ranges(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [id] = exactly::<1>(call.args)?;
    if id.is_error() {
        return Ok(Value::error());
    }
    let named = call.world.vpc_named(id);
    let found = named.as_ref().and_then(|vpc| Some((vpc, call.world.find(&vpc.0)?.0)));
    let Some((vpc, root)) = found else {
        let module = root_module(call, call.root).ok_or("there is no root module")?;
        let range = if id.is_known() { in_account(module, id) } else { id.clone() };
        let because = range.as_unknown().map(|unknown| unknown.because.clone()).ok_or("an id must be text")?;
        return Ok(Value::unknown(Type::list(Type::String), because).with_origin(id.origin));
    };
    let is_unmanaged = root_module(call, root).is_some_and(|module| module.account.is_some());
    let addresses = call.world.addresses();
    let ranges = [false, true].into_iter().flat_map(|v6| addresses.ranges_of(vpc, v6)).filter(|_| is_unmanaged);
    // Decided by the id: the account is nothing that one writes.
    let ranges = ranges.map(|held| held.range.clone().with_origin(id.origin));
    Ok(Value::list(Type::String, ranges.collect()).with_origin(id.origin))
}

/// The IPv4 ranges of the VPC that subnets lie in, given their ids, and of the VPCs that one is peered with or meets at a
/// transit gateway: `{address, root_module, range, peered}` each.
pub(super) fn network_ranges(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [subnets] = exactly::<1>(call.args)?;
    if subnets.is_error() {
        return Ok(Value::error());
    }
    let addresses = call.world.addresses();
    let mut vpcs: Vec<&Vpc> = Vec::new();
    for id in subnets.items().unwrap_or_default() {
        let subnet = identity(id).and_then(|(addr, _)| addresses.held_by(&addr).next());
        vpcs.extend(subnet.and_then(|(_, held)| vpc_of(held)));
    }
    vpcs.sort();
    vpcs.dedup();
    if vpcs.is_empty() {
        return Ok(
            unknown("infralint::network_ranges", Type::Any, std::slice::from_ref(subnets)).with_origin(subnets.origin)
        );
    }
    let mut found = Vec::new();
    for vpc in vpcs {
        found.extend(addresses.ranges_of(vpc, false).map(|held| network_range(call, held, false)));
        let peers = addresses.network.peers(vpc).into_iter().chain(addresses.network.transit_peers(vpc));
        for peer in peers {
            found.extend(addresses.ranges_of(peer, false).map(|held| network_range(call, held, true)));
        }
    }
    Ok(Value::tuple(found))
}

fn network_range(call: &NativeCall<'_, '_>, held: &Held, peered: bool) -> Value {
    Value::object(vec![
        ("address".into(), Value::string(held.addr.to_string())),
        ("root_module".into(), Value::string(root_module(call, held.root).map_or("", |module| &*module.path))),
        ("range".into(), imported(call, held)),
        ("peered".into(), Value::bool(peered)),
    ])
}

/// The prefix lengths of all subnets that one resource block makes in one module instance, told at the first of them; empty
/// for the others, and where one of them is not known.
pub(super) fn tier_sizes(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged = judged(call)?;
    let addresses = call.world.addresses();
    let none = Ok(Value::list(Type::Number, Vec::new()));
    let Some((own, held)) = addresses.held_by(&judged.addr).find(|(_, held)| !held.v6) else { return none };
    let alike = |other: &&Held| {
        let (a, b) = (&other.addr, &held.addr);
        !other.v6 && a.root == b.root && a.module == b.module && a.ty == b.ty && a.name == b.name
    };
    // Sorted by address, so those of a block lie together.
    let before = addresses.held.get(..own).unwrap_or_default().iter().rev().take_while(alike).count();
    if before > 0 {
        return none;
    }
    let tier = addresses.held.get(own..).unwrap_or_default().iter().take_while(|other| alike(other) || other.v6);
    let sizes: Option<Vec<Value>> = tier
        .filter(|other| !other.v6)
        .map(|other| Some(Value::int(i64::from(cidr::known(&other.range)?.prefix_length()))))
        .collect();
    Ok(Value::list(Type::Number, sizes.unwrap_or_default()).with_origin(held.range.origin))
}

/// The newbits with which `cidrsubnet` cuts subnets out of the judged VPC's range, as written where a subnet's range is
/// decided; only those written as a number.
pub(super) fn cut_sizes(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let judged = judged(call)?;
    let addresses = call.world.addresses();
    let mut sizes = Vec::new();
    let mut origin = None;
    for held in addresses.subnets_of(&Vpc(std::sync::Arc::clone(&judged.addr)), false) {
        let Some(module) = root_module(call, held.root) else { continue };
        let chain = module.origins.chain(held.range.origin);
        let cut = chain.iter().find_map(|hop| newbits(&call.cx.sources.text_at(hop.at)));
        if let Some(newbits) = cut {
            origin = origin.or(Some(import(call, (held.root, module), &held.range)));
            sizes.push(Value::string(newbits));
        }
    }
    Ok(Value::list(Type::String, sizes).with_origin(origin.unwrap_or_default()))
}

/// The second argument of a lone `cidrsubnet(…, 4, …)`, when it is a number.
fn newbits(text: &str) -> Option<String> {
    let (_, arguments) = text.split_once("cidrsubnet(")?;
    let mut depth = 0_u32;
    let mut parts = vec![String::new()];
    for c in arguments.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut()?.push(c);
    }
    let newbits = parts.get(1)?.trim();
    let proper = !newbits.is_empty() && newbits.bytes().all(|b| b.is_ascii_digit()) && parts.len() == 3;
    proper.then(|| newbits.to_owned())
}

/// How many bits the prefix of a range has: 16 for `10.0.0.0/16`.
pub(super) fn prefix_length(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [range] = exactly::<1>(call.args)?;
    let range = text(range)?;
    if range.is_error() {
        return Ok(Value::error());
    }
    let Some(known) = range.as_str() else {
        return Ok(
            unknown("infralint::prefix_length", Type::Number, std::slice::from_ref(&range)).with_origin(range.origin)
        );
    };
    let parsed = Range::parse(known).ok_or_else(|| format!("\"{known}\" is not an address range in CIDR notation"))?;
    Ok(Value::int(i64::from(parsed.prefix_length())).with_origin(range.origin).marked(range.marks))
}

fn vpc_of(held: &Held) -> Option<&Vpc> {
    match &held.within {
        Some(Within::Managed(vpc)) => Some(vpc),
        _ => None,
    }
}

pub(super) fn judged<'a>(call: &NativeCall<'a, '_>) -> Result<&'a Instance, String> {
    let module = call.world.root_modules.get(call.root);
    let judged = module.zip(call.instance).and_then(|(module, i)| module.instances.get(i));
    judged.ok_or_else(|| "it needs a resource that is judged".to_owned())
}

/// The overlaps of a kind that are told at the judged holder, those in doubt as assumed.
fn told(call: &NativeCall<'_, '_>, kind: Kind) -> Result<Value, String> {
    let judged = judged(call)?;
    let addresses = call.world.addresses();
    let mut found = Vec::new();
    let mut origin = addresses.held_by(&judged.addr).next().map(|(_, held)| held.range.origin);
    for (i, _) in addresses.held_by(&judged.addr) {
        for overlap in addresses.overlaps(kind, i) {
            let (Some(held), Some(other)) = (addresses.held.get(overlap.one), addresses.held.get(overlap.other)) else {
                continue;
            };
            if counts(call, overlap, (held, other)) {
                relate(call, other, "the other range");
                relate_connection(call, overlap.via);
                origin = origin.filter(|_| !found.is_empty()).or(Some(held.range.origin));
                found.push(entry(call, overlap, (held, other)));
            }
        }
    }
    let ty = found.first().map_or(Type::Any, Value::ty);
    Ok(Value::list(ty, found).with_origin(origin.unwrap_or_default()))
}

/// Whether an overlap is there, as far as that is decided or assumed.
fn counts(call: &NativeCall<'_, '_>, overlap: &Overlap, (held, other): (&Held, &Held)) -> bool {
    let Some((root, on)) = &overlap.open else { return true };
    let assumed = |held: &Held| call.caller.run.assumed.apply(&held.range);
    // The arms that are assumed of conditions may decide it.
    let sure_by_range = match cidr::relation(&assumed(held), &assumed(other)).overlaps() {
        Some(false) => return false,
        sure => sure.is_some(),
    };
    let hangs_on_range = cidr::relation(&held.range, &other.range).overlaps().is_none();
    if sure_by_range && hangs_on_range && other.exists.is_none() {
        return true;
    }
    let origin = root_module(call, *root).map(|module| import(call, (*root, module), on));
    let on = on.clone().with_origin(origin.unwrap_or_default());
    let question = format!("{}, {}", overlap.one, overlap.other);
    asking(call, (&question, overlap.other), |lookup| lookup.elsewhere((other.root, other.instance), on, &other.addr))
}

/// The answer of one look-up to what is asked, by a name and an index that tell its doubts from others.
fn asking(call: &NativeCall<'_, '_>, (name, index): (&str, usize), answer: impl FnOnce(&Lookup<'_>) -> bool) -> bool {
    let asked = || fingerprint(&Value::tuple(vec![Value::string(name), Value::string(index.to_string())]));
    let (run, subject) = (call.caller.run, call.caller.subject);
    answer(&Lookup { run, facts: call.facts, subject, question: &asked })
}

fn entry(call: &NativeCall<'_, '_>, overlap: &Overlap, (held, other): (&Held, &Held)) -> Value {
    let path = root_module(call, other.root).map_or("", |module| &*module.path);
    let via = overlap.via.and_then(|via| connection(call, via)).map(|(_, via)| via.addr.to_string());
    Value::object(vec![
        ("address".into(), Value::string(other.addr.to_string())),
        ("root_module".into(), Value::string(path)),
        ("range".into(), imported(call, other)),
        ("own".into(), Value::string(described(call, held))),
        ("other".into(), Value::string(described(call, other))),
        ("via".into(), via.map_or_else(|| Value::null(Type::String), Value::string)),
    ])
}

/// `aws_vpc.main (10.0.0.0/16) in stages/test/main`, as far as that is known and elsewhere.
fn described(call: &NativeCall<'_, '_>, held: &Held) -> String {
    let range = held.range.as_str().map_or_else(String::new, |range| format!(" ({range})"));
    let place = root_module(call, held.root).map_or_else(String::new, |module| in_other(call, held.root, module));
    format!("{}{range}{place}", held.addr)
}

fn root_module<'a>(call: &NativeCall<'a, '_>, root: usize) -> Option<&'a RootModule> {
    call.world.root_modules.get(root)
}

pub(super) fn import(
    call: &NativeCall<'_, '_>,
    (root, module): (usize, &RootModule),
    value: &Value,
) -> crate::value::Origin {
    if root == call.root { value.origin } else { call.cx.origins.import(&module.origins, value.origin) }
}

/// A range with its origin in the judged root module.
fn imported(call: &NativeCall<'_, '_>, held: &Held) -> Value {
    let Some(module) = root_module(call, held.root) else { return held.range.clone() };
    held.range.clone().with_origin(import(call, (held.root, module), &held.range))
}

/// Notes another holder as a place that takes part: where its range is decided, else its block.
fn relate(call: &NativeCall<'_, '_>, other: &Held, what: &str) {
    let Some(module) = root_module(call, other.root) else { return };
    let Some(instance) = module.instances.get(other.instance) else { return };
    let decided = module.origins.chain(other.range.origin).last().map_or(instance.at, |hop| hop.at);
    label(call, decided, format!("{what}: {}", described(call, other)));
}

fn in_other(call: &NativeCall<'_, '_>, root: usize, module: &RootModule) -> String {
    if root == call.root { String::new() } else { format!(" in {}", module.shown()) }
}

fn connection<'a>(call: &NativeCall<'a, '_>, via: Via) -> Option<(&'a RootModule, &'a Instance)> {
    let module = root_module(call, via.root)?;
    Some((module, module.instances.get(via.instance)?))
}

fn relate_connection(call: &NativeCall<'_, '_>, via: Option<Via>) {
    let Some((via, (module, peering))) = via.and_then(|via| Some((via, connection(call, via)?))) else { return };
    label(call, peering.at, format!("the connection: {}{}", peering.addr, in_other(call, via.root, module)));
}

fn label(call: &NativeCall<'_, '_>, place: Place, text: String) {
    if call.caller.run.related.borrow().len() < MAX_LABELS {
        call.caller.run.relate(Label { place, text });
    }
}
