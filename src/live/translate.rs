//! What EC2 answers, in the words of the facts document.

use aws_sdk_ec2::types as ec2;

use crate::account::{
    Allocation, Association, InternetGateway, IpamPool, NatGateway, PeeredVpc, Peering, PrefixEntry, PrefixList, Route,
    RouteTable, Subnet, Tags, TransitAttachment, Vpc, Zone,
};

fn text(value: Option<String>) -> String {
    value.unwrap_or_default()
}

/// The word that EC2 uses for a value of a closed set.
fn word<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn tags(tags: Option<Vec<ec2::Tag>>) -> Tags {
    tags.into_iter().flatten().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

pub(super) fn zone(zone: ec2::AvailabilityZone) -> Zone {
    Zone {
        name: text(zone.zone_name),
        id: text(zone.zone_id),
        state: word(zone.state),
        kind: text(zone.zone_type),
        opt_in_status: word(zone.opt_in_status),
        group: text(zone.group_name),
    }
}

pub(super) fn vpc(vpc: ec2::Vpc) -> Vpc {
    let v4 = vpc.cidr_block_association_set.into_iter().flatten().map(|association| Association {
        id: text(association.association_id),
        cidr_block: text(association.cidr_block),
        state: word(association.cidr_block_state.and_then(|state| state.state)),
    });
    let v6 = vpc.ipv6_cidr_block_association_set.into_iter().flatten().map(|association| Association {
        id: text(association.association_id),
        cidr_block: text(association.ipv6_cidr_block),
        state: word(association.ipv6_cidr_block_state.and_then(|state| state.state)),
    });
    Vpc {
        id: text(vpc.vpc_id),
        owner: text(vpc.owner_id),
        is_default: vpc.is_default.unwrap_or_default(),
        state: word(vpc.state),
        cidr_block: text(vpc.cidr_block),
        instance_tenancy: word(vpc.instance_tenancy),
        dhcp_options: text(vpc.dhcp_options_id),
        associations: v4.collect(),
        ipv6_associations: v6.collect(),
        tags: tags(vpc.tags),
    }
}

pub(super) fn subnet(subnet: ec2::Subnet) -> Subnet {
    let v6 = subnet.ipv6_cidr_block_association_set.into_iter().flatten().map(|association| Association {
        id: text(association.association_id),
        cidr_block: text(association.ipv6_cidr_block),
        state: word(association.ipv6_cidr_block_state.and_then(|state| state.state)),
    });
    Subnet {
        id: text(subnet.subnet_id),
        owner: text(subnet.owner_id),
        vpc: text(subnet.vpc_id),
        state: word(subnet.state),
        cidr_block: text(subnet.cidr_block),
        ipv6_associations: v6.collect(),
        availability_zone: text(subnet.availability_zone),
        availability_zone_id: text(subnet.availability_zone_id),
        free_addresses: subnet.available_ip_address_count.unwrap_or_default(),
        map_public_ip_on_launch: subnet.map_public_ip_on_launch.unwrap_or_default(),
        default_for_zone: subnet.default_for_az.unwrap_or_default(),
        tags: tags(subnet.tags),
    }
}

pub(super) fn peering(peering: ec2::VpcPeeringConnection) -> Peering {
    Peering {
        id: text(peering.vpc_peering_connection_id),
        status: word(peering.status.and_then(|status| status.code)),
        requester: peered(peering.requester_vpc_info),
        accepter: peered(peering.accepter_vpc_info),
        tags: tags(peering.tags),
    }
}

fn peered(vpc: Option<ec2::VpcPeeringConnectionVpcInfo>) -> PeeredVpc {
    let Some(vpc) = vpc else { return PeeredVpc::default() };
    let v4 = vpc.cidr_block_set.into_iter().flatten().filter_map(|block| block.cidr_block);
    let v6 = vpc.ipv6_cidr_block_set.into_iter().flatten().filter_map(|block| block.ipv6_cidr_block);
    let mut cidr_blocks: Vec<String> = v4.collect();
    if cidr_blocks.is_empty() {
        cidr_blocks.extend(vpc.cidr_block);
    }
    PeeredVpc {
        vpc: text(vpc.vpc_id),
        owner: text(vpc.owner_id),
        region: text(vpc.region),
        cidr_blocks,
        ipv6_cidr_blocks: v6.collect(),
    }
}

pub(super) fn route_table(table: ec2::RouteTable) -> RouteTable {
    let associations = table.associations.unwrap_or_default();
    RouteTable {
        id: text(table.route_table_id),
        owner: text(table.owner_id),
        vpc: text(table.vpc_id),
        main: associations.iter().any(|association| association.main == Some(true)),
        subnets: associations.into_iter().filter_map(|association| association.subnet_id).collect(),
        routes: table.routes.into_iter().flatten().map(route).collect(),
        tags: tags(table.tags),
    }
}

fn route(route: ec2::Route) -> Route {
    let destination = route.destination_cidr_block.or(route.destination_ipv6_cidr_block);
    let target = [
        route.gateway_id,
        route.nat_gateway_id,
        route.transit_gateway_id,
        route.vpc_peering_connection_id,
        route.egress_only_internet_gateway_id,
        route.network_interface_id,
        route.local_gateway_id,
        route.carrier_gateway_id,
        route.core_network_arn,
    ];
    Route {
        destination: text(destination.or(route.destination_prefix_list_id)),
        target: text(target.into_iter().flatten().next()),
        state: word(route.state),
    }
}

pub(super) fn internet_gateway(gateway: ec2::InternetGateway) -> InternetGateway {
    InternetGateway {
        id: text(gateway.internet_gateway_id),
        owner: text(gateway.owner_id),
        vpcs: gateway.attachments.into_iter().flatten().filter_map(|attachment| attachment.vpc_id).collect(),
        egress_only: false,
        tags: tags(gateway.tags),
    }
}

pub(super) fn egress_only(gateway: ec2::EgressOnlyInternetGateway) -> InternetGateway {
    InternetGateway {
        id: text(gateway.egress_only_internet_gateway_id),
        owner: String::new(),
        vpcs: gateway.attachments.into_iter().flatten().filter_map(|attachment| attachment.vpc_id).collect(),
        egress_only: true,
        tags: tags(gateway.tags),
    }
}

pub(super) fn nat_gateway(gateway: ec2::NatGateway) -> NatGateway {
    NatGateway {
        id: text(gateway.nat_gateway_id),
        vpc: text(gateway.vpc_id),
        subnet: text(gateway.subnet_id),
        state: word(gateway.state),
        connectivity: word(gateway.connectivity_type),
        availability: word(gateway.availability_mode),
        tags: tags(gateway.tags),
    }
}

/// Only the attachments of VPCs.
pub(super) fn attachment(attachment: ec2::TransitGatewayAttachment) -> Option<TransitAttachment> {
    if attachment.resource_type != Some(ec2::TransitGatewayAttachmentResourceType::Vpc) {
        return None;
    }
    let associated = attachment.association.and_then(|association| association.transit_gateway_route_table_id);
    Some(TransitAttachment {
        id: text(attachment.transit_gateway_attachment_id),
        transit_gateway: text(attachment.transit_gateway_id),
        vpc: text(attachment.resource_id),
        vpc_owner: text(attachment.resource_owner_id),
        state: word(attachment.state),
        subnets: Vec::new(),
        associated_route_table: text(associated),
        propagated_route_tables: None,
        tags: tags(attachment.tags),
    })
}

/// The attachment that a route table leads to.
pub(super) fn propagation(propagation: ec2::TransitGatewayRouteTablePropagation) -> Option<String> {
    propagation.transit_gateway_attachment_id
}

pub(super) fn prefix_list(list: ec2::ManagedPrefixList) -> PrefixList {
    PrefixList {
        id: text(list.prefix_list_id),
        name: text(list.prefix_list_name),
        owner: text(list.owner_id),
        family: text(list.address_family),
        state: word(list.state),
        max_entries: list.max_entries.unwrap_or_default(),
        entries: None,
        tags: tags(list.tags),
    }
}

pub(super) fn prefix_entry(entry: ec2::PrefixListEntry) -> PrefixEntry {
    PrefixEntry { cidr: text(entry.cidr), description: text(entry.description) }
}

pub(super) fn ipam_pool(pool: ec2::IpamPool) -> IpamPool {
    IpamPool {
        id: text(pool.ipam_pool_id),
        family: word(pool.address_family),
        locale: text(pool.locale),
        state: word(pool.state),
        cidrs: None,
        allocations: None,
        tags: tags(pool.tags),
    }
}

pub(super) fn pool_cidr(cidr: ec2::IpamPoolCidr) -> Option<String> {
    cidr.cidr
}

pub(super) fn allocation(allocation: ec2::IpamPoolAllocation) -> Allocation {
    Allocation {
        cidr: text(allocation.cidr),
        resource: text(allocation.resource_id),
        kind: word(allocation.resource_type),
        owner: text(allocation.resource_owner),
    }
}
