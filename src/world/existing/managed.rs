//! What the configuration manages at a site, and which of the things that exist there it is.

use std::{collections::BTreeMap, sync::Arc};

use super::{asked, unwritten};
use crate::{
    account::{Configured, Facts, Site, Tags},
    addr::InstanceAddr,
    value::{Because, Type, Value},
    world::{Instance, Operation, RootModule, World},
};

/// One managed VPC or subnet.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) addr: Arc<InstanceAddr>,
    /// Its id, of a VPC.
    pub(super) id_value: Value,
    /// Of a subnet, that of its VPC.
    pub(super) vpc_id: Value,
    /// The id it has in the account, as the plan says.
    id: Option<String>,
    /// Whether a plan says that it is not there yet.
    pub(super) is_new: bool,
    /// Whether it is the default VPC of its region, of which there is one.
    pub(super) is_default: bool,
    /// Whether it is destroyed, so that nothing it does counts.
    pub(super) is_destroyed: bool,
    range: Option<String>,
    /// The tags that are known of it, and whether these are all.
    tags: Option<Tags>,
}

/// Whether something that exists is a managed one.
#[derive(Debug)]
pub(super) enum Match<'m> {
    Is(&'m Candidate),
    /// It has the range of these, and nothing tells more.
    Maybe(Vec<&'m Candidate>),
    No,
}

/// The types that are recognised, or that what is not told may have to do with.
const KINDS: [&str; 6] = [
    "aws_vpc",
    "aws_default_vpc",
    "aws_subnet",
    "aws_route_table",
    "aws_vpc_ipv4_cidr_block_association",
    "aws_ec2_transit_gateway_vpc_attachment",
];

/// Everything that is managed at a site.
#[derive(Debug, Default)]
pub(super) struct Managed {
    pub(super) vpcs: Vec<Candidate>,
    pub(super) subnets: Vec<Candidate>,
    pub(super) route_tables: Vec<Candidate>,
    /// The transit gateways that VPCs are attached to.
    pub(super) gateways: Vec<Value>,
    /// IPv4 ranges that are added to VPCs: the VPC's id and the range.
    pub(super) associations: Vec<(Value, Value)>,
}

impl Managed {
    pub(super) fn of(world: &World, facts: &Facts, site: &Site) -> Self {
        let mut managed = Self::default();
        for module in &world.root_modules {
            let mut here: BTreeMap<Option<usize>, bool> = BTreeMap::new();
            for instance in module.instances.iter().filter(|instance| instance.repeat == 0) {
                let ty = instance.addr.ty.as_str();
                if !KINDS.contains(&ty) {
                    continue;
                }
                let region = instance.attrs.get("region").and_then(Value::as_str).map(|region| region.as_str());
                let is_here = match region {
                    Some(_) => lies_in(module, instance, facts, (site, region)),
                    None => {
                        *here.entry(instance.provider).or_insert_with(|| lies_in(module, instance, facts, (site, None)))
                    }
                };
                if is_here {
                    managed.add(instance);
                }
            }
        }
        managed
    }

    fn add(&mut self, instance: &Instance) {
        let value = |name: &str| instance.attrs.get(name).cloned().unwrap_or_else(Value::error);
        match instance.addr.ty.as_str() {
            "aws_vpc" | "aws_default_vpc" => self.vpcs.push(Candidate::of(instance)),
            "aws_subnet" => self.subnets.push(Candidate::of(instance)),
            "aws_route_table" => self.route_tables.push(Candidate::of(instance)),
            "aws_ec2_transit_gateway_vpc_attachment" => self.gateways.push(value("transit_gateway_id")),
            _ => {
                self.associations.push((value("vpc_id"), value("cidr_block")));
            }
        }
    }
}

fn lies_in(module: &RootModule, instance: &Instance, facts: &Facts, (site, region): (&Site, Option<&str>)) -> bool {
    let found = match instance.provider.and_then(|i| module.providers.get(i)) {
        Some(provider) => facts.site(&asked(module, provider), Configured(Some(&provider.attrs)), region),
        None => facts.site(&unwritten(module), Configured(None), region),
    };
    found.is_some_and(|found| std::ptr::eq(found, site))
}

impl Candidate {
    fn of(instance: &Instance) -> Self {
        let change = instance.change.as_ref();
        let before = change.map(|change| &change.before);
        let operations = change.map(|change| change.operations.as_slice());
        let known = |name: &str| instance.attrs.get(name).and_then(Value::as_str).map(ToString::to_string);
        let had = |name: &str| before.and_then(|before| before.get(name)?.as_str().map(ToString::to_string));
        let value = |name: &str| instance.attrs.get(name).cloned().unwrap_or_else(Value::error);
        Self {
            addr: Arc::clone(&instance.addr),
            id_value: value("id"),
            vpc_id: value("vpc_id"),
            id: had("id").or_else(|| known("id")),
            is_default: instance.addr.ty == "aws_default_vpc",
            is_new: operations == Some(&[Operation::Create]),
            is_destroyed: operations == Some(&[Operation::Delete]),
            range: known("cidr_block"),
            tags: tags(&instance.attrs),
        }
    }

    /// Whether its tags are those of something that exists; what nobody tags is told apart by nothing.
    fn has_tags_of(&self, tags: &Tags) -> bool {
        self.tags
            .as_ref()
            .is_some_and(|own| !own.is_empty() && own.iter().all(|(key, value)| tags.get(key) == Some(value)))
    }
}

/// The tags, where all are known: with those of the provider, or else its own.
fn tags(attrs: &Value) -> Option<Tags> {
    let all = ["tags_all", "tags"].into_iter().filter_map(|name| attrs.get(name));
    let known = |tags: &Value| -> Option<Tags> {
        let text = |value: &Value| value.as_str().map(ToString::to_string);
        tags.entries()?.iter().map(|(key, value)| Some((key.to_string(), text(value)?))).collect()
    };
    all.filter(|tags| !tags.is_null()).find_map(known)
}

/// Which of the managed ones something is, by its id, else by range and tags; what has no range has an empty one.
pub(super) fn identify<'m>(candidates: &[&'m Candidate], (id, range, tags): (&str, &str, &Tags)) -> Match<'m> {
    if let Some(same) = candidates.iter().find(|candidate| candidate.id.as_deref() == Some(id)) {
        return Match::Is(same);
    }
    // What a plan makes, or knows by another id, is not there.
    let may_be = |candidate: &&&Candidate| {
        !candidate.is_new && candidate.id.is_none() && candidate.range.as_deref().unwrap_or_default() == range
    };
    let alike: Vec<&Candidate> = candidates.iter().filter(may_be).copied().collect();
    let tagged: Vec<&Candidate> = alike.iter().filter(|candidate| candidate.has_tags_of(tags)).copied().collect();
    match (tagged.as_slice(), alike.as_slice()) {
        ([same], _) => Match::Is(same),
        (_, []) => Match::No,
        _ => Match::Maybe(alike),
    }
}

/// What it hangs on whether two are the same.
pub(super) fn doubt(candidate: &Candidate, id: &str, site: &Site) -> Value {
    let what =
        ecow::eco_format!("whether {} is {id}, which has the same range in {},", candidate.addr, super::shown(site));
    Value::unknown(Type::Bool, Because::OtherState(what)).with_origin(candidate.id_value.origin)
}
