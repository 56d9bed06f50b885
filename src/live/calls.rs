//! The calls: all of one site at once, each with its pages. One that fails leaves out what it would have told.

use std::{cell::RefCell, collections::BTreeMap};

use aws_sdk_ec2::Client;
use futures_util::future::{join, join3, join5};

use super::{failure::untold, translate};
use crate::account::{IpamPool, PrefixList, Site, TransitAttachment, Untold};

/// What did not answer, as it comes.
type Failures = RefCell<Vec<Untold>>;

/// Most items a page has.
const PAGE: i32 = 1000;

/// All pages of a call, each item made into ours; nothing when it fails.
macro_rules! list {
    ($failures:expr, $action:literal, $call:expr, $translate:path) => {
        async {
            let mut pages = $call.into_paginator().items().send();
            let mut all = Vec::new();
            loop {
                match pages.next().await {
                    None => break Some(all),
                    Some(Ok(item)) => all.push($translate(item)),
                    Some(Err(error)) => {
                        $failures.borrow_mut().push(untold($action, &error));
                        break None;
                    }
                }
            }
        }
    };
}

/// Everything that is asked of one region of one account.
pub(super) async fn site(client: &Client, site: Site) -> Site {
    let failures = Failures::default();
    let f = &failures;
    let network = join5(
        zones(client, f),
        list!(f, "ec2:DescribeVpcs", client.describe_vpcs().max_results(PAGE), translate::vpc),
        list!(f, "ec2:DescribeSubnets", client.describe_subnets().max_results(PAGE), translate::subnet),
        list!(
            f,
            "ec2:DescribeVpcPeeringConnections",
            client.describe_vpc_peering_connections().max_results(PAGE),
            translate::peering
        ),
        list!(f, "ec2:DescribeRouteTables", client.describe_route_tables().max_results(100), translate::route_table),
    );
    let gateways = join3(
        list!(
            f,
            "ec2:DescribeInternetGateways",
            client.describe_internet_gateways().max_results(PAGE),
            translate::internet_gateway
        ),
        list!(
            f,
            "ec2:DescribeEgressOnlyInternetGateways",
            client.describe_egress_only_internet_gateways().max_results(255),
            translate::egress_only
        ),
        list!(f, "ec2:DescribeNatGateways", client.describe_nat_gateways().max_results(PAGE), translate::nat_gateway),
    );
    let further = join3(transit(client, f), prefix_lists(client, f), ipam_pools(client, f));
    let (network, gateways, further) = join3(network, gateways, further).await;
    let (zones, vpcs, subnets, peerings, route_tables) = network;
    let (internet, egress, nat_gateways) = gateways;
    let (attachments, prefix_lists, ipam_pools) = further;
    let internet_gateways = internet.zip(egress).map(|(mut all, egress)| {
        all.extend(egress);
        all
    });
    Site {
        availability_zones: zones,
        vpcs,
        subnets,
        peerings,
        route_tables,
        internet_gateways,
        nat_gateways,
        transit_gateway_attachments: attachments,
        prefix_lists,
        ipam_pools,
        untold: failures.into_inner(),
        ..site
    }
}

/// Those that are not opted into as well: a data source may ask for all.
async fn zones(client: &Client, failures: &Failures) -> Option<Vec<crate::account::Zone>> {
    match client.describe_availability_zones().all_availability_zones(true).send().await {
        Ok(told) => Some(told.availability_zones.into_iter().flatten().map(translate::zone).collect()),
        Err(error) => {
            failures.borrow_mut().push(untold("ec2:DescribeAvailabilityZones", &error));
            None
        }
    }
}

/// The attachments of VPCs, with the route tables that they ask and lead to.
async fn transit(client: &Client, f: &Failures) -> Option<Vec<TransitAttachment>> {
    let all = list!(
        f,
        "ec2:DescribeTransitGatewayAttachments",
        client.describe_transit_gateway_attachments().max_results(PAGE),
        translate::attachment
    );
    let mut attachments: Vec<TransitAttachment> = all.await?.into_iter().flatten().collect();
    // A route table that nothing asks leads nowhere.
    let mut tables: Vec<String> =
        attachments.iter().map(|attachment| attachment.associated_route_table.clone()).collect();
    tables.retain(|table| !table.is_empty());
    tables.sort();
    tables.dedup();
    let mut leads_to: Option<BTreeMap<String, Vec<String>>> = Some(BTreeMap::new());
    for table in tables {
        let ids = list!(
            f,
            "ec2:GetTransitGatewayRouteTablePropagations",
            client
                .get_transit_gateway_route_table_propagations()
                .transit_gateway_route_table_id(&table)
                .max_results(PAGE),
            translate::propagation
        );
        // Of one that may not be looked into, nothing is known of any attachment.
        let Some(told) = ids.await else {
            leads_to = None;
            break;
        };
        if let Some(leads_to) = leads_to.as_mut() {
            for attachment in told.into_iter().flatten() {
                leads_to.entry(attachment).or_default().push(table.clone());
            }
        }
    }
    for attachment in &mut attachments {
        // Of the gateway of another account, route tables are not shown at all.
        let is_shown = !attachment.associated_route_table.is_empty();
        let tables = leads_to.as_mut().filter(|_| is_shown);
        attachment.propagated_route_tables = tables.map(|leads_to| leads_to.remove(&attachment.id).unwrap_or_default());
    }
    Some(attachments)
}

/// Prefix lists; what is in those of AWS itself nobody asks.
async fn prefix_lists(client: &Client, f: &Failures) -> Option<Vec<PrefixList>> {
    let all = list!(
        f,
        "ec2:DescribeManagedPrefixLists",
        client.describe_managed_prefix_lists().max_results(100),
        translate::prefix_list
    );
    let mut lists = all.await?;
    for prefix_list in lists.iter_mut().filter(|list| list.owner != "AWS") {
        let entries = list!(
            f,
            "ec2:GetManagedPrefixListEntries",
            client.get_managed_prefix_list_entries().prefix_list_id(&prefix_list.id).max_results(100),
            translate::prefix_entry
        );
        prefix_list.entries = entries.await;
    }
    Some(lists)
}

async fn ipam_pools(client: &Client, f: &Failures) -> Option<Vec<IpamPool>> {
    let all = list!(f, "ec2:DescribeIpamPools", client.describe_ipam_pools().max_results(PAGE), translate::ipam_pool);
    let mut pools = all.await?;
    for pool in &mut pools {
        let cidrs = list!(
            f,
            "ec2:GetIpamPoolCidrs",
            client.get_ipam_pool_cidrs().ipam_pool_id(&pool.id).max_results(PAGE),
            translate::pool_cidr
        );
        let allocations = list!(
            f,
            "ec2:GetIpamPoolAllocations",
            client.get_ipam_pool_allocations().ipam_pool_id(&pool.id).max_results(PAGE),
            translate::allocation
        );
        let (cidrs, allocations) = join(cidrs, allocations).await;
        pool.cidrs = cidrs.map(|cidrs| cidrs.into_iter().flatten().collect());
        pool.allocations = allocations;
    }
    Some(pools)
}
