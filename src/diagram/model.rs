//! What a picture is of.

use std::collections::BTreeMap;

use crate::diag::Level;

/// Numbers of findings that are marked on a thing.
pub(super) type Marks = Vec<usize>;

#[derive(Debug, Default)]
pub(super) struct Model {
    /// The root module's path.
    pub(super) title: String,
    /// Region, account, and what is not drawn.
    pub(super) subtitle: String,
    pub(super) region: String,
    /// Findings about nothing that is drawn.
    pub(super) marks: Marks,
    /// What stands before the region: names, then distributions.
    pub(super) names: Vec<Thing>,
    pub(super) distributions: Vec<Distribution>,
    pub(super) vpcs: Vec<Vpc>,
    /// Services of the region that stand in no subnet, by what they are.
    pub(super) outside: Vec<(String, Vec<Thing>)>,
    pub(super) findings: Vec<Note>,
}

/// Something with a name, and a line that says more.
#[derive(Clone, Debug, Default)]
pub(super) struct Thing {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) marks: Marks,
}

/// A finding in the legend.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) number: usize,
    pub(super) level: Level,
    pub(super) waived: bool,
    pub(super) text: String,
}

#[derive(Debug, Default)]
pub(super) struct Distribution {
    pub(super) thing: Thing,
    /// Addresses of what it fetches from.
    pub(super) origins: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Vpc {
    pub(super) thing: Thing,
    /// Names of zones, sorted; the columns.
    pub(super) zones: Vec<String>,
    /// Whether an internet gateway is attached.
    pub(super) gateway: Option<Thing>,
    pub(super) tiers: Vec<Tier>,
    pub(super) endpoints: Vec<Thing>,
}

/// Subnets of one purpose, at most a few in each zone.
#[derive(Debug, Default)]
pub(super) struct Tier {
    pub(super) way: Way,
    /// By column.
    pub(super) subnets: BTreeMap<usize, Vec<Subnet>>,
    pub(super) services: Vec<Service>,
}

/// Where a subnet's traffic to everywhere goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) enum Way {
    Internet,
    Nat,
    /// Through something else: a transit gateway, a peering, an appliance.
    Other,
    #[default]
    Nowhere,
}

#[derive(Debug, Default)]
pub(super) struct Subnet {
    pub(super) thing: Thing,
    /// The address of the NAT gateway its default route leads to.
    pub(super) nat: Option<String>,
}

/// What stands in the subnets of a tier, over one or several zones.
#[derive(Debug, Default)]
pub(super) struct Service {
    pub(super) thing: Thing,
    pub(super) kind: Kind,
    /// Columns it reaches over.
    pub(super) columns: Vec<usize>,
    /// What of it stands in which column.
    pub(super) members: BTreeMap<usize, Vec<Thing>>,
    /// What its members do with each other: `replication`.
    pub(super) link: String,
}

/// Decides the colour.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) enum Kind {
    #[default]
    Network,
    Compute,
    Database,
    Storage,
}
