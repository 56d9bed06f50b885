//! Pools of IPAM: the ranges they have given to VPCs of accounts and regions that nobody asked.

use std::{collections::BTreeMap, sync::Arc};

use ecow::EcoString;
use serde_json::json;

use super::made::Maker;
use crate::{
    account::{Allocation, Association, Facts, Site, Vpc},
    world::cidr::Range,
};

/// What a pool has, and what it has given away; nothing of what was not told.
#[derive(Debug, Default)]
pub(in crate::world) struct Pool {
    provisioned: Option<Vec<Range>>,
    given: Vec<Range>,
}

impl Pool {
    /// Whether nothing that the pool gives can overlap a range that others have.
    pub(in crate::world) fn never_gives(&self, range: Range) -> bool {
        let is_elsewhere = |all: &Vec<Range>| !all.iter().any(|own| own.overlaps(range));
        self.provisioned.as_ref().is_some_and(is_elsewhere) || self.given.iter().any(|given| given.contains(range))
    }
}

/// The pools of all facts, by id.
pub(super) fn pools(facts: &Facts) -> BTreeMap<EcoString, Arc<Pool>> {
    let ranges = |all: &[String]| -> Option<Vec<Range>> { all.iter().map(|range| Range::parse(range)).collect() };
    let all = facts.sites().flat_map(|site| site.ipam_pools.iter().flatten());
    let pool = |pool: &crate::account::IpamPool| Pool {
        provisioned: pool.cidrs.as_deref().and_then(ranges),
        given: pool.allocations.iter().flatten().filter_map(|given| Range::parse(&given.cidr)).collect(),
    };
    all.map(|told| (EcoString::from(told.id.as_str()), Arc::new(pool(told)))).collect()
}

/// VPCs that only pools tell of, as sites of their own: by the account they are in, and the pool's region.
pub(super) fn sites_of_pools(facts: &Facts) -> Vec<Site> {
    let known: Vec<&str> =
        facts.sites().flat_map(|site| site.vpcs.iter().flatten()).map(|vpc| vpc.id.as_str()).collect();
    let mut sites: BTreeMap<(&str, &str), BTreeMap<&str, Vec<&Allocation>>> = BTreeMap::new();
    for pool in facts.sites().flat_map(|site| site.ipam_pools.iter().flatten()) {
        for given in pool.allocations.iter().flatten() {
            let is_vpc = given.kind == "vpc" && !given.resource.is_empty() && !known.contains(&given.resource.as_str());
            if is_vpc && Range::parse(&given.cidr).is_some() {
                let vpcs = sites.entry((&given.owner, &pool.locale)).or_default();
                vpcs.entry(&given.resource).or_default().push(given);
            }
        }
    }
    let site = |((account, region), vpcs): ((&str, &str), BTreeMap<&str, Vec<&Allocation>>)| Site {
        account: account.to_owned(),
        region: region.to_owned(),
        vpcs: Some(vpcs.into_iter().map(vpc).collect()),
        ..Site::default()
    };
    sites.into_iter().map(site).collect()
}

fn vpc((id, given): (&str, Vec<&Allocation>)) -> Vpc {
    let (v6, v4): (Vec<&Allocation>, Vec<&Allocation>) = given.into_iter().partition(|given| given.cidr.contains(':'));
    let association = |given: &&Allocation| Association { cidr_block: given.cidr.clone(), ..Association::default() };
    Vpc {
        id: id.to_owned(),
        cidr_block: v4.first().map(|first| first.cidr.clone()).unwrap_or_default(),
        associations: v4.iter().map(association).collect(),
        ipv6_associations: v6.iter().map(association).collect(),
        ..Vpc::default()
    }
}

impl Maker<'_> {
    /// What pools have given to others is not known where they were not shown.
    pub(super) fn any_of_pools(&mut self) {
        let site = self.site;
        let is_hidden =
            site.ipam_pools.as_ref().is_none_or(|pools| pools.iter().any(|pool| pool.allocations.is_none()));
        let what = "what IPAM has given to the VPCs of other regions and accounts, as the pools";
        let untold =
            ["ec2:DescribeIpamPools", "ec2:GetIpamPoolAllocations"].iter().find_map(|action| self.untold(what, action));
        if let Some(unknown) = untold.filter(|_| is_hidden) {
            self.add_perhaps(("aws_vpc", "any-of-pools"), &json!({}), ("cidr_block", unknown));
        }
    }
}
