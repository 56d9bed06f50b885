//! The facts document: what was asked of accounts, as JSON. Sorted, so that the same facts are the same bytes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Rises when a reader of today could not read it.
pub const VERSION: u32 = 1;

/// A file of facts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub version: u32,
    /// RFC 3339, in UTC.
    pub recorded_at: String,
    /// By account and region.
    pub sites: Vec<Site>,
}

/// One region of one account. What is not there was not asked, or not told; `untold` says which.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub account: String,
    pub region: String,
    /// The provider configurations whose credentials it was asked with; in a file that is written by hand, none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked_for: Vec<Asked>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<Untold>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zones: Option<Vec<Zone>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpcs: Option<Vec<Vpc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnets: Option<Vec<Subnet>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peerings: Option<Vec<Peering>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_tables: Option<Vec<RouteTable>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internet_gateways: Option<Vec<InternetGateway>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nat_gateways: Option<Vec<NatGateway>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_attachments: Option<Vec<TransitAttachment>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_lists: Option<Vec<PrefixList>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipam_pools: Option<Vec<IpamPool>>,
}

/// A provider configuration of a root module: `aws`, `aws.east`, `module.dns.aws`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub root_module: String,
    pub provider: String,
}

/// A call that did not answer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Untold {
    /// The IAM action: `ec2:DescribeVpcs`.
    pub action: String,
    /// `denied`, `expired`, `disabled`, `timeout`, or `failed`.
    pub because: Why,
    /// What AWS said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// Why a call did not answer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    Denied,
    Expired,
    /// The region is not enabled in the account.
    Disabled,
    Timeout,
    Failed,
}

pub type Tags = BTreeMap<String, String>;

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Zone {
    pub name: String,
    pub id: String,
    pub state: String,
    /// `availability-zone`, `local-zone`, `wavelength-zone`.
    #[serde(rename = "type")]
    pub kind: String,
    pub opt_in_status: String,
    pub group: String,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vpc {
    pub id: String,
    pub owner: String,
    pub is_default: bool,
    pub state: String,
    /// The range it was made with.
    pub cidr_block: String,
    pub instance_tenancy: String,
    pub dhcp_options: String,
    /// All IPv4 ranges that are associated or about to be, the first one too.
    pub associations: Vec<Association>,
    pub ipv6_associations: Vec<Association>,
    pub tags: Tags,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Association {
    pub id: String,
    pub cidr_block: String,
    pub state: String,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Subnet {
    pub id: String,
    /// Of a subnet that is shared from another account, that one.
    pub owner: String,
    pub vpc: String,
    pub state: String,
    pub cidr_block: String,
    pub ipv6_associations: Vec<Association>,
    pub availability_zone: String,
    pub availability_zone_id: String,
    pub free_addresses: i32,
    pub map_public_ip_on_launch: bool,
    pub default_for_zone: bool,
    pub tags: Tags,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Peering {
    pub id: String,
    pub status: String,
    pub requester: PeeredVpc,
    pub accepter: PeeredVpc,
    pub tags: Tags,
}

/// One end of a peering. Ranges are told of active ones only.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PeeredVpc {
    pub vpc: String,
    pub owner: String,
    pub region: String,
    pub cidr_blocks: Vec<String>,
    pub ipv6_cidr_blocks: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RouteTable {
    pub id: String,
    pub owner: String,
    pub vpc: String,
    pub main: bool,
    pub subnets: Vec<String>,
    pub routes: Vec<Route>,
    pub tags: Tags,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Route {
    /// A range or a prefix list.
    pub destination: String,
    /// The id of a gateway, a peering and the like; `local`.
    pub target: String,
    pub state: String,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InternetGateway {
    pub id: String,
    pub owner: String,
    pub vpcs: Vec<String>,
    pub egress_only: bool,
    pub tags: Tags,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NatGateway {
    pub id: String,
    pub vpc: String,
    pub subnet: String,
    pub state: String,
    /// `public` or `private`.
    pub connectivity: String,
    /// `zonal` or `regional`.
    pub availability: String,
    pub tags: Tags,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransitAttachment {
    pub id: String,
    pub transit_gateway: String,
    pub vpc: String,
    pub vpc_owner: String,
    pub state: String,
    pub subnets: Vec<String>,
    /// The one route table it asks, where the account may see that.
    pub associated_route_table: String,
    /// The route tables it propagates to; not there where the account may not see that.
    pub propagated_route_tables: Option<Vec<String>>,
    pub tags: Tags,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrefixList {
    pub id: String,
    pub name: String,
    pub owner: String,
    pub family: String,
    pub state: String,
    pub max_entries: i32,
    /// Not there where they were not told.
    pub entries: Option<Vec<PrefixEntry>>,
    pub tags: Tags,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrefixEntry {
    pub cidr: String,
    pub description: String,
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IpamPool {
    pub id: String,
    pub family: String,
    pub locale: String,
    pub state: String,
    /// Not there where they were not told.
    pub cidrs: Option<Vec<String>>,
    pub allocations: Option<Vec<Allocation>>,
    pub tags: Tags,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Allocation {
    pub cidr: String,
    pub resource: String,
    /// `vpc`, `ipam-pool`, `custom` and the like.
    pub kind: String,
    pub owner: String,
}

impl Document {
    /// Facts that were just told.
    #[must_use]
    pub fn new(recorded_at: Timestamp, sites: Vec<Site>) -> Self {
        let mut document = Self { version: VERSION, recorded_at: recorded_at.to_string(), sites };
        document.sort();
        document
    }

    /// Reads a file. The error says what is wrong with it.
    ///
    /// # Errors
    /// When it is no facts document of a version that is known here.
    pub fn read(bytes: &[u8]) -> Result<(Self, Timestamp), String> {
        let version = serde_json::from_slice::<serde_json::Value>(bytes).map_err(|error| error.to_string())?;
        match version.get("version").map(ToString::to_string) {
            Some(known) if known == VERSION.to_string() => {}
            Some(other) => return Err(format!("it has the version {other}, and {VERSION} is known here")),
            None => return Err("it has no \"version\": it is no facts document".to_owned()),
        }
        let mut document: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let recorded_at = document.recorded_at.parse().map_err(|_| {
            format!("\"recorded_at\" is {:?}, and no time as in \"2026-11-24T08:00:00Z\"", document.recorded_at)
        })?;
        document.check()?;
        document.sort();
        Ok((document, recorded_at))
    }

    /// As a file has it, with a newline at its end.
    ///
    /// # Errors
    /// When it has no JSON form; none of those here is such.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    fn check(&self) -> Result<(), String> {
        for site in &self.sites {
            if site.account.len() != 12 || !site.account.bytes().all(|b| b.is_ascii_digit()) {
                return Err(format!("\"{}\" is no id of an account", site.account));
            }
            if site.region.is_empty() {
                return Err(format!("facts of the account {} have no region", site.account));
            }
            if site.vpcs.iter().flatten().any(|vpc| vpc.id.is_empty())
                || site.subnets.iter().flatten().any(|subnet| subnet.id.is_empty())
                || site.peerings.iter().flatten().any(|peering| peering.id.is_empty())
            {
                return Err(format!("a VPC, subnet or peering of {} in {} has no id", site.account, site.region));
            }
        }
        Ok(())
    }

    fn sort(&mut self) {
        self.sites.sort_by(|a, b| (&a.account, &a.region).cmp(&(&b.account, &b.region)));
        self.sites.iter_mut().for_each(Site::sort);
    }
}

fn by<T, K: Ord>(list: &mut Option<Vec<T>>, key: impl Fn(&T) -> K) {
    list.iter_mut().for_each(|list| list.sort_by_key(&key));
}

impl Site {
    fn sort(&mut self) {
        self.asked_for.sort();
        self.untold.sort();
        self.untold.dedup();
        by(&mut self.availability_zones, |zone| zone.name.clone());
        by(&mut self.vpcs, |vpc| vpc.id.clone());
        by(&mut self.subnets, |subnet| subnet.id.clone());
        by(&mut self.peerings, |peering| peering.id.clone());
        by(&mut self.route_tables, |table| table.id.clone());
        by(&mut self.internet_gateways, |gateway| gateway.id.clone());
        by(&mut self.nat_gateways, |gateway| gateway.id.clone());
        by(&mut self.transit_gateway_attachments, |attachment| attachment.id.clone());
        by(&mut self.prefix_lists, |list| list.id.clone());
        by(&mut self.ipam_pools, |pool| pool.id.clone());
        for table in self.route_tables.iter_mut().flatten() {
            table.subnets.sort();
            table.routes.sort();
        }
        for attachment in self.transit_gateway_attachments.iter_mut().flatten() {
            attachment.subnets.sort();
            attachment.propagated_route_tables.iter_mut().for_each(|tables| tables.sort());
        }
        for list in self.prefix_lists.iter_mut().flatten() {
            list.entries.iter_mut().for_each(|entries| entries.sort());
        }
        for pool in self.ipam_pools.iter_mut().flatten() {
            pool.cidrs.iter_mut().for_each(|cidrs| cidrs.sort());
            pool.allocations.iter_mut().for_each(|allocations| allocations.sort());
        }
    }

    /// Why what a call would tell is not here; nothing where nobody asked.
    #[must_use]
    pub fn why_not(&self, action: &str) -> Option<&Untold> {
        self.untold.iter().find(|untold| untold.action == action)
    }
}

impl Untold {
    /// As a sentence goes on: `ec2:DescribeVpcs is not permitted`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let action = &self.action;
        match self.because {
            Why::Denied => format!("{action} is not permitted"),
            Why::Expired => format!("the credentials for {action} have expired"),
            Why::Disabled => format!("the region is not enabled, or {action} is not permitted in it"),
            Why::Timeout => format!("{action} did not answer in time"),
            Why::Failed if self.message.is_empty() => format!("{action} failed"),
            Why::Failed => format!("{action} failed: {}", self.message),
        }
    }
}

impl Association {
    /// Whether its range is in use, or about to be.
    #[must_use]
    pub fn counts(&self) -> bool {
        !matches!(self.state.as_str(), "disassociating" | "disassociated" | "failing" | "failed")
    }
}
