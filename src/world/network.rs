//! Which VPCs are connected with each other, and by what.

use std::{collections::HashMap, sync::Arc};

use super::{Instance, World, holders::exists};
use crate::{
    addr::{InstanceAddr, name},
    eval::identity,
    value::{Because, Truth, Type, Value, equals},
};

/// A VPC of this world.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Vpc(pub Arc<InstanceAddr>);

/// What connects VPCs: a peering connection. An index of its root module and of the instance in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Via {
    pub root: usize,
    pub instance: usize,
}

/// A connection through which two VPCs route to each other.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The smaller address first.
    pub ends: (Vpc, Vpc),
    pub via: Via,
    /// What the connection's existence hangs on.
    pub exists: Option<Value>,
}

/// A connection whose other end is not known to be a VPC of this world.
#[derive(Clone, Debug)]
pub struct OpenEnd {
    pub via: Via,
    /// The value that would name the other VPC.
    pub other: Value,
}

/// VPCs that are attached to one transit gateway.
#[derive(Clone, Debug)]
pub struct Transit {
    gateway: Value,
    pub attached: Vec<Attachment>,
    /// Attachments of what is not known to be a VPC of this world.
    pub open: Vec<OpenEnd>,
}

/// A VPC at a transit gateway.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub vpc: Vpc,
    pub via: Via,
    /// What its existence hangs on.
    pub exists: Option<Value>,
    /// The route tables that decide where its traffic goes, and those that lead to it.
    associated: Vec<RouteTable>,
    propagated: Vec<RouteTable>,
}

/// A route table of a transit gateway.
#[derive(Clone, Debug)]
enum RouteTable {
    /// The gateway's own.
    Default,
    Named(Value),
    /// What stands for one is decided elsewhere.
    Unknown,
}

impl RouteTable {
    fn is(&self, other: &Self) -> Truth {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Truth::Unknown,
            (Self::Default, Self::Default) => Truth::True,
            (Self::Named(a), Self::Named(b)) => equals(a, b),
            // A table that is made is not the gateway's own; one that is only known by its id may be.
            (Self::Default, Self::Named(id)) | (Self::Named(id), Self::Default) => {
                if identity(id).is_some() {
                    Truth::False
                } else {
                    Truth::Unknown
                }
            }
        }
    }
}

impl Transit {
    const fn new(gateway: Value) -> Self {
        Self { gateway, attached: Vec::new(), open: Vec::new() }
    }

    /// Whether two are one gateway.
    pub(super) fn is(&self, other: &Self) -> Truth {
        equals(&self.gateway, &other.gateway)
    }

    /// What it hangs on whether two are one gateway.
    pub(super) fn or(&self, other: &Self) -> Value {
        match (self.gateway.is_known(), other.gateway.is_known()) {
            (true, _) => other.gateway.clone(),
            (false, true) => self.gateway.clone(),
            (false, false) => Value::tuple(vec![self.gateway.clone(), other.gateway.clone()])
                .with_origin(self.gateway.origin.or(other.gateway.origin)),
        }
    }

    /// What route tables two VPCs share hangs on, where that is not known.
    pub(super) fn gateway(&self) -> Value {
        let because = Because::Call(name("infralint::route_tables"), vec![self.gateway.clone()].into());
        Value::unknown(Type::Bool, because).with_origin(self.gateway.origin)
    }
}

impl Attachment {
    /// A route table of its that is not known, and why.
    pub(super) fn unknown_table(&self) -> Option<&Value> {
        let tables = self.associated.iter().chain(&self.propagated);
        tables
            .filter_map(|table| if let RouteTable::Named(id) = table { Some(id) } else { None })
            .find(|id| !id.is_known() && identity(id).is_none())
    }

    /// Whether two meet in a route table: both lead into it, or one asks it and the other leads into it.
    #[must_use]
    pub fn meets(&self, other: &Self) -> Truth {
        let shared = |a: &[RouteTable], b: &[RouteTable]| {
            let each = a.iter().flat_map(|x| b.iter().map(|y| x.is(y)));
            each.fold(Truth::False, |met, one| match (met, one) {
                (Truth::True, _) | (_, Truth::True) => Truth::True,
                (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
                (Truth::False, Truth::False) => Truth::False,
            })
        };
        let ways = [
            shared(&self.propagated, &other.propagated),
            shared(&self.associated, &other.propagated),
            shared(&other.associated, &self.propagated),
        ];
        let any = |truth| ways.contains(&truth);
        if any(Truth::True) {
            Truth::True
        } else if any(Truth::Unknown) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }
}

/// The connections of all VPCs.
#[derive(Debug, Default)]
pub struct Network {
    /// In the order of the connections' root modules and addresses; two VPCs may have several.
    pub edges: Vec<Edge>,
    between: HashMap<(Vpc, Vpc), usize>,
    edges_of: HashMap<Vpc, Vec<usize>>,
    open_ends: HashMap<Vpc, Vec<OpenEnd>>,
    /// In the order of their first attachments.
    pub transits: Vec<Transit>,
    transits_by_name: HashMap<String, Vec<usize>>,
    /// The VPCs of each Direct Connect gateway, in the order of their first associations.
    pub direct_connects: Vec<Transit>,
}

impl Network {
    #[must_use]
    pub fn of(world: &World) -> Self {
        let mut network = Self::default();
        for (root, module) in world.root_modules.iter().enumerate() {
            for (i, instance) in module.instances.iter().enumerate().filter(|(_, instance)| instance.repeat == 0) {
                let via = Via { root, instance: i };
                match instance.addr.ty.as_str() {
                    "aws_vpc_peering_connection" => network.add(world, via, instance),
                    "aws_ec2_transit_gateway_vpc_attachment" => network.attach(world, via, instance),
                    "aws_networkmanager_vpc_attachment" => network.attach_to_core(via, instance),
                    _ => {}
                }
            }
        }
        network.route_tables(world);
        network.direct_connects(world);
        network
    }

    /// Direct Connect gateways lead to VPCs through virtual private gateways, or through transit gateways.
    fn direct_connects(&mut self, world: &World) {
        let mut met = Self::default();
        for (root, i) in world.of_type(name("aws_dx_gateway_association")) {
            let Some(association) = world.root_modules.get(*root).and_then(|m| m.instances.get(*i)) else { continue };
            let Some(gateway) = association.attrs.get("dx_gateway_id") else { continue };
            let leads_to = association.attrs.get("associated_gateway_id");
            let via = Via { root: *root, instance: *i };
            let vpcs = leads_to.map(|through| self.behind(world, through)).unwrap_or_default();
            if let Some(through) = leads_to.filter(|through| vpcs.is_empty() && identity(through).is_none()) {
                met.meet_open(gateway, OpenEnd { via, other: through.clone() });
            }
            for (vpc, condition) in vpcs {
                let exists = exists(association).or(condition);
                let (associated, propagated) = (vec![RouteTable::Default], vec![RouteTable::Default]);
                met.meet(gateway, Attachment { vpc, via, exists, associated, propagated });
            }
        }
        self.direct_connects = met.transits;
    }

    /// The VPCs behind a virtual private gateway or a transit gateway, each with what its being there hangs on.
    fn behind(&self, world: &World, gateway: &Value) -> Vec<(Vpc, Option<Value>)> {
        let transit = self.transits.iter().find(|transit| equals(&transit.gateway, gateway) == Truth::True);
        if let Some(transit) = transit {
            return transit.attached.iter().map(|attached| (attached.vpc.clone(), attached.exists.clone())).collect();
        }
        let named = identity(gateway).and_then(|(addr, _)| world.find(&addr)).map(|(_, gateway)| gateway);
        let own = named.and_then(|gateway| Some((world.vpc_named(gateway.attrs.get("vpc_id")?)?, exists(gateway))));
        let attachments = world.of_type(name("aws_vpn_gateway_attachment")).iter().filter_map(|(root, i)| {
            let attachment = world.root_modules.get(*root)?.instances.get(*i)?;
            let is_its = equals(attachment.attrs.get("vpn_gateway_id")?, gateway) == Truth::True;
            is_its.then(|| Some((world.vpc_named(attachment.attrs.get("vpc_id")?)?, exists(attachment))))?
        });
        own.into_iter().chain(attachments).collect()
    }

    fn add(&mut self, world: &World, via: Via, peering: &Instance) {
        let id = |name| peering.attrs.get(name).map(|id| (id, world.vpc_named(id)));
        let (Some(one), Some(other)) = (id("vpc_id"), id("peer_vpc_id")) else { return };
        match (one, other) {
            ((_, Some(a)), (_, Some(b))) => {
                let ends = if a <= b { (a, b) } else { (b, a) };
                for end in [&ends.0, &ends.1] {
                    self.edges_of.entry(end.clone()).or_default().push(self.edges.len());
                }
                self.between.entry(ends.clone()).or_insert(self.edges.len());
                self.edges.push(Edge { ends, via, exists: exists(peering) });
            }
            ((_, Some(vpc)), (other, None)) | ((other, None), (_, Some(vpc))) => {
                self.open_ends.entry(vpc).or_default().push(OpenEnd { via, other: other.clone() });
            }
            ((_, None), (_, None)) => {}
        }
    }

    fn attach(&mut self, world: &World, via: Via, attachment: &Instance) {
        let says_no = |name| attachment.attrs.get(name).and_then(Value::as_bool) == Some(false);
        let (Some(gateway), Some(id)) = (attachment.attrs.get("transit_gateway_id"), attachment.attrs.get("vpc_id"))
        else {
            return;
        };
        let Some(vpc) = world.vpc_named(id) else {
            return self.meet_open(gateway, OpenEnd { via, other: id.clone() });
        };
        let managed = identity(gateway).and_then(|(addr, _)| world.find(&addr)).map(|(_, gateway)| gateway);
        let table = |of_attachment, of_gateway| {
            let disabled = managed.and_then(|gateway| gateway.attrs.get(of_gateway)?.as_str().cloned());
            let stays_out = says_no(of_attachment) || disabled.as_deref() == Some("disable");
            if stays_out { Vec::new() } else { vec![RouteTable::Default] }
        };
        let attached = Attachment {
            vpc,
            via,
            exists: exists(attachment),
            associated: table("transit_gateway_default_route_table_association", "default_route_table_association"),
            propagated: table("transit_gateway_default_route_table_propagation", "default_route_table_propagation"),
        };
        self.meet(gateway, attached);
    }

    /// Cloud WAN: the segments of a core network are policy, which is not read; whether two meet is not known.
    fn attach_to_core(&mut self, via: Via, attachment: &Instance) {
        let (Some(core), Some(arn)) = (attachment.attrs.get("core_network_id"), attachment.attrs.get("vpc_arn")) else {
            return;
        };
        let Some((vpc, _)) = identity(arn).filter(|(addr, _)| addr.ty == "aws_vpc") else { return };
        let tables = vec![RouteTable::Unknown];
        let (associated, propagated) = (tables.clone(), tables);
        self.meet(core, Attachment { vpc: Vpc(vpc), via, exists: exists(attachment), associated, propagated });
    }

    fn meet(&mut self, gateway: &Value, attached: Attachment) {
        if let Some(transit) = self.transit(gateway) {
            transit.attached.push(attached);
        }
    }

    fn meet_open(&mut self, gateway: &Value, end: OpenEnd) {
        if let Some(transit) = self.transit(gateway).filter(|_| !end.other.is_error()) {
            transit.open.push(end);
        }
    }

    /// The gateway of a value, which is the same wherever it certainly is; none of an error.
    fn transit(&mut self, gateway: &Value) -> Option<&mut Transit> {
        if gateway.is_error() {
            return None;
        }
        let name = gateway.as_unknown().map_or_else(|| format!("{:?}", gateway.as_str()), |u| u.because.to_string());
        let alike = self.transits_by_name.entry(name).or_default();
        let same = |i: &usize| self.transits.get(*i).is_some_and(|t| equals(&t.gateway, gateway) == Truth::True);
        let at = alike.iter().copied().find(same).unwrap_or(self.transits.len());
        if at == self.transits.len() {
            alike.push(at);
            self.transits.push(Transit::new(gateway.clone()));
        }
        self.transits.get_mut(at)
    }

    /// Adds what associations and propagations say of attachments.
    fn route_tables(&mut self, world: &World) {
        let mut by_attachment: HashMap<Arc<InstanceAddr>, (usize, usize)> = HashMap::new();
        for (t, transit) in self.transits.iter().enumerate() {
            for (a, attached) in transit.attached.iter().enumerate() {
                let instance =
                    world.root_modules.get(attached.via.root).and_then(|m| m.instances.get(attached.via.instance));
                by_attachment.extend(instance.map(|instance| (Arc::clone(&instance.addr), (t, a))));
            }
        }
        for ty in ["aws_ec2_transit_gateway_route_table_association", "aws_ec2_transit_gateway_route_table_propagation"]
        {
            for (root, i) in world.of_type(name(ty)) {
                let Some(instance) = world.root_modules.get(*root).and_then(|m| m.instances.get(*i)) else { continue };
                let id = instance.attrs.get("transit_gateway_attachment_id");
                let id = id.and_then(|id| world.named("aws_ec2_transit_gateway_vpc_attachment", id));
                let table = instance.attrs.get("transit_gateway_route_table_id");
                let at = id.and_then(|addr| by_attachment.get(&addr)).copied();
                let (Some((t, a)), Some(table)) = (at, table) else { continue };
                let Some(attached) = self.transits.get_mut(t).and_then(|t| t.attached.get_mut(a)) else { continue };
                let table = RouteTable::Named(table.clone());
                if ty.ends_with("association") {
                    // There is one association at a time: this one takes the place of the default one.
                    attached.associated.retain(|table| !matches!(table, RouteTable::Default));
                    attached.associated.push(table);
                } else {
                    attached.propagated.push(table);
                }
            }
        }
    }

    /// The VPCs that meet one at a transit gateway, each once, sorted.
    #[must_use]
    pub fn transit_peers(&self, vpc: &Vpc) -> Vec<&Vpc> {
        let mut found = Vec::new();
        for transit in &self.transits {
            for own in transit.attached.iter().filter(|own| own.vpc == *vpc) {
                let others = transit.attached.iter().filter(|other| other.vpc != *vpc);
                found.extend(others.filter(|other| own.meets(other) == Truth::True).map(|other| &other.vpc));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Every VPC that has several peers, sorted.
    #[must_use]
    pub fn hubs(&self) -> Vec<&Vpc> {
        let mut hubs: Vec<&Vpc> =
            self.edges_of.iter().filter(|(_, edges)| edges.len() > 1).map(|(vpc, _)| vpc).collect();
        hubs.sort();
        hubs
    }

    /// The connection between two VPCs, if there is one.
    #[must_use]
    pub fn between(&self, a: &Vpc, b: &Vpc) -> Option<&Edge> {
        let ends = if a <= b { (a, b) } else { (b, a) };
        let at = self.between.get(&(ends.0.clone(), ends.1.clone()))?;
        self.edges.get(*at)
    }

    /// The VPCs one is peered with, each once, sorted.
    #[must_use]
    pub fn peers(&self, vpc: &Vpc) -> Vec<&Vpc> {
        let of = self.edges_of.get(vpc).into_iter().flatten();
        let of = of.filter_map(|edge| self.edges.get(*edge)).map(|edge| &edge.ends);
        let mut peers: Vec<&Vpc> = of.map(|(a, b)| if a == vpc { b } else { a }).collect();
        peers.sort();
        peers.dedup();
        peers
    }

    /// Peering connections of a VPC whose other end is not known.
    pub fn open_ends(&self, vpc: &Vpc) -> Vec<&OpenEnd> {
        self.open_ends.get(vpc).into_iter().flatten().collect()
    }

    /// What else is attached where a VPC is, and is not known to be a VPC of this world.
    #[must_use]
    pub fn open_attachments<'a>(transits: &'a [Transit], vpc: &Vpc) -> Vec<&'a OpenEnd> {
        let open = transits.iter().filter(|transit| !transit.open.is_empty());
        let beside = open.filter(|transit| transit.attached.iter().any(|own| own.vpc == *vpc));
        beside.flat_map(|transit| &transit.open).collect()
    }
}
