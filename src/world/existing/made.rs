//! The root module of a site: instances made from facts.

use std::{collections::HashMap, sync::Arc};

use ecow::EcoString;
use serde_json::{Value as Json, json};

use super::{
    Existing,
    managed::{Candidate, Managed, Match, doubt, identify},
    shown,
};
use crate::{
    account::{Association, Peering, Site, Subnet, Vpc},
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    eval::identity,
    source::{Place, Sources},
    value::{Because, Hop, Origin, Type, Value, What},
    world::{
        Existence, Instance, RootModule,
        planned::{Listing, instance_attributes},
    },
};

/// Sorts after the id of every root module that has a folder.
const AFTER_ALL: char = '\u{10FFFF}';

/// An instance before it has a place.
struct Draft {
    addr: Arc<InstanceAddr>,
    attrs: Value,
    exists: Existence,
}

/// Makes the instances of a site.
pub(super) struct Maker<'s> {
    pub(super) site: &'s Site,
    pub(super) managed: Managed,
    id: Arc<str>,
    drafts: Vec<Draft>,
    /// The VPCs of the site that a configuration manages, by id.
    same: HashMap<&'s str, Candidate>,
}

impl<'s> Maker<'s> {
    pub(super) fn new(site: &'s Site, managed: Managed) -> Self {
        let id = Arc::from(format!("{AFTER_ALL}{}/{}", site.account, site.region));
        Self { site, managed, id, drafts: Vec::new(), same: HashMap::new() }
    }

    pub(super) fn root_module(mut self, sources: &Sources, existing: &mut Existing) -> RootModule {
        self.vpcs(existing);
        self.subnets(existing);
        self.peerings();
        self.transit();
        self.routes(existing);
        self.any_of_pools();
        let path: Arc<str> = Arc::from(shown(self.site));
        let mut out = RootModule {
            id: Arc::clone(&self.id),
            account: Some(Arc::from(self.site.account.as_str())),
            ..RootModule::empty(&path)
        };
        self.drafts.sort_by(|a, b| a.addr.cmp(&b.addr));
        self.drafts.dedup_by(|a, b| a.addr == b.addr);
        let mut listing = Listing::default();
        let lines: Vec<_> =
            self.drafts.iter().map(|draft| listing.instance(&draft.addr.to_string(), &draft.attrs)).collect();
        let file = listing.file(sources, &path);
        for (draft, lines) in self.drafts.into_iter().zip(lines) {
            let header = Place::new(file, lines.header);
            let places: HashMap<&str, (Place, Place)> = lines
                .attributes
                .iter()
                .map(|(name, line, named)| (name.as_str(), (Place::new(file, *line), Place::new(file, *named))))
                .collect();
            let entry = |(attribute, value): &(EcoString, Value)| {
                let (at, named) = places.get(attribute.as_str()).copied().unwrap_or((header, header));
                let hop = Hop { what: What::Account, at, name: named, next: Origin::NONE };
                (attribute.clone(), value.clone().with_origin(out.origins.push(hop)))
            };
            let attrs = Value::object(draft.attrs.entries().unwrap_or_default().iter().map(entry).collect());
            out.instances.push(Instance::alone(draft.addr, attrs, draft.exists, header));
        }
        out.origins = std::mem::take(&mut out.origins).settle();
        out
    }

    pub(super) fn addr(&self, ty: &str, id: &str) -> Arc<InstanceAddr> {
        Arc::new(InstanceAddr {
            root: Arc::clone(&self.id),
            module: ModulePath::default(),
            mode: Mode::Managed,
            ty: name(ty),
            name: name(id),
            key: InstanceKey::None,
        })
    }

    /// An instance whose attributes are known as far as facts go; the others are null.
    pub(super) fn add(&mut self, (ty, id): (&str, &str), attrs: &Json) {
        let addr = self.addr(ty, id);
        let attrs = instance_attributes(&addr, attrs);
        self.drafts.push(Draft { addr, attrs, exists: Existence::Sure });
    }

    /// One that may be there: an attribute of it is not known, and why.
    pub(super) fn add_perhaps(&mut self, (ty, id): (&str, &str), attrs: &Json, unknown: (&str, Value)) {
        let exists = Existence::Maybe(Value::unknown(Type::Bool, because(&unknown.1)));
        self.add_with((ty, id), attrs, unknown);
        if let Some(draft) = self.drafts.last_mut() {
            draft.exists = exists;
        }
    }

    /// One of whose attributes one is not known.
    pub(super) fn add_with(&mut self, of: (&str, &str), attrs: &Json, (attribute, value): (&str, Value)) {
        self.add(of, attrs);
        self.let_last_have(attribute, value);
    }

    /// Gives the instance that was added last an attribute that no JSON can say.
    pub(super) fn let_last_have(&mut self, attribute: &str, value: Value) {
        if let Some(draft) = self.drafts.last_mut() {
            set(&mut draft.attrs, attribute, value);
        }
    }

    /// The instance that was added last may be another one.
    pub(super) fn doubt_last(&mut self, on: Value) {
        if let Some(draft) = self.drafts.last_mut() {
            draft.exists = Existence::Maybe(on);
        }
    }

    /// Why what a call would tell is not known: `the VPCs of account … (ec2:DescribeVpcs is not permitted)`.
    pub(super) fn untold(&self, what: &str, action: &str) -> Option<Value> {
        let why = self.site.why_not(action)?.sentence();
        let what = ecow::eco_format!("{what} of {} ({why})", shown(self.site));
        Some(Value::unknown(Type::String, Because::Account(what)))
    }

    fn vpcs(&mut self, existing: &mut Existing) {
        let site = self.site;
        if let (None, Some(unknown)) = (&site.vpcs, self.untold("what is among the VPCs", "ec2:DescribeVpcs")) {
            self.add_perhaps(("aws_vpc", "any"), &json!({}), ("cidr_block", unknown));
        }
        for vpc in site.vpcs.iter().flatten() {
            let candidates: Vec<&Candidate> = self.managed.vpcs.iter().collect();
            let default = candidates.iter().find(|candidate| candidate.is_default && vpc.is_default);
            let found = default.map(|same| Match::Is(same));
            match found.unwrap_or_else(|| identify(&candidates, (&vpc.id, &vpc.cidr_block, &vpc.tags))) {
                Match::Is(same) => {
                    let same = same.clone();
                    existing.managed.insert(vpc.id.as_str().into(), Arc::clone(&same.addr));
                    self.further_ranges(vpc, &same);
                    self.same.insert(&vpc.id, same);
                    continue;
                }
                Match::Maybe(perhaps) => {
                    let own = self.addr("aws_vpc", &vpc.id);
                    for one in perhaps {
                        let key = (Arc::clone(&one.addr), Arc::clone(&own));
                        existing.doubts.insert(key, doubt(one, &vpc.id, site));
                    }
                }
                Match::No => {}
            }
            self.vpc(vpc);
        }
    }

    fn vpc(&mut self, vpc: &Vpc) {
        let first_v6 = vpc.ipv6_associations.iter().find(|association| association.counts());
        let range = Some(&vpc.cidr_block).filter(|range| !range.is_empty());
        self.add(
            ("aws_vpc", &vpc.id),
            &json!({
                "id": vpc.id, "cidr_block": range, "owner_id": vpc.owner, "tags": vpc.tags, "tags_all": vpc.tags,
                "ipv6_cidr_block": first_v6.map(|association| &association.cidr_block),
                "instance_tenancy": vpc.instance_tenancy, "dhcp_options_id": vpc.dhcp_options,
            }),
        );
        let more = vpc.associations.iter().filter(|a| a.counts() && a.cidr_block != vpc.cidr_block);
        for association in more {
            self.association("aws_vpc_ipv4_cidr_block_association", "cidr_block", (&vpc.id, association));
        }
        for association in vpc.ipv6_associations.iter().filter(|a| a.counts()).skip(1) {
            self.association("aws_vpc_ipv6_cidr_block_association", "ipv6_cidr_block", (&vpc.id, association));
        }
    }

    fn association(&mut self, ty: &str, range: &str, (vpc, association): (&str, &Association)) {
        let id = if association.id.is_empty() {
            format!("{vpc}-{}", association.cidr_block)
        } else {
            association.id.clone()
        };
        let mut attrs = json!({ "id": id, "vpc_id": vpc });
        attrs[range] = json!(association.cidr_block);
        self.add((ty, &id), &attrs);
    }

    /// Ranges of a managed VPC that no association here adds. While one here is not known, it may be any of them.
    fn further_ranges(&mut self, vpc: &Vpc, same: &Candidate) {
        let is_its = |id: &Value| match identity(id) {
            Some((addr, _)) => addr == same.addr,
            None => id.as_str().is_none_or(|id| *id == vpc.id),
        };
        let added: Vec<&Value> =
            self.managed.associations.iter().filter(|(id, _)| is_its(id)).map(|(_, range)| range).collect();
        if added.iter().any(|range| !range.is_known()) {
            return;
        }
        let is_added = |range: &str| added.iter().any(|added| added.as_str().is_some_and(|added| added == range));
        let more: Vec<Association> = vpc
            .associations
            .iter()
            .filter(|a| a.counts() && a.cidr_block != vpc.cidr_block && !is_added(&a.cidr_block))
            .cloned()
            .collect();
        for association in &more {
            self.association("aws_vpc_ipv4_cidr_block_association", "cidr_block", (&vpc.id, association));
        }
    }

    fn subnets(&mut self, existing: &mut Existing) {
        let site = self.site;
        if let (None, Some(unknown)) = (&site.subnets, self.untold("what is among the subnets", "ec2:DescribeSubnets"))
        {
            self.unknown_subnets(&unknown);
        }
        for subnet in site.subnets.iter().flatten() {
            let found = {
                let in_vpc = |candidate: &&Candidate| self.is_in(candidate, &subnet.vpc);
                let candidates: Vec<&Candidate> = self.managed.subnets.iter().filter(in_vpc).collect();
                match identify(&candidates, (&subnet.id, &subnet.cidr_block, &subnet.tags)) {
                    Match::Is(same) => Err(Arc::clone(&same.addr)),
                    Match::Maybe(perhaps) => Ok(perhaps.into_iter().cloned().collect()),
                    Match::No => Ok(Vec::new()),
                }
            };
            match found {
                Err(same) => {
                    existing.managed.insert(subnet.id.as_str().into(), same);
                }
                Ok(perhaps) => {
                    let own = self.addr("aws_subnet", &subnet.id);
                    for one in &perhaps {
                        let key = (Arc::clone(&one.addr), Arc::clone(&own));
                        existing.doubts.insert(key, doubt(one, &subnet.id, site));
                    }
                    self.subnet(subnet);
                }
            }
        }
    }

    /// Whether a managed subnet lies in a VPC of the site.
    pub(super) fn is_in(&self, candidate: &Candidate, vpc: &str) -> bool {
        match (identity(&candidate.vpc_id), self.same.get(vpc)) {
            (Some((addr, _)), Some(same)) => addr == same.addr,
            _ => candidate.vpc_id.as_str().is_some_and(|id| id == vpc),
        }
    }

    fn subnet(&mut self, subnet: &Subnet) {
        let first_v6 = subnet.ipv6_associations.iter().find(|association| association.counts());
        self.add(
            ("aws_subnet", &subnet.id),
            &json!({
                "id": subnet.id, "vpc_id": subnet.vpc, "owner_id": subnet.owner, "cidr_block": subnet.cidr_block,
                "ipv6_cidr_block": first_v6.map(|association| &association.cidr_block),
                "availability_zone": subnet.availability_zone, "availability_zone_id": subnet.availability_zone_id,
                "map_public_ip_on_launch": subnet.map_public_ip_on_launch, "tags": subnet.tags, "tags_all": subnet.tags,
            }),
        );
    }

    /// In each VPC that exists and has managed subnets there may be others.
    fn unknown_subnets(&mut self, unknown: &Value) {
        let vpcs: Vec<&str> = self.site.vpcs.iter().flatten().map(|vpc| vpc.id.as_str()).collect();
        for vpc in vpcs {
            if self.managed.subnets.iter().any(|candidate| self.is_in(candidate, vpc)) {
                let attrs = json!({ "vpc_id": vpc });
                self.add_perhaps(("aws_subnet", &format!("any-of-{vpc}")), &attrs, ("cidr_block", unknown.clone()));
            }
        }
    }

    fn peerings(&mut self) {
        let site = self.site;
        let unknown = self.untold("which VPC is peered with it among those", "ec2:DescribeVpcPeeringConnections");
        if let (None, Some(unknown)) = (&site.peerings, unknown) {
            self.unknown_peerings(&unknown);
        }
        for peering in site.peerings.iter().flatten() {
            if matches!(peering.status.as_str(), "deleted" | "rejected" | "failed" | "expired" | "deleting") {
                continue;
            }
            self.foreign_ends(peering);
            self.add(
                ("aws_vpc_peering_connection", &peering.id),
                &json!({
                    "id": peering.id, "vpc_id": peering.requester.vpc, "peer_vpc_id": peering.accepter.vpc,
                    "peer_owner_id": peering.accepter.owner, "peer_region": peering.accepter.region,
                    "accept_status": peering.status, "tags": peering.tags, "tags_all": peering.tags,
                }),
            );
        }
    }

    /// The ends that are no VPCs of this site. Their ranges are told of active peerings only.
    fn foreign_ends(&mut self, peering: &Peering) {
        for end in [&peering.requester, &peering.accepter] {
            let is_here = self.site.vpcs.iter().flatten().any(|vpc| vpc.id == end.vpc)
                || (end.owner == self.site.account && end.region == self.site.region && self.site.vpcs.is_some());
            if is_here || end.vpc.is_empty() {
                continue;
            }
            let attrs = json!({ "id": end.vpc, "owner_id": end.owner, "cidr_block": end.cidr_blocks.first() });
            if end.cidr_blocks.is_empty() {
                let what = ecow::eco_format!("the range of {}, whose peering {} is not active,", end.vpc, peering.id);
                let unknown = Value::unknown(Type::String, Because::Account(what));
                self.add_with(("aws_vpc", &end.vpc), &attrs, ("cidr_block", unknown));
            } else {
                self.add(("aws_vpc", &end.vpc), &attrs);
            }
            for range in end.cidr_blocks.iter().skip(1) {
                let association = Association { cidr_block: range.clone(), ..Association::default() };
                self.association("aws_vpc_ipv4_cidr_block_association", "cidr_block", (&end.vpc, &association));
            }
        }
    }

    fn unknown_peerings(&mut self, unknown: &Value) {
        let all: Vec<Candidate> = self.managed.vpcs.iter().filter(|vpc| !vpc.is_destroyed).cloned().collect();
        for (i, vpc) in all.into_iter().enumerate() {
            let id = format!("any-{i}");
            self.add_perhaps(("aws_vpc_peering_connection", &id), &json!({}), ("peer_vpc_id", unknown.clone()));
            self.let_last_have("vpc_id", vpc.id_value);
        }
    }
}

fn because(value: &Value) -> Because {
    value.as_unknown().map_or(Because::Error, |unknown| unknown.because.clone())
}

/// Sets an attribute of an object.
fn set(attrs: &mut Value, attribute: &str, value: Value) {
    let mut entries = attrs.entries().unwrap_or_default().to_vec();
    match entries.iter_mut().find(|(name, _)| name == attribute) {
        Some((_, entry)) => *entry = value,
        None => entries.push((attribute.into(), value)),
    }
    *attrs = Value::object(entries);
}
