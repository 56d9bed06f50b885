//! Which VPCs are connected with each other, and by what.

use std::{collections::HashMap, sync::Arc};

use super::{
    Instance, World,
    addresses::{exists, vpc_named},
};
use crate::{addr::InstanceAddr, value::Value};

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

/// The connections of all VPCs.
#[derive(Debug, Default)]
pub struct Network {
    /// In the order of the connections' root modules and addresses; two VPCs may have several.
    pub edges: Vec<Edge>,
    between: HashMap<(Vpc, Vpc), usize>,
    edges_of: HashMap<Vpc, Vec<usize>>,
    open_ends: HashMap<Vpc, Vec<OpenEnd>>,
}

impl Network {
    #[must_use]
    pub fn of(world: &World) -> Self {
        let mut network = Self::default();
        for (root, module) in world.root_modules.iter().enumerate() {
            for (i, instance) in module.instances.iter().enumerate().filter(|(_, instance)| instance.repeat == 0) {
                if instance.addr.ty == "aws_vpc_peering_connection" {
                    network.add(Via { root, instance: i }, instance);
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
