//! The address ranges of everything in the world, and which of them overlap.
//!
//! Known ranges are found by a sweep over their sorted bounds: n log n, and one step for each overlap. Ranges that are
//! not known yet are compared only with those they are related to: of the same VPC, or cut from the same base.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    Existence, Instance, World,
    cidr::{self, Relation},
    network::{Network, Vpc},
};
use crate::{
    addr::{InstanceAddr, InstanceKey},
    eval::identity,
    value::{IdentityClass, Value},
};

/// What holds a range.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Holder {
    /// A VPC's first range.
    Vpc,
    /// A range added to a VPC.
    Association,
    Subnet,
}

/// One range, and who holds it.
#[derive(Clone, Debug)]
pub struct Held {
    pub holder: Holder,
    pub root: usize,
    pub addr: Arc<InstanceAddr>,
    /// The VPC it is a range of, where that is an instance of this world.
    pub vpc: Option<Vpc>,
    pub range: Value,
    /// Whether the holder may turn out not to be there.
    pub maybe: bool,
}

/// Two holders whose ranges overlap, or may.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overlap {
    /// Indexes into [`Addresses::held`], the smaller first.
    pub pair: (usize, usize),
    /// Certain, or not decided by what is known.
    pub sure: bool,
}

/// All ranges of a world and their overlaps.
#[derive(Debug, Default)]
pub struct Addresses {
    pub held: Vec<Held>,
    /// Of each holder, by its address: the indexes into `held`.
    by_addr: HashMap<Arc<InstanceAddr>, Vec<usize>>,
    /// Of each holder in `held`: the overlaps it takes part in.
    overlaps: BTreeMap<usize, Vec<Overlap>>,
    pub network: Network,
}

impl Addresses {
    #[must_use]
    pub fn of(world: &World) -> Self {
        let network = Network::of(world);
        let mut all = Self { network, ..Self::default() };
        for (root, module) in world.root_modules.iter().enumerate() {
            for instance in &module.instances {
                all.held.extend(held(root, instance));
            }
        }
        for (i, held) in all.held.iter().enumerate() {
            all.by_addr.entry(Arc::clone(&held.addr)).or_default().push(i);
        }
        for overlap in all.find_overlaps() {
            all.overlaps.entry(overlap.pair.0).or_default().push(overlap);
            all.overlaps.entry(overlap.pair.1).or_default().push(overlap);
        }
        all
    }

    /// The ranges an instance holds.
    pub fn held_by(&self, addr: &InstanceAddr) -> impl Iterator<Item = (usize, &Held)> {
        let indexes = self.by_addr.get(addr).map(Vec::as_slice).unwrap_or_default();
        indexes.iter().filter_map(|i| Some((*i, self.held.get(*i)?)))
    }

    /// Everything a holder overlaps with, or may: the other holder, and whether it is certain. In order of address.
    #[must_use]
    pub fn overlapping(&self, index: usize) -> Vec<(&Held, bool)> {
        let overlaps = self.overlaps.get(&index).map(Vec::as_slice).unwrap_or_default();
        let mut others: Vec<(&Held, bool)> = overlaps
            .iter()
            .filter_map(|o| {
                let other = if o.pair.0 == index { o.pair.1 } else { o.pair.0 };
                Some((self.held.get(other)?, o.sure))
            })
            .collect();
        others.sort_by(|a, b| a.0.addr.cmp(&b.0.addr));
        others
    }

    fn find_overlaps(&self) -> Vec<Overlap> {
        let mut out = Vec::new();
        self.sweep(&mut out);
        self.compare_symbolic(&mut out);
        out.sort_by_key(|o| o.pair);
        out
    }

    /// Overlaps among known ranges that matter: see [`Self::matters`].
    fn sweep(&self, out: &mut Vec<Overlap>) {
        let mut known: Vec<(cidr::Range, usize)> =
            self.held.iter().enumerate().filter_map(|(i, h)| Some((cidr::known(&h.range)?, i))).collect();
        known.sort_by_key(|(range, i)| (range.start(), std::cmp::Reverse(range.end()), *i));
        // Prefixes nest or are disjoint, so the ranges still open form a stack.
        let mut open: Vec<(cidr::Range, usize)> = Vec::new();
        for (range, i) in known {
            while open.last().is_some_and(|(last, _)| last.end() < range.start()) {
                open.pop();
            }
            for (_, other) in &open {
                if self.matters(*other, i) {
                    out.push(Overlap { pair: ((*other).min(i), (*other).max(i)), sure: true });
                }
            }
            open.push((range, i));
        }
    }

    /// Ranges that are not known: within one VPC each with each, and VPCs among each other.
    fn compare_symbolic(&self, out: &mut Vec<Overlap>) {
        let mut groups: HashMap<Option<&Vpc>, Vec<usize>> = HashMap::new();
        for (i, held) in self.held.iter().enumerate() {
            let group = if held.holder == Holder::Subnet { held.vpc.as_ref() } else { None };
            groups.entry(group).or_default().push(i);
        }
        for group in groups.values() {
            let unknown = group.iter().filter(|i| self.held[**i].range.as_str().is_none());
            for i in unknown {
                for j in group.iter().filter(|j| *j != i) {
                    // A pair of unknowns is met twice.
                    if j < i && self.held[*j].range.as_str().is_none() {
                        continue;
                    }
                    self.compare(*i, *j, out);
                }
            }
        }
    }

    fn compare(&self, i: usize, j: usize, out: &mut Vec<Overlap>) {
        let (a, b) = (&self.held[i], &self.held[j]);
        if a.range.is_error() || b.range.is_error() || !self.matters(i, j) {
            return;
        }
        let pair = (i.min(j), i.max(j));
        match cidr::relation(&a.range, &b.range).overlaps() {
            Some(true) => out.push(Overlap { pair, sure: true }),
            None => out.push(Overlap { pair, sure: false }),
            Some(false) => {}
        }
    }

    /// Whether an overlap of two holders would be worth knowing: subnets of one VPC, ranges of one VPC,
    /// ranges of different VPCs. A subnet lies inside its VPC on purpose.
    fn matters(&self, i: usize, j: usize) -> bool {
        let (a, b) = (&self.held[i], &self.held[j]);
        match (a.holder, b.holder) {
            (Holder::Subnet, Holder::Subnet) => a.vpc.is_some() && a.vpc == b.vpc,
            (Holder::Subnet, _) | (_, Holder::Subnet) => false,
            _ => a.addr != b.addr || a.range.as_str() != b.range.as_str(),
        }
    }

    /// Whether a subnet's range lies inside one of its VPC's ranges.
    #[must_use]
    pub fn is_inside(&self, subnet: &Held) -> Option<bool> {
        let vpc = subnet.vpc.as_ref()?;
        let relations = self.ranges_of(vpc).map(|outer| cidr::relation(&outer.range, &subnet.range));
        relations.fold(Some(false), |inside, relation| match (inside, relation.contains()) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (None, _) | (_, None) => None,
            _ => Some(false),
        })
    }

    /// The ranges of a VPC: its own and those associated with it.
    pub fn ranges_of<'a>(&'a self, vpc: &'a Vpc) -> impl Iterator<Item = &'a Held> {
        let mut indexes: Vec<usize> = self.by_addr.get(&vpc.0).cloned().unwrap_or_default();
        indexes
            .extend(self.network.associations_of(vpc).flat_map(|a| self.by_addr.get(a).cloned().unwrap_or_default()));
        indexes.into_iter().filter_map(|i| self.held.get(i)).filter(|held| held.holder != Holder::Subnet)
    }

    /// How two ranges lie to each other.
    #[must_use]
    pub fn relation(a: &Held, b: &Held) -> Relation {
        cidr::relation(&a.range, &b.range)
    }
}

/// The ranges an instance holds, of both address families.
fn held(root: usize, instance: &Instance) -> Vec<Held> {
    let (holder, vpc) = match instance.addr.ty.as_str() {
        "aws_vpc" => (Holder::Vpc, Some(Vpc(Arc::clone(&instance.addr)))),
        "aws_vpc_ipv4_cidr_block_association" | "aws_vpc_ipv6_cidr_block_association" => {
            (Holder::Association, vpc_of(instance))
        }
        "aws_subnet" => (Holder::Subnet, vpc_of(instance)),
        _ => return Vec::new(),
    };
    let maybe = matches!(instance.exists, Existence::Maybe(_));
    let ranges = ["cidr_block", "ipv6_cidr_block"].into_iter().filter_map(|name| instance.attrs.get(name));
    // A range nobody asked for is none: most VPCs and subnets have no IPv6.
    let asked_for = ranges.filter(|range| !range.is_null() && !is_own_unknown(range, instance));
    asked_for
        .map(|range| Held {
            holder,
            root,
            addr: Arc::clone(&instance.addr),
            vpc: vpc.clone(),
            range: range.clone(),
            maybe,
        })
        .collect()
}

/// Whether a range is what AWS would assign, since nothing is configured and no pool is named.
fn is_own_unknown(range: &Value, instance: &Instance) -> bool {
    let Some(unknown) = range.as_unknown() else { return false };
    let own = matches!(&unknown.because, crate::value::Because::Attribute(a) if a.of == instance.addr);
    let pooled = ["ipv4_ipam_pool_id", "ipv6_ipam_pool_id"]
        .into_iter()
        .any(|name| instance.attrs.get(name).is_some_and(|pool| !pool.is_null() && !is_unset(pool, instance)));
    own && !pooled
}

fn is_unset(value: &Value, instance: &Instance) -> bool {
    matches!(value.as_unknown().map(|u| &u.because), Some(crate::value::Because::Attribute(a)) if a.of == instance.addr)
}

/// The VPC an instance's `vpc_id` names, where it is an instance of this world.
pub(super) fn vpc_of(instance: &Instance) -> Option<Vpc> {
    vpc_named(instance.attrs.get("vpc_id")?)
}

pub(super) fn vpc_named(id: &Value) -> Option<Vpc> {
    let (addr, class) = identity(id)?;
    let is_vpc = addr.ty == "aws_vpc" && class == IdentityClass::Id && addr.key != InstanceKey::Unknown;
    is_vpc.then(|| Vpc(addr))
}
