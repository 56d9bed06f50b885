//! Route tables of a site and the prefix lists that their routes name: what keeps a range from being added to a VPC.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{
    Existing,
    made::Maker,
    managed::{Candidate, Match, doubt, identify},
};
use crate::{
    account::{PrefixList, Route, RouteTable},
    world::cidr::Range,
};

const TABLE: &str = "aws_route_table";
const LIST: &str = "aws_ec2_managed_prefix_list";

/// What a route's target is, by how its id begins.
const TARGETS: [(&str, &str); 9] = [
    ("nat-", "nat_gateway_id"),
    ("tgw-", "transit_gateway_id"),
    ("pcx-", "vpc_peering_connection_id"),
    ("eigw-", "egress_only_gateway_id"),
    ("eni-", "network_interface_id"),
    ("lgw-", "local_gateway_id"),
    ("cagw-", "carrier_gateway_id"),
    ("arn:", "core_network_arn"),
    ("", "gateway_id"),
];

impl Maker<'_> {
    pub(super) fn routes(&mut self, existing: &mut Existing) {
        self.route_tables(existing);
        self.prefix_lists();
    }

    fn route_tables(&mut self, existing: &mut Existing) {
        let site = self.site;
        let unknown = self.untold("where routes of its VPC lead, as the route tables", "ec2:DescribeRouteTables");
        if let (None, Some(unknown)) = (&site.route_tables, unknown) {
            let vpcs: Vec<_> = self.managed.associations.iter().map(|(vpc, _)| vpc.clone()).collect();
            for (i, vpc) in vpcs.into_iter().enumerate() {
                self.add_perhaps((TABLE, &format!("any-{i}")), &json!({}), ("route", unknown.clone()));
                self.let_last_have("vpc_id", vpc);
            }
        }
        for table in site.route_tables.iter().flatten() {
            let perhaps: Vec<Candidate> = {
                let in_vpc = |candidate: &&Candidate| self.is_in(candidate, &table.vpc);
                let candidates: Vec<&Candidate> = self.managed.route_tables.iter().filter(in_vpc).collect();
                match identify(&candidates, (&table.id, "", &table.tags)) {
                    Match::Is(same) => {
                        existing.managed.insert(table.id.as_str().into(), Arc::clone(&same.addr));
                        continue;
                    }
                    Match::Maybe(perhaps) => perhaps.into_iter().cloned().collect(),
                    Match::No => Vec::new(),
                }
            };
            let routes = self.hindering(table);
            let attrs = json!({
                "id": table.id, "vpc_id": table.vpc, "owner_id": table.owner, "route": routes,
                "tags": table.tags, "tags_all": table.tags,
            });
            self.add((TABLE, &table.id), &attrs);
            if let Some(one) = perhaps.first() {
                self.doubt_last(doubt(one, &table.id, site));
            }
        }
    }

    /// The routes of a table but those inside of the VPC's ranges: such a range is there already.
    fn hindering(&self, table: &RouteTable) -> Vec<Json> {
        let vpc = self.site.vpcs.iter().flatten().find(|vpc| vpc.id == table.vpc);
        let associations = vpc.into_iter().flat_map(|vpc| vpc.associations.iter().chain(&vpc.ipv6_associations));
        let own: Vec<Range> = associations.filter(|a| a.counts()).filter_map(|a| Range::parse(&a.cidr_block)).collect();
        let is_own = |route: &&Route| {
            let destination = Range::parse(&route.destination);
            destination.is_some_and(|range| own.iter().any(|own| own.contains(range)))
        };
        table.routes.iter().filter(|route| route.target != "local" && !is_own(route)).map(route).collect()
    }

    fn prefix_lists(&mut self) {
        let site = self.site;
        let unknown = self.untold("which ranges are on prefix lists", "ec2:DescribeManagedPrefixLists");
        if let (None, Some(unknown)) = (&site.prefix_lists, unknown) {
            self.add_perhaps((LIST, "any"), &json!({}), ("id", unknown.clone()));
            self.let_last_have("entry", unknown);
        }
        for list in site.prefix_lists.iter().flatten() {
            self.prefix_list(list);
        }
    }

    /// What is on those of AWS itself nobody asks, and none of it can be added to a VPC.
    fn prefix_list(&mut self, list: &PrefixList) {
        let entries =
            list.entries.iter().flatten().map(|entry| json!({ "cidr": entry.cidr, "description": entry.description }));
        let attrs = json!({
            "id": list.id, "name": list.name, "owner_id": list.owner, "address_family": list.family,
            "max_entries": list.max_entries, "entry": entries.collect::<Vec<_>>(),
            "tags": list.tags, "tags_all": list.tags,
        });
        let what = format!("which ranges are on {}", list.id);
        match self.untold(&what, "ec2:GetManagedPrefixListEntries") {
            Some(unknown) if list.entries.is_none() && list.owner != "AWS" => {
                self.add_with((LIST, &list.id), &attrs, ("entry", unknown));
            }
            _ => self.add((LIST, &list.id), &attrs),
        }
    }
}

fn route(route: &Route) -> Json {
    let destination = match &route.destination {
        list if list.starts_with("pl-") => "destination_prefix_list_id",
        v6 if v6.contains(':') => "ipv6_cidr_block",
        _ => "cidr_block",
    };
    let target = TARGETS.iter().find(|(start, _)| route.target.starts_with(start)).map_or("gateway_id", |of| of.1);
    json!({ destination: route.destination, target: route.target })
}
