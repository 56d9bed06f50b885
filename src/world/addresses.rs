//! The address ranges of everything in the world, and which of them overlap.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    World, cidr,
    existing::Pool,
    holders::gather,
    network::{Network, Via, Vpc},
    overlaps::{Entry, Pairs, pairs},
    stage,
};
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, name},
    value::{Attribute, Because, Step, Truth, Type, Value, equals},
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

/// The VPC a range belongs to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Within {
    /// An instance of this world.
    Managed(Vpc),
    /// Another one, by a number that is the same wherever it is certainly the same VPC.
    Other(usize),
}

/// One range, and who holds it.
#[derive(Clone, Debug)]
pub struct Held {
    pub holder: Holder,
    /// Index of the root module, and of the instance in it.
    pub root: usize,
    pub instance: usize,
    pub addr: Arc<InstanceAddr>,
    pub within: Option<Within>,
    /// The holder's `vpc_id`; of a VPC its own id.
    pub vpc_id: Value,
    pub range: Value,
    pub v6: bool,
    /// The IPAM pool it is taken from, where the range itself is not known.
    pub pool: Option<Value>,
    /// What an account tells of that pool.
    pub(super) told: Option<Arc<Pool>>,
    /// What it hangs on whether the holder is there.
    pub exists: Option<Value>,
}

/// What two holders that overlap have to do with each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Subnets of one VPC.
    Subnets,
    /// Ranges of one VPC.
    Secondary,
    /// VPCs that are peered.
    Peered,
    /// VPCs that meet in a route table of a transit gateway.
    Transit,
    /// VPCs at one transit gateway that do not meet in any of its route tables.
    Separate,
    /// VPCs that one Direct Connect gateway leads to.
    DirectConnect,
    /// VPCs that are peered with one and the same.
    Hub,
    /// VPCs of one stage that nothing connects.
    SameStage,
    /// VPCs of different stages that nothing connects.
    OtherStage,
}

/// Two holders whose ranges overlap, or may.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// Indexes into [`Addresses::held`]; the one told about, and the other, which comes later.
    pub one: usize,
    pub other: usize,
    /// What it hangs on, and the root module that is a value of; nothing when it is certain.
    pub open: Option<(usize, Value)>,
    pub via: Option<Via>,
}

/// All ranges of a world and their overlaps.
#[derive(Debug, Default)]
pub struct Addresses {
    /// In the order of root modules and addresses.
    pub held: Vec<Held>,
    by_addr: HashMap<Arc<InstanceAddr>, Vec<usize>>,
    /// Of each VPC of this world: its own range, and those associated with it.
    ranges: HashMap<Vpc, Vec<usize>>,
    /// The subnets of each VPC of this world.
    subnets: HashMap<Vpc, Vec<usize>>,
    /// Associations with a VPC that is not known, by root module.
    loose: HashMap<usize, Vec<usize>>,
    overlaps: BTreeMap<(Kind, usize), Vec<Overlap>>,
    pub network: Network,
}

impl Addresses {
    #[must_use]
    pub fn of(world: &World) -> Self {
        let mut all = Self { network: Network::of(world), held: gather(world), ..Self::default() };
        for (i, held) in all.held.iter().enumerate() {
            all.by_addr.entry(Arc::clone(&held.addr)).or_default().push(i);
            match &held.within {
                Some(Within::Managed(vpc)) if held.holder == Holder::Subnet => {
                    all.subnets.entry(vpc.clone()).or_default().push(i);
                }
                _ if held.holder == Holder::Subnet => {}
                Some(Within::Managed(vpc)) => all.ranges.entry(vpc.clone()).or_default().push(i),
                _ => all.loose.entry(held.root).or_default().push(i),
            }
        }
        let mut found = all.within_vpcs();
        let connected = all.connected();
        let pairs: HashSet<(usize, usize)> = connected
            .iter()
            .map(|(_, overlap)| (overlap.one.min(overlap.other), overlap.one.max(overlap.other)))
            .collect();
        found.extend(connected);
        found.extend(all.unrelated(world, &pairs));
        for (_, overlap) in &mut found {
            all.doubt_identity(world, overlap);
        }
        for (lead, kind, overlap) in all.collapsed(found) {
            all.overlaps.entry((kind, lead)).or_default().push(overlap);
        }
        all
    }

    /// A holder in an account may be the very one it overlaps.
    fn doubt_identity(&self, world: &World, overlap: &mut Overlap) {
        if overlap.open.is_some() {
            return;
        }
        let (Some(one), Some(other)) = (self.held.get(overlap.one), self.held.get(overlap.other)) else { return };
        let vpc = |held: &Held| match &held.within {
            Some(Within::Managed(vpc)) if held.holder != Holder::Subnet => Some(Arc::clone(&vpc.0)),
            _ => Some(Arc::clone(&held.addr)),
        };
        let (Some(a), Some(b)) = (vpc(one), vpc(other)) else { return };
        overlap.open = world.existing.doubt(&a, &b).map(|on| (one.root, on.clone()));
    }

    /// The overlaps of two VPCs are told together, and those of the subnets of two blocks, at the holder of the first
    /// that is certain, else of the first.
    fn collapsed(&self, found: Vec<(Kind, Overlap)>) -> Vec<(usize, Kind, Overlap)> {
        let pair = |kind: Kind, overlap: &Overlap| {
            let (a, b) = (self.whole(kind, overlap.one)?, self.whole(kind, overlap.other)?);
            match a.cmp(&b) {
                std::cmp::Ordering::Less => Some((kind, a, b)),
                std::cmp::Ordering::Equal => None,
                std::cmp::Ordering::Greater => Some((kind, b, a)),
            }
        };
        let mut leads: HashMap<_, (bool, usize)> = HashMap::new();
        for (kind, overlap) in &found {
            let Some(pair) = pair(*kind, overlap) else { continue };
            let candidate = (overlap.open.is_some(), overlap.one);
            let lead = leads.entry(pair).or_insert(candidate);
            *lead = (*lead).min(candidate);
        }
        let leads: Vec<usize> = found
            .iter()
            .map(|(kind, overlap)| pair(*kind, overlap).and_then(|p| leads.get(&p)).map_or(overlap.one, |lead| lead.1))
            .collect();
        leads.into_iter().zip(found).map(|(lead, (kind, overlap))| (lead, kind, overlap)).collect()
    }

    /// What a holder is part of: of subnets the block, in whichever VPC, else the VPC.
    fn whole(&self, kind: Kind, index: usize) -> Option<Arc<InstanceAddr>> {
        let held = self.held.get(index)?;
        match (&held.within, kind) {
            (_, Kind::Subnets) => Some(Arc::new(InstanceAddr { key: InstanceKey::None, ..(*held.addr).clone() })),
            (Some(Within::Managed(vpc)), _) => Some(Arc::clone(&vpc.0)),
            _ => None,
        }
    }

    /// The ranges an instance holds.
    pub fn held_by(&self, addr: &InstanceAddr) -> impl Iterator<Item = (usize, &Held)> {
        let indexes = self.by_addr.get(addr).map(Vec::as_slice).unwrap_or_default();
        indexes.iter().filter_map(|i| Some((*i, self.held.get(*i)?)))
    }

    /// The overlaps of a kind that are told at a holder.
    pub fn overlaps(&self, kind: Kind, index: usize) -> &[Overlap] {
        self.overlaps.get(&(kind, index)).map(Vec::as_slice).unwrap_or_default()
    }

    /// All overlaps, by kind.
    pub fn all_overlaps(&self) -> impl Iterator<Item = (Kind, &Overlap)> {
        self.overlaps.iter().flat_map(|((kind, _), overlaps)| overlaps.iter().map(|overlap| (*kind, overlap)))
    }

    fn entry(&self, index: usize) -> Option<Entry<'_>> {
        let held = self.held.get(index)?;
        Some(Entry { index, range: &held.range, v6: held.v6, pool: held.pool.as_ref(), told: held.told.as_deref() })
    }

    pub(super) fn pairs(&self, indexes: &[usize], open: bool, matters: &dyn Fn(usize, usize) -> bool) -> Pairs {
        let entries: Vec<Entry<'_>> = indexes.iter().filter_map(|i| self.entry(*i)).collect();
        pairs(&entries, open, matters)
    }

    pub(super) fn told(&self, kind: Kind, pairs: Pairs) -> impl Iterator<Item = (Kind, Overlap)> {
        let overlap = move |((one, other), sure)| {
            // A default VPC is nobody's to renumber: it is told of at the other one.
            let is_default = |i: usize| self.held.get(i).is_some_and(|held| held.addr.ty == "aws_default_vpc");
            let (one, other) = if is_default(one) && !is_default(other) { (other, one) } else { (one, other) };
            let open = self.open(one, other, sure);
            (kind, Overlap { one, other, open, via: None })
        };
        pairs.into_iter().map(overlap)
    }

    /// What an overlap hangs on: a range that is not known, or whether the other one is there.
    fn open(&self, one: usize, other: usize, sure: bool) -> Option<(usize, Value)> {
        let (one, other) = (self.held.get(one)?, self.held.get(other)?);
        if sure {
            let exists = other.exists.clone().filter(|exists| !goes_with(other, exists, one));
            return exists.map(|exists| (other.root, exists));
        }
        match (one.range.is_known(), other.range.is_known()) {
            (true, _) => Some((other.root, other.range.clone())),
            (false, true) => Some((one.root, one.range.clone())),
            (false, false) => {
                let both = Value::tuple(vec![one.range.clone(), other.range.clone()]);
                Some((one.root, both.with_origin(one.range.origin)))
            }
        }
    }

    /// Subnets of one VPC, and ranges of one VPC, each among each other.
    fn within_vpcs(&self) -> Vec<(Kind, Overlap)> {
        let mut subnets: HashMap<&Within, Vec<usize>> = HashMap::new();
        for (i, held) in self.held.iter().enumerate().filter(|(_, held)| held.holder == Holder::Subnet) {
            if let Some(within) = &held.within {
                subnets.entry(within).or_default().push(i);
            }
        }
        let among = |(kind, group): (Kind, &Vec<usize>)| {
            let found = self.pairs(group, true, &|_, _| true);
            self.told(kind, found).collect::<Vec<_>>()
        };
        let subnets = subnets.values().map(|group| (Kind::Subnets, group));
        let mut found: Vec<(Kind, Overlap)> =
            subnets.chain(self.ranges.values().map(|group| (Kind::Secondary, group))).flat_map(among).collect();
        found.sort_by_key(|(kind, overlap)| (*kind, overlap.one, overlap.other));
        found
    }

    /// The ranges of VPCs that are connected, by the strongest connection.
    fn connected(&self) -> Vec<(Kind, Overlap)> {
        let mut found: BTreeMap<(usize, usize), (Kind, Overlap)> = BTreeMap::new();
        let through_gateways = self.in_transit().into_iter().chain(self.through_direct_connect());
        for (kind, overlap) in self.peered().into_iter().chain(through_gateways).chain(self.around_hubs()) {
            let known = found.entry((overlap.one, overlap.other)).or_insert_with(|| (kind, overlap.clone()));
            if known.1.open.is_some() && overlap.open.is_none() {
                *known = (kind, overlap);
            }
        }
        found.into_values().collect()
    }

    fn peered(&self) -> Vec<(Kind, Overlap)> {
        let mut found = Vec::new();
        for edge in self.network.edges.iter().filter(|edge| edge.ends.0 != edge.ends.1) {
            let (a, b) = (self.indexes(&edge.ends.0), self.indexes(&edge.ends.1));
            let both: Vec<usize> = a.iter().chain(b).copied().collect();
            let pairs = self.pairs(&both, true, &|x, y| a.contains(&x) != a.contains(&y));
            found.extend(self.told(Kind::Peered, pairs).map(|(kind, overlap)| {
                let open = overlap.open.or_else(|| edge.exists.clone().map(|on| (edge.via.root, on)));
                (kind, Overlap { via: Some(edge.via), open, ..overlap })
            }));
        }
        found
    }

    /// A VPC can route to only one of two peers that overlap. Only what is certain is worth a warning.
    fn around_hubs(&self) -> Vec<(Kind, Overlap)> {
        let mut found = Vec::new();
        for hub in self.network.hubs() {
            let peers = self.network.peers(hub);
            let all: Vec<usize> = peers.iter().flat_map(|peer| self.indexes(peer)).copied().collect();
            let pairs = self.pairs(&all, false, &|a, b| self.are_unrelated(a, b));
            found.extend(self.told(Kind::Hub, pairs).map(|(kind, overlap)| {
                let vpc = self.held.get(overlap.other).and_then(|held| held.within.as_ref());
                let edge = match vpc {
                    Some(Within::Managed(vpc)) => self.network.between(hub, vpc),
                    _ => None,
                };
                (kind, Overlap { via: edge.map(|edge| edge.via), ..overlap })
            }));
        }
        found
    }

    /// The ranges of VPCs that nothing connects. Where ranges are not known, whether they overlap stays open among
    /// VPCs of one stage; between stages that would be said of every VPC whose range is not written down.
    fn unrelated(&self, world: &World, connected: &HashSet<(usize, usize)>) -> Vec<(Kind, Overlap)> {
        let are_unrelated = |a: usize, b: usize| self.are_unrelated(a, b) && !connected.contains(&(a.min(b), a.max(b)));
        let stages = Stages::of(world);
        let all: Vec<usize> = (0..self.held.len()).filter(|i| self.is_of_vpc(*i)).collect();
        let mut by_stage: BTreeMap<&Stage, Vec<usize>> = BTreeMap::new();
        for i in &all {
            for stage in self.held.get(*i).map(|held| stages.of_root(held.root)).unwrap_or_default() {
                by_stage.entry(stage).or_default().push(*i);
            }
        }
        // What exists in accounts, among itself, is nobody's to change here.
        let judged = |i: usize| self.held.get(i).is_some_and(|held| held.root < world.judged().len());
        let mut found = Vec::new();
        for group in by_stage.values() {
            let pairs = self.pairs(group, true, &|a, b| (judged(a) || judged(b)) && are_unrelated(a, b));
            found.extend(self.told(Kind::SameStage, pairs));
        }
        // Two stages in one account may both be near what exists there: it is told once.
        found.sort_by_key(|(_, overlap)| (overlap.one, overlap.other));
        found.dedup_by_key(|(_, overlap)| (overlap.one, overlap.other));
        let share_stage = |a: usize, b: usize| match (self.held.get(a), self.held.get(b)) {
            (Some(a), Some(b)) => stages.of_root(a.root).iter().any(|stage| stages.of_root(b.root).contains(stage)),
            _ => true,
        };
        let pairs =
            self.pairs(&all, false, &|a, b| (judged(a) || judged(b)) && !share_stage(a, b) && are_unrelated(a, b));
        found.extend(self.told(Kind::OtherStage, pairs));
        found
    }

    fn is_of_vpc(&self, index: usize) -> bool {
        self.held.get(index).is_some_and(|held| held.holder != Holder::Subnet)
    }

    /// Whether two ranges belong to two VPCs that are not peered.
    pub(super) fn are_unrelated(&self, a: usize, b: usize) -> bool {
        let within = |i: usize| self.held.get(i).and_then(|held| held.within.as_ref());
        match (within(a), within(b)) {
            (Some(Within::Managed(a)), Some(Within::Managed(b))) => a != b && self.network.between(a, b).is_none(),
            // Whose range an association is, is not known: it says nothing yet.
            _ => false,
        }
    }

    pub(super) fn indexes(&self, vpc: &Vpc) -> &[usize] {
        self.ranges.get(vpc).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ranges of a VPC of one address family: its own and those associated with it.
    pub fn ranges_of(&self, vpc: &Vpc, v6: bool) -> impl Iterator<Item = &Held> {
        self.indexes(vpc).iter().filter_map(|i| self.held.get(*i)).filter(move |held| held.v6 == v6)
    }

    /// The subnets of a VPC of one address family.
    pub fn subnets_of(&self, vpc: &Vpc, v6: bool) -> impl Iterator<Item = &Held> {
        let of_vpc = self.subnets.get(vpc).into_iter().flatten();
        of_vpc.filter_map(|i| self.held.get(*i)).filter(move |held| held.v6 == v6)
    }

    /// All subnets of a subnet's VPC, in order, where there are several and every one lies outside: then it is the VPC's
    /// range that is wrong. Else none.
    #[must_use]
    pub fn all_astray(&self, subnet: &Held) -> Vec<usize> {
        let Some(Within::Managed(vpc)) = &subnet.within else { return Vec::new() };
        let of_vpc = self.subnets.get(vpc).map(Vec::as_slice).unwrap_or_default();
        let alike = |i: &&usize| self.held.get(**i).is_some_and(|held| held.v6 == subnet.v6);
        let group: Vec<usize> = of_vpc.iter().filter(alike).copied().collect();
        let astray = |i: &usize| self.held.get(*i).is_some_and(|held| matches!(self.is_inside(held), Ok(false)));
        if group.len() > 1 && group.iter().all(astray) { group } else { Vec::new() }
    }

    /// Whether a subnet's range lies inside one of its VPC's ranges; what that hangs on where it is open.
    pub fn is_inside(&self, subnet: &Held) -> Result<bool, Value> {
        let Some(Within::Managed(vpc)) = &subnet.within else { return self.is_inside_other(subnet) };
        let mut open = None;
        for outer in self.ranges_of(vpc, subnet.v6) {
            match (cidr::relation(&outer.range, &subnet.range).contains(), &outer.exists) {
                (Some(true), None) => return Ok(true),
                (Some(true), Some(exists)) if goes_with(outer, exists, subnet) => return Ok(true),
                (Some(true), Some(exists)) => open = Some(exists.clone()),
                (Some(false), _) => {}
                (None, _) => open = Some(either_unknown(&outer.range, &subnet.range)),
            }
        }
        let loose = self.loose.get(&subnet.root).into_iter().flatten().filter_map(|i| self.held.get(*i));
        let may_be_its = |held: &&Held| held.v6 == subnet.v6 && equals(&held.vpc_id, &subnet.vpc_id) != Truth::False;
        let may_hold = |held: &&Held| cidr::relation(&held.range, &subnet.range).contains() != Some(false);
        let open = open.or_else(|| loose.filter(may_be_its).find(may_hold).map(|held| held.vpc_id.clone()));
        open.map_or(Ok(false), Err)
    }

    /// Of a VPC that is read from the account only its first range has a name; it may have others.
    fn is_inside_other(&self, subnet: &Held) -> Result<bool, Value> {
        let of_vpc = |held: &&Held| held.within.is_some() && held.within == subnet.within && held.v6 == subnet.v6;
        let associated = self.held.iter().filter(|held| held.holder == Holder::Association).filter(of_vpc);
        let read = data_range(&subnet.vpc_id, subnet.v6);
        let outer = associated.map(|held| held.range.clone()).chain(read.clone());
        if outer.into_iter().any(|outer| cidr::relation(&outer, &subnet.range).contains() == Some(true)) {
            return Ok(true);
        }
        Err(read.unwrap_or_else(|| either_unknown(&subnet.vpc_id, &subnet.range)))
    }
}

/// A stage: its folder, and the workspace, each of which is a stage of its own.
type Stage = (String, Option<Arc<str>>);

/// The stages of root modules. What exists in an account is of every stage that works in it.
struct Stages(Vec<Vec<Stage>>);

impl Stages {
    fn of(world: &World) -> Self {
        let stage = |root: &super::RootModule| (stage::folder(&root.path).to_owned(), root.workspace.clone());
        let of_account = |account: &str| {
            let there = world.judged().iter().enumerate().filter(|(i, _)| world.existing.works_in(*i, account));
            let mut stages: Vec<Stage> = there.map(|(_, root)| stage(root)).collect();
            stages.sort();
            stages.dedup();
            stages
        };
        let of_root = |root: &super::RootModule| root.account.as_deref().map_or_else(|| vec![stage(root)], of_account);
        Self(world.root_modules.iter().map(of_root).collect())
    }

    fn of_root(&self, root: usize) -> &[Stage] {
        self.0.get(root).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The first range of a VPC that a data source reads.
fn data_range(vpc_id: &Value, v6: bool) -> Option<Value> {
    let Because::Data(attribute) = &vpc_id.as_unknown()?.because else { return None };
    let of_vpc = attribute.of.mode == Mode::Data && attribute.of.ty == "aws_vpc" && attribute.path.len() == 1;
    let step = Step::Attr(name(if v6 { "ipv6_cidr_block" } else { "cidr_block" }));
    let range = Attribute { of: Arc::clone(&attribute.of), path: [step].into(), identity: None };
    of_vpc.then(|| Value::unknown(Type::String, Because::Data(range)).with_origin(vpc_id.origin))
}

fn either_unknown(a: &Value, b: &Value) -> Value {
    if a.is_known() && !b.is_known() { b.clone() } else { a.clone() }
}

/// Whether a holder is there whenever another one is: both hang on the same `count` or `for_each`, alike.
fn goes_with(held: &Held, exists: &Value, other: &Held) -> bool {
    let same_keys = || {
        let keys = |held: &Held| -> Vec<InstanceKey> {
            let modules = held.addr.module.0.iter().map(|(_, key)| key.clone());
            modules.chain([held.addr.key.clone()]).collect()
        };
        keys(held) == keys(other)
    };
    other.exists.as_ref().is_some_and(|on| equals(on, exists) == Truth::True) && same_keys()
}
