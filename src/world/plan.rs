//! The address plan of a world: what is used, by whom, what overlaps, and which blocks are free.

use super::{
    World,
    addresses::{Held, Holder, Kind, Overlap},
    cidr::{self, Range},
};

/// What is asked of a plan.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Prefix length of the free blocks that are looked for.
    pub free: Option<u32>,
    /// Where they are looked for; where ranges are used, without any.
    pub within: Vec<Range>,
}

/// The plan.
#[derive(Debug, Default)]
pub struct Plan {
    /// In the order of the addresses; of equal ranges the larger holder first.
    pub used: Vec<Use>,
    /// Holders of ranges that are not known: root module, address, and what their range hangs on.
    pub open: Vec<(String, String, String)>,
    pub overlaps: Vec<Pair>,
    pub free: Vec<Free>,
}

/// A range that something holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Use {
    pub range: Range,
    /// Subnets lie inside of others.
    pub is_subnet: bool,
    pub root_module: String,
    pub address: String,
    /// What it is, when it is no VPC, association or subnet.
    pub what: &'static str,
}

impl Use {
    /// By address, of equal ones the larger range first, and then what is no subnet.
    fn order(&self) -> impl Ord + '_ {
        let size = std::cmp::Reverse(self.range.end());
        (self.range.start(), size, self.is_subnet, &self.root_module, &self.address, self.what)
    }
}

/// Two holders whose ranges overlap.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Pair {
    pub kind: Kind,
    pub one: Use,
    pub other: Use,
    /// The connection through which they meet.
    pub via: Option<String>,
}

/// The free blocks of a whole.
#[derive(Clone, Debug)]
pub struct Free {
    pub within: Range,
    pub prefix: u32,
    /// How many there are.
    pub count: u128,
    /// The first of them, no more than [`MAX_SHOWN`].
    pub first: Vec<Range>,
}

/// Free blocks that are named.
pub const MAX_SHOWN: usize = 256;

/// Ranges that are private, where no range is used to begin with.
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// Other things that take addresses: the type, the dotted path of the attribute, and what it is.
const OTHERS: [(&str, &str, &str); 4] = [
    ("aws_eks_cluster", "kubernetes_network_config.0.service_ipv4_cidr", "Kubernetes services"),
    ("aws_ec2_client_vpn_endpoint", "client_cidr_block", "VPN clients"),
    ("aws_vpn_connection_route", "destination_cidr_block", "behind a VPN"),
    ("aws_vpc_ipam_pool_cidr", "cidr", "an IPAM pool"),
];

/// An IPAM pool hands out what it holds: its range is not used by itself.
const POOL: &str = "an IPAM pool";

impl Plan {
    #[must_use]
    pub fn of(world: &World, wanted: &Wanted) -> Self {
        let mut plan = Self::default();
        let addresses = world.addresses();
        for held in &addresses.held {
            match used(world, held) {
                Some(used) => plan.used.push(used),
                None if held.range.is_error() => {}
                None => plan.open.push((root_path(world, held.root), held.addr.to_string(), hangs_on(held))),
            }
        }
        plan.used.extend(others(world));
        plan.used.sort_by(|a, b| a.order().cmp(&b.order()));
        // A root module in several workspaces says the same in each, or not.
        plan.used.dedup();
        plan.open.sort();
        plan.open.dedup();
        plan.overlaps = overlaps(world);
        if let Some(prefix) = wanted.free {
            plan.free =
                plan.wholes(&wanted.within).into_iter().filter_map(|whole| plan.free_in(whole, prefix)).collect();
        }
        plan
    }

    /// Where free blocks are looked for.
    fn wholes(&self, within: &[Range]) -> Vec<Range> {
        if !within.is_empty() {
            return within.to_vec();
        }
        let private: Vec<Range> = PRIVATE.iter().filter_map(|text| Range::parse(text)).collect();
        let is_used = |whole: &&Range| self.used.iter().any(|used| whole.overlaps(used.range));
        let used: Vec<Range> = private.iter().filter(is_used).copied().collect();
        if used.is_empty() { private.into_iter().take(1).collect() } else { used }
    }

    /// The free blocks of a size in a whole; nothing where no block of that size fits into it.
    fn free_in(&self, within: Range, prefix: u32) -> Option<Free> {
        let mut free = Free { within, prefix, count: 0, first: Vec::new() };
        let mut at = within.block(prefix)?;
        let mut taken =
            self.used.iter().filter(|used| !used.is_subnet && used.what != POOL && used.range.overlaps(within));
        let mut next = taken.next();
        loop {
            while next.is_some_and(|used| used.range.end() < at.start()) {
                next = taken.next();
            }
            match next {
                Some(used) if used.range.overlaps(at) => {
                    // On to the first block after what is used.
                    let beyond =
                        if used.range.contains(at) || used.range == at { at.after(used.range) } else { at.next() };
                    match beyond.filter(|block| within.contains(*block)) {
                        Some(block) => at = block,
                        None => return Some(free),
                    }
                }
                next => {
                    let until = next.map_or(within, |used| used.range);
                    let (count, block) = at.run(within, next.map(|_| until));
                    free.take(at, count);
                    match block.filter(|block| within.contains(*block)) {
                        Some(block) => at = block,
                        None => return Some(free),
                    }
                }
            }
        }
    }
}

impl Free {
    /// Counts so many blocks in a row.
    fn take(&mut self, from: Range, count: u128) {
        self.count = self.count.saturating_add(count);
        let room = MAX_SHOWN.saturating_sub(self.first.len());
        let shown = usize::try_from(count).unwrap_or(usize::MAX).min(room);
        self.first.extend(std::iter::successors(Some(from), |block| block.next()).take(shown));
    }
}

fn root_path(world: &World, root: usize) -> String {
    world.root_modules.get(root).map_or_else(String::new, |module| module.path.to_string())
}

fn used(world: &World, held: &Held) -> Option<Use> {
    Some(Use {
        range: cidr::known(&held.range)?,
        is_subnet: held.holder == Holder::Subnet,
        root_module: root_path(world, held.root),
        address: held.addr.to_string(),
        what: "",
    })
}

/// What an unknown range hangs on, in a word.
fn hangs_on(held: &Held) -> String {
    let of_pool = held.pool.as_ref().map(|pool| match (pool.as_str(), pool.as_unknown()) {
        (Some(text), _) => format!("from the pool {text}"),
        (None, Some(unknown)) => format!("from the pool {}", unknown.because),
        (None, None) => "from a pool".to_owned(),
    });
    let unknown = || held.range.as_unknown().map(|unknown| unknown.because.to_string());
    of_pool.or_else(unknown).unwrap_or_default()
}

fn others(world: &World) -> Vec<Use> {
    let mut found = Vec::new();
    for (ty, path, what) in OTHERS {
        for (root, i) in world.of_type(crate::addr::name(ty)) {
            let Some(instance) = world.root_modules.get(*root).and_then(|module| module.instances.get(*i)) else {
                continue;
            };
            let mut value = Some(&instance.attrs);
            for step in path.split('.') {
                value = value.and_then(|value| match step.parse::<usize>() {
                    Ok(index) => value.items()?.get(index),
                    Err(_) => value.get(&crate::addr::name(step)),
                });
            }
            let Some(range) = value.and_then(cidr::known).filter(|_| instance.repeat == 0) else { continue };
            let (root_module, address) = (root_path(world, *root), instance.addr.to_string());
            found.push(Use { range, is_subnet: false, root_module, address, what });
        }
    }
    found
}

/// All overlaps that are certain.
fn overlaps(world: &World) -> Vec<Pair> {
    let addresses = world.addresses();
    let mut found: Vec<Pair> =
        addresses.all_overlaps().filter_map(|(kind, overlap)| pair(world, kind, overlap)).collect();
    found.sort();
    found.dedup();
    found
}

fn pair(world: &World, kind: Kind, overlap: &Overlap) -> Option<Pair> {
    if overlap.open.is_some() {
        return None;
    }
    let held = &world.addresses().held;
    let (one, other) = (held.get(overlap.one)?, held.get(overlap.other)?);
    let via = overlap.via.and_then(|via| {
        let instance = world.root_modules.get(via.root)?.instances.get(via.instance)?;
        Some(instance.addr.to_string())
    });
    Some(Pair { kind, one: used(world, one)?, other: used(world, other)?, via })
}
