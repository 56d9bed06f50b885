//! Which VPCs are connected with each other, and by what.

use std::{collections::HashMap, sync::Arc};

use super::{
    Instance, World,
    addresses::{vpc_named, vpc_of},
};
use crate::addr::InstanceAddr;

/// A VPC of this world.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Vpc(pub Arc<InstanceAddr>);

/// A connection through which two VPCs route to each other.
#[derive(Clone, Debug)]
pub struct Edge {
    pub to: Vpc,
    /// The peering connection.
    pub via: Arc<InstanceAddr>,
    pub via_root: usize,
}

/// The connections of all VPCs.
#[derive(Debug, Default)]
pub struct Network {
    edges: HashMap<Vpc, Vec<Edge>>,
    associations: HashMap<Vpc, Vec<Arc<InstanceAddr>>>,
    /// Peering connections with an end that is not known to be a VPC of this world, by the end that is.
    open_ends: HashMap<Vpc, Vec<Arc<InstanceAddr>>>,
}

impl Network {
    #[must_use]
    pub fn of(world: &World) -> Self {
        let mut network = Self::default();
        for (root, module) in world.root_modules.iter().enumerate() {
            for instance in &module.instances {
                network.add(root, instance);
            }
        }
        network
    }

    fn add(&mut self, root: usize, instance: &Instance) {
        match instance.addr.ty.as_str() {
            "aws_vpc_peering_connection" => self.add_peering(root, instance),
            "aws_vpc_ipv4_cidr_block_association" | "aws_vpc_ipv6_cidr_block_association" => {
                if let Some(vpc) = vpc_of(instance) {
                    self.associations.entry(vpc).or_default().push(Arc::clone(&instance.addr));
                }
            }
            _ => {}
        }
    }

    fn add_peering(&mut self, root: usize, instance: &Instance) {
        let end = |name| instance.attrs.get(name).and_then(vpc_named);
        let via = || Arc::clone(&instance.addr);
        match (end("vpc_id"), end("peer_vpc_id")) {
            (Some(a), Some(b)) => {
                let edge = |to: &Vpc| Edge { to: to.clone(), via: via(), via_root: root };
                self.edges.entry(a.clone()).or_default().push(edge(&b));
                self.edges.entry(b).or_default().push(edge(&a));
            }
            (Some(known), None) | (None, Some(known)) => self.open_ends.entry(known).or_default().push(via()),
            (None, None) => {}
        }
    }

    /// The connection between two VPCs, if there is one.
    #[must_use]
    pub fn between(&self, a: &Vpc, b: &Vpc) -> Option<&Edge> {
        self.edges.get(a)?.iter().find(|edge| edge.to == *b)
    }

    /// The instances that add a range to a VPC.
    pub fn associations_of(&self, vpc: &Vpc) -> impl Iterator<Item = &Arc<InstanceAddr>> {
        self.associations.get(vpc).into_iter().flatten()
    }

    /// Peering connections of a VPC whose other end is not known.
    pub fn open_ends(&self, vpc: &Vpc) -> impl Iterator<Item = &Arc<InstanceAddr>> {
        self.open_ends.get(vpc).into_iter().flatten()
    }
}
