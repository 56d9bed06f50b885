//! Which VPCs are connected with each other, and by what.

use std::{collections::HashMap, sync::Arc};

use super::{
    Instance, World,
    holders::{exists, vpc_named},
};
use crate::{
    addr::InstanceAddr,
    value::{Truth, Value, equals},
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

/// A peering connection whose other end is not known to be a VPC of this world.
#[derive(Clone, Debug)]
pub struct OpenEnd {
    pub via: Via,
    /// The value that would name the other VPC.
    pub other: Value,
}

/// VPCs that are attached to one transit gateway, and meet in its default route table.
#[derive(Clone, Debug)]
pub struct Transit {
    gateway: Value,
    /// Each with its attachment, and what that one's existence hangs on.
    pub attached: Vec<(Vpc, Via, Option<Value>)>,
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
}

impl Network {
    #[must_use]
    pub fn of(world: &World) -> Self {
        let mut network = Self::default();
        for (root, module) in world.root_modules.iter().enumerate() {
            for (i, instance) in module.instances.iter().enumerate().filter(|(_, instance)| instance.repeat == 0) {
                let via = Via { root, instance: i };
                match instance.addr.ty.as_str() {
                    "aws_vpc_peering_connection" => network.add(via, instance),
                    "aws_ec2_transit_gateway_vpc_attachment" => network.attach(via, instance),
                    _ => {}
                }
            }
        }
        network
    }

    fn add(&mut self, via: Via, peering: &Instance) {
        let id = |name| peering.attrs.get(name).map(|id| (id, vpc_named(id)));
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

    /// An attachment that stays out of the default route table says nothing of what it can reach.
    fn attach(&mut self, via: Via, attachment: &Instance) {
        let stays_out = |name| attachment.attrs.get(name).and_then(Value::as_bool) == Some(false);
        let (Some(gateway), Some(vpc)) =
            (attachment.attrs.get("transit_gateway_id"), attachment.attrs.get("vpc_id").and_then(vpc_named))
        else {
            return;
        };
        if stays_out("transit_gateway_default_route_table_association")
            || stays_out("transit_gateway_default_route_table_propagation")
            || gateway.is_error()
        {
            return;
        }
        let name = gateway.as_unknown().map_or_else(|| format!("{:?}", gateway.as_str()), |u| u.because.to_string());
        let alike = self.transits_by_name.entry(name).or_default();
        let same = |i: &usize| self.transits.get(*i).is_some_and(|t| equals(&t.gateway, gateway) == Truth::True);
        let at = alike.iter().copied().find(same).unwrap_or(self.transits.len());
        if at == self.transits.len() {
            alike.push(at);
            self.transits.push(Transit { gateway: gateway.clone(), attached: Vec::new() });
        }
        if let Some(transit) = self.transits.get_mut(at) {
            transit.attached.push((vpc, via, exists(attachment)));
        }
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
    pub fn open_ends(&self, vpc: &Vpc) -> impl Iterator<Item = &OpenEnd> {
        self.open_ends.get(vpc).into_iter().flatten()
    }
}
