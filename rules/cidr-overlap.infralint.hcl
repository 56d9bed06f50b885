# Address ranges that must not overlap, and subnets that must lie inside their VPC. Terraform plans all of this without a
# word; AWS refuses it in the middle of an apply, or never says anything.
#
# Ranges of all root modules are compared. Each pair is told once, at the holder that comes first by root module and address.

locals {
  infralint = {
    "*" = {
      category = "reliability"
      docs     = "rules/cidr-overlap.md"
      tags     = ["aws", "network"]
      controls = ["AWS Well-Architected REL02-BP05"]
    }

    "subnet-outside-vpc" = {
      title    = "A subnet outside of its VPC"
      severity = "high"
      why      = "terraform plan accepts it; EC2 answers the apply with InvalidSubnet.Range, when half of the network is already there."
      help     = "Cut the range out of the VPC's: cidrsubnet(aws_vpc.….cidr_block, 4, 0)   # a range cannot be changed in place"
      controls = ["AWS Well-Architected REL02-BP03"]
    }

    "subnet-overlap" = {
      title    = "Subnets of one VPC that overlap"
      severity = "high"
      why      = "terraform plan accepts it; EC2 answers the apply with InvalidSubnet.Conflict, when half of the network is already there."
      help     = "Give one of them a free range; cidrsubnets() cuts ranges that cannot overlap   # replaces the subnet"
      controls = ["AWS Well-Architected REL02-BP03"]
    }

    "vpc-secondary-overlap" = {
      title    = "Ranges of one VPC that overlap"
      severity = "high"
      why      = "EC2 refuses to add a range that overlaps one the VPC has already."
      help     = "Give the association a free range"
    }

    "peered-overlap" = {
      title    = "Peered VPCs that use the same addresses"
      severity = "critical"
      why      = "A peering connection cannot join overlapping ranges: it is created, goes to the state \"failed\", and the apply stops there."
      help     = "Give one side a range of its own   # replaces the VPC and everything in it: plan a move"
    }

    "resource_policy.aws_vpc*.transit-overlap" = {
      title    = "VPCs on one transit gateway that use the same addresses"
      severity = "high"
      why      = "AWS says nothing: the second range is left out of the gateway's route table, and that VPC is simply not reached."
      help     = "Give one of them a range of its own, or separate them by route tables   # replaces the VPC"
    }

    "resource_policy.aws_vpc**.transit-overlap" = {
      title    = "VPCs on one transit gateway that use the same addresses, kept apart by route tables"
      severity = "medium"
      why      = "Nothing breaks today; one more association or propagation joins them, and the gateway says nothing then."
      help     = "Give one of them a range of its own"
    }

    "direct-connect-overlap" = {
      title    = "VPCs behind one Direct Connect gateway that use the same addresses"
      severity = "high"
      why      = "A Direct Connect gateway takes no VPCs with overlapping ranges: the second association is refused, or its VPC is not reached."
      help     = "Give one of them a range of its own, or a gateway of its own   # replaces the VPC"
    }

    "vpn-overlap" = {
      title    = "A VPN to addresses that the VPC uses itself"
      severity = "high"
      why      = "Inside of a VPC its own route counts most, even against one that is more precise: what lies on premises at those addresses is never reached."
      help     = "Renumber one side, or translate the addresses on the customer's side"
    }

    "hub-conflict" = {
      title    = "A VPC with two peers that use the same addresses"
      severity = "medium"
      why      = "The VPC between them can route to only one of the two."
      help     = "Give one of them a range of its own, or take one of the peerings away"
    }

    "resource_policy.aws_vpc*.unrelated-overlap" = {
      title    = "VPCs of one stage that use the same addresses"
      severity = "low"
      why      = "Nothing connects them today; a peering, a transit gateway or a VPN later cannot, and renumbering a VPC means to replace it."
      help     = "Give one of them a range of its own while it is small"
    }

    "resource_policy.aws_vpc**.unrelated-overlap" = {
      title    = "VPCs of different stages that use the same addresses"
      severity = "info"
      why      = "Nothing connects them, and stages are best kept apart; but no connection can be made later either."
      help     = "Give every stage a range of its own; ipam = \"strict\" in the settings makes this an error"
    }

    "resource_policy.aws_eks_cluster.service-range-overlap" = {
      title    = "Kubernetes services use addresses of the cluster's VPC"
      severity = "high"
      why      = "EKS refuses a service range inside of the cluster's VPC, in the middle of the apply."
      help     = "service_ipv4_cidr = \"172.20.0.0/16\", or another range that nothing else uses   # replaces the cluster"
    }

    "resource_policy.aws_eks_cluster*.service-range-overlap" = {
      title    = "Kubernetes services use addresses of a connected network"
      severity = "high"
      why      = "What a service range covers in another network, the pods of the cluster cannot reach. Without a range of its own a cluster gets 172.20.0.0/16, or 10.100.0.0/16 where its VPC uses 172.16.0.0/12."
      help     = "service_ipv4_cidr = a range that no connected network uses   # replaces the cluster"
    }

    "remote-network-overlap" = {
      title    = "Hybrid nodes or pods use addresses of the cluster"
      severity = "high"
      why      = "Remote node and pod networks must not overlap the VPC of the cluster, its services, or each other: EKS refuses them."
      help     = "Give the remote networks ranges of their own"
    }

    "client-vpn-overlap" = {
      title    = "VPN clients use addresses of what they connect to"
      severity = "high"
      why      = "The range of clients must not overlap the VPC of an associated subnet or an added route: EC2 refuses the association."
      help     = "client_cidr_block = a range that the VPC and the routes do not use, /12 to /22   # replaces the endpoint"
    }

    "docker-range" = {
      title    = "A VPC with the addresses of docker0"
      severity = "low"
      why      = "172.17.0.0/16 is the bridge of Docker on every host that has it (Cloud9 and SageMaker too): such hosts cannot reach what lies there."
      help     = "Use another range   # replaces the VPC"
    }

    "non-canonical" = {
      title       = "A range with bits after its prefix"
      severity    = "high"
      why         = "The provider refuses a range whose address is not its first one."
      help        = "Write the first address of the range, as in the message"
      patch_class = "safe"
    }

    "ipv6-prefix" = {
      title    = "An IPv6 range of a size that AWS does not have"
      severity = "medium"
      why      = "Subnets are /44 to /64 in steps of 4 (/64 only, in older regions); VPCs have /56, and /44 to /60 in steps of 4 from a pool."
      help     = "cidrsubnet(aws_vpc.….ipv6_cidr_block, 8, n) cuts a /64 out of a /56"
    }

    "association-vs-route" = {
      title    = "A range that a route leads out of"
      severity = "high"
      why      = "EC2 refuses a range that is equal to or larger than the destination of a route in a route table of the VPC."
      help     = "Take the route away first, or choose another range"
    }

    "cidr-quota" = {
      title    = "A VPC with more ranges than the quota lets it have"
      severity = "medium"
      why      = "A VPC has five IPv4 ranges at most, its first one counted, unless the quota was raised (up to 50)."
      help     = "Fewer and larger ranges, or a raised quota: IPv4 CIDR blocks per VPC"
    }

    "no-room-to-grow" = {
      title    = "A VPC that is nearly full"
      severity = "info"
      why      = "One more zone or tier has no addresses left, and the range of a VPC cannot be made larger."
      help     = "Smaller subnets, or one more range: aws_vpc_ipv4_cidr_block_association"
    }

    "az-asymmetry" = {
      title    = "Subnets of one tier with different sizes"
      severity = "info"
      why      = "What spreads evenly over zones fills the smallest subnet first; the rest cannot be used."
      help     = "Give each zone a subnet of the same size   # replaces the subnet"
    }

    "cidrsubnet-mixed-newbits" = {
      title    = "Ranges of different sizes cut one by one"
      severity = "info"
      why      = "With different newbits the numbers count in different units, and nobody sees whether two of them overlap."
      help     = "cidrsubnets(range, 4, 4, 8, 8) cuts them one after the other and never twice"
    }

    "prefix-size" = {
      title    = "A range of a size that AWS does not have"
      severity = "high"
      why      = "terraform plan accepts it for subnets; EC2 makes VPCs and subnets from /16 to /28 only."
      help     = "Choose a prefix between /16 and /28   # replaces what has it"
      controls = ["AWS Well-Architected REL02-BP03"]
    }

    "resource_policy.aws_vpc**.public-range" = {
      title    = "A VPC with addresses that nobody can use"
      severity = "high"
      why      = "0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16 and 224.0.0.0/4 have a meaning of their own on every host; EC2 refuses some, and hosts the rest."
      help     = "Use a range of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"
    }

    "resource_policy.aws_vpc*.public-range" = {
      title    = "A VPC with addresses that belong to somebody else"
      severity = "medium"
      why      = "What is inside of the VPC's range cannot be reached outside of it: the owners of those addresses are cut off from it."
      help     = "Use a range of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10   # replaces the VPC"
      controls = ["AWS Well-Architected REL02-BP03"]
    }

    "association-restricted" = {
      title    = "A range that this VPC cannot take"
      severity = "high"
      why      = "What may be added to a VPC depends on the ranges it has: EC2 refuses the association (VPC User Guide, VPC CIDR blocks)."
      help     = "Choose from the block the VPC already uses, or from 100.64.0.0/10"
    }
  }

  # Those of "aws_vpc*"; a default VPC is told of at the other one.
  holders = ["aws_vpc", "aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association"]

  ranged = ["aws_vpc", "aws_vpc_ipv4_cidr_block_association"]

  private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]
  # Never usable in a VPC.
  reserved = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"]

  # What a VPC that was made with a range in the first may not add. VPC User Guide, "VPC CIDR blocks", as of June 2023.
  restrictions = [
    { has = "10.0.0.0/8", not = ["172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"] },
    { has = "172.16.0.0/12", not = ["10.0.0.0/8", "192.168.0.0/16", "172.31.0.0/16", "198.19.0.0/16"] },
    { has = "192.168.0.0/16", not = ["10.0.0.0/8", "172.16.0.0/12", "198.19.0.0/16"] },
    { has = "198.19.0.0/16", not = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] },
  ]
  # Of a public range, and of 100.64.0.0/10.
  restricted_else = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"]
}

input "ipam" {
  description = "With \"strict\", VPCs of different stages that use the same addresses are an error."
  type        = string
  default     = "relaxed"
}

resource_policy "aws_subnet" "subnet-outside-vpc" {
  locals {
    outside = infralint::outside_vpc()
  }

  enforce {
    condition     = core::length(local.outside) == 0
    error_message = "${infralint::address()} lies outside of its VPC, which has ${core::join(" and ", infralint::vpc_ranges())}%{if infralint::astray_subnets() > 1}, and so do all its ${infralint::astray_subnets()} subnets%{endif}"
  }
}

resource_policy "aws_subnet" "subnet-overlap" {
  locals {
    others = infralint::subnet_overlaps()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "${local.others[0].own} overlaps ${local.others[0].other} in the same VPC%{if core::length(local.others) > 1}, and ${core::length(local.others) - 1} more%{endif}"
  }
}

resource_policy "aws_vpc*" "vpc-secondary-overlap" {
  filter = core::contains(local.holders, meta.type)

  locals {
    others = infralint::secondary_overlaps()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "${local.others[0].own} overlaps ${local.others[0].other} in the same VPC"
  }
}

resource_policy "aws_vpc*" "peered-overlap" {
  filter = core::contains(local.holders, meta.type)

  locals {
    others = infralint::peered_overlaps()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "VPCs that are peered (${local.others[0].via}) use the same addresses: ${local.others[0].own} and ${local.others[0].other}%{if core::length(local.others) > 1}, and ${core::length(local.others) - 1} more%{endif}"
  }
}

# Of two default VPCs.
resource_policy "aws_default_vpc" "peered-overlap" {
  locals {
    others = infralint::peered_overlaps()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "VPCs that are peered (${local.others[0].via}) use the same addresses: ${local.others[0].own} and ${local.others[0].other}"
  }
}

# Neither VPC is managed here: what is known of them is in the account, or in a module that is not installed.
resource_policy "aws_vpc_peering_connection" "peered-overlap" {
  filter = core::length(infralint::referent(attrs.vpc_id)) == 0 && core::length(infralint::referent(attrs.peer_vpc_id)) == 0

  locals {
    own    = infralint::unmanaged_ranges(attrs.vpc_id)
    others = infralint::unmanaged_ranges(attrs.peer_vpc_id)
  }

  enforce {
    condition     = !core::anytrue(core::flatten([for own in local.own : [for other in local.others : infralint::cidr_overlaps(other, own)]]))
    error_message = "The VPCs that ${infralint::address()} connects use the same addresses: ${core::join(", ", local.own)} and ${core::join(", ", local.others)}"
  }
}

resource_policy "aws_vpc*" "transit-overlap" {
  filter = core::contains(local.holders, meta.type)

  locals {
    others = infralint::transit_overlaps()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "VPCs on one transit gateway (${local.others[0].via}) use the same addresses: ${local.others[0].own} and ${local.others[0].other}%{if core::length(local.others) > 1}, and ${core::length(local.others) - 1} more%{endif}"
  }
}

resource_policy "aws_vpc*" "direct-connect-overlap" {
  filter = core::contains(local.holders, meta.type)

  locals {
    others = infralint::direct_connect_overlaps()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "VPCs behind one Direct Connect gateway (${local.others[0].via}) use the same addresses: ${local.others[0].own} and ${local.others[0].other}%{if core::length(local.others) > 1}, and ${core::length(local.others) - 1} more%{endif}"
  }
}

# Of a VPN at a virtual private gateway its VPC is meant, at a transit gateway all VPCs that are attached there.
resource_policy "aws_vpn_connection_route" "vpn-overlap" {
  enforcement_level = "advisory"
  filter            = core::length(local.ranges) > 0 || core::length(local.elsewhere) > 0

  locals {
    connections = infralint::referent(attrs.vpn_connection_id)
    # Gateways that are not made here: which VPC lies behind one, nobody says.
    elsewhere = [for c in local.connections : c.attrs.vpn_gateway_id if infralint::configured("vpn_gateway_id", c.attrs) && !infralint::is_managed(c.attrs.vpn_gateway_id)]
    gateways    = core::flatten([for c in local.connections : infralint::referent(c.attrs.vpn_gateway_id)])
    attached = core::concat(
      core::flatten([for g in local.gateways : [for a in core::getresources("aws_vpn_gateway_attachment", { vpn_gateway_id = g.attrs.id }) : a.vpc_id]]),
      core::flatten([for c in local.connections : [for a in core::getresources("aws_ec2_transit_gateway_vpc_attachment", { transit_gateway_id = c.attrs.transit_gateway_id }) : a.vpc_id] if infralint::configured("transit_gateway_id", c.attrs)]),
    )
    vpcs = core::concat(core::flatten([for g in local.gateways : infralint::referent(g.attrs.vpc_id)]), core::flatten([for id in local.attached : infralint::referent(id)]))
    ranges = core::concat(
      [for vpc in local.vpcs : vpc.attrs.cidr_block],
      core::flatten([for vpc in local.vpcs : [for a in core::getresources("aws_vpc_ipv4_cidr_block_association", { vpc_id = vpc.attrs.id }) : a.cidr_block]]),
    )
    wrong = [for range in local.ranges : range if infralint::cidr_contains(range, attrs.destination_cidr_block)]
  }

  enforce {
    condition     = core::alltrue([for range in local.ranges : infralint::prefix_length(attrs.destination_cidr_block) < infralint::prefix_length(range) || !infralint::cidr_overlaps(attrs.destination_cidr_block, range)]) && !core::anytrue([for id in local.elsewhere : infralint::cidr_overlaps(attrs.destination_cidr_block, infralint::is_known(id) ? infralint::in_account("aws_vpn_gateway", id, "cidr_block") : id)])
    error_message = "${infralint::address()} leads to ${attrs.destination_cidr_block} on premises, which lies in ${local.wrong[0]} of the VPC behind the VPN"
  }
}

# The customer's side of a connection; what is larger than the VPC only takes it in.
resource_policy "aws_vpn_connection" "vpn-overlap" {
  enforcement_level = "advisory"
  filter            = infralint::configured("local_ipv4_network_cidr") && (core::length(local.ranges) > 0 || core::length(local.elsewhere) > 0)

  locals {
    gateways  = infralint::referent(attrs.vpn_gateway_id)
    elsewhere = infralint::configured("vpn_gateway_id") && !infralint::is_managed(attrs.vpn_gateway_id) ? [attrs.vpn_gateway_id] : []
    attached = core::concat(
      core::flatten([for g in local.gateways : [for a in core::getresources("aws_vpn_gateway_attachment", { vpn_gateway_id = g.attrs.id }) : a.vpc_id]]),
      infralint::configured("transit_gateway_id") ? [for a in core::getresources("aws_ec2_transit_gateway_vpc_attachment", { transit_gateway_id = attrs.transit_gateway_id }) : a.vpc_id] : [],
    )
    vpcs = core::concat(core::flatten([for g in local.gateways : infralint::referent(g.attrs.vpc_id)]), core::flatten([for id in local.attached : infralint::referent(id)]))
    ranges = core::concat(
      [for vpc in local.vpcs : vpc.attrs.cidr_block],
      core::flatten([for vpc in local.vpcs : [for a in core::getresources("aws_vpc_ipv4_cidr_block_association", { vpc_id = vpc.attrs.id }) : a.cidr_block]]),
    )
    wrong = [for range in local.ranges : range if infralint::cidr_contains(range, attrs.local_ipv4_network_cidr)]
  }

  enforce {
    condition     = core::alltrue([for range in local.ranges : infralint::prefix_length(attrs.local_ipv4_network_cidr) < infralint::prefix_length(range) || !infralint::cidr_overlaps(attrs.local_ipv4_network_cidr, range)]) && !core::anytrue([for id in local.elsewhere : infralint::cidr_overlaps(attrs.local_ipv4_network_cidr, infralint::is_known(id) ? infralint::in_account("aws_vpn_gateway", id, "cidr_block") : id)])
    error_message = "${infralint::address()} leads to ${attrs.local_ipv4_network_cidr} on premises, which lies in ${local.wrong[0]} of the VPC behind the VPN"
  }
}

# The second asterisk stands for nothing and tells the two apart.
resource_policy "aws_vpc**" "transit-overlap" {
  enforcement_level = "advisory"
  filter            = core::contains(local.holders, meta.type)

  locals {
    others = infralint::separate_overlaps()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "VPCs on one transit gateway, in route tables that do not meet, use the same addresses: ${local.others[0].own} and ${local.others[0].other}%{if core::length(local.others) > 1}, and ${core::length(local.others) - 1} more%{endif}"
  }
}

resource_policy "aws_vpc*" "hub-conflict" {
  enforcement_level = "advisory"
  filter            = core::contains(local.holders, meta.type)

  locals {
    others = infralint::hub_overlaps()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "Two peers of one VPC use the same addresses: ${local.others[0].own} and ${local.others[0].other}%{if core::length(local.others) > 1}, and ${core::length(local.others) - 1} more%{endif}"
  }
}

resource_policy "aws_vpc*" "unrelated-overlap" {
  enforcement_level = "advisory"
  filter            = core::contains(local.holders, meta.type)

  locals {
    others = infralint::unrelated_overlaps("same-stage")
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "${local.others[0].own} uses the same addresses as ${local.others[0].other}%{if core::length(local.others) > 1}, and as ${core::length(local.others) - 1} more%{endif}"
  }
}

# The second asterisk stands for nothing and tells the two apart.
resource_policy "aws_vpc**" "unrelated-overlap" {
  enforcement_level = input.ipam == "strict" ? "mandatory" : "advisory"
  filter            = core::contains(local.holders, meta.type)

  locals {
    others = infralint::unrelated_overlaps("other-stage")
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "${local.others[0].own} uses the same addresses as ${local.others[0].other}%{if core::length(local.others) > 1}, and as ${core::length(local.others) - 1} more%{endif}"
  }
}

resource_policy "aws_eks_cluster" "service-range-overlap" {
  filter = infralint::configured("kubernetes_network_config.service_ipv4_cidr")

  locals {
    range    = attrs.kubernetes_network_config[0].service_ipv4_cidr
    networks = [for network in infralint::network_ranges(attrs.vpc_config[0].subnet_ids) : network if !network.peered]
    wrong    = [for network in local.networks : network if infralint::cidr_overlaps(local.range, network.range)]
  }

  enforce {
    condition     = core::alltrue([for network in local.networks : !infralint::cidr_overlaps(local.range, network.range)])
    error_message = "${infralint::address()} has services in ${local.range}, which overlaps ${local.wrong[0].range} of its own ${local.wrong[0].address}"
  }
}

resource_policy "aws_eks_cluster*" "service-range-overlap" {
  enforcement_level = "advisory"
  # Of a stated range in networks that are not known, the policy above says so.
  filter = (!local.stated || infralint::is_known([for network in local.networks : network.peered])) && core::length(local.peered) > 0

  locals {
    networks = infralint::network_ranges(attrs.vpc_config[0].subnet_ids)
    peered   = [for network in local.networks : network if network.peered]
    own      = [for network in local.networks : network if !network.peered]
    # EKS takes the one that the VPC does not use.
    default = core::anytrue([for network in local.own : infralint::cidr_overlaps("172.16.0.0/12", network.range)]) ? "10.100.0.0/16" : "172.20.0.0/16"
    stated  = infralint::configured("kubernetes_network_config.service_ipv4_cidr")
    range   = local.stated ? attrs.kubernetes_network_config[0].service_ipv4_cidr : local.default
    wrong   = [for network in local.peered : network if infralint::cidr_overlaps(local.range, network.range)]
  }

  enforce {
    condition     = core::alltrue([for network in local.peered : !infralint::cidr_overlaps(local.range, network.range)])
    error_message = "${infralint::address()} has services in ${local.range}%{if !local.stated} (what EKS takes when none is stated)%{endif}, which overlaps ${local.wrong[0].range} of the connected ${local.wrong[0].address} in ${local.wrong[0].root_module}"
  }
}

resource_policy "aws_eks_cluster" "remote-network-overlap" {
  filter = infralint::configured("remote_network_config")

  locals {
    remote = core::flatten([for c in attrs.remote_network_config : core::concat(
      [for n in c.remote_node_networks : [for range in n.cidrs : { what = "nodes", range = range }]],
      [for n in c.remote_pod_networks : [for range in n.cidrs : { what = "pods", range = range }]],
    )])
    service = infralint::configured("kubernetes_network_config.service_ipv4_cidr") ? [{ what = "its services", range = attrs.kubernetes_network_config[0].service_ipv4_cidr }] : []
    own     = core::concat(local.service, [for network in infralint::network_ranges(attrs.vpc_config[0].subnet_ids) : { what = network.address, range = network.range } if !network.peered])
    pairs   = core::flatten([for r in local.remote : [for o in local.own : { remote = r, own = o }]])
    wrong   = [for pair in local.pairs : pair if infralint::cidr_overlaps(pair.remote.range, pair.own.range)]
  }

  enforce {
    condition     = core::alltrue([for pair in local.pairs : !infralint::cidr_overlaps(pair.remote.range, pair.own.range)])
    error_message = "${infralint::address()} has remote ${local.wrong[0].remote.what} in ${local.wrong[0].remote.range}, which overlaps ${local.wrong[0].own.range} of ${local.wrong[0].own.what}"
  }
}

resource_policy "aws_ec2_client_vpn_endpoint" "client-vpn-overlap" {
  filter = infralint::configured("client_cidr_block")

  locals {
    subnets  = [for a in infralint::referrers("aws_ec2_client_vpn_network_association", "client_vpn_endpoint_id") : a.subnet_id]
    networks = core::length(local.subnets) == 0 ? [] : [for network in infralint::network_ranges(local.subnets) : { what = network.address, range = network.range } if !network.peered]
    # The VPC whose security groups it takes is the one it is associated with.
    named  = infralint::configured("vpc_id") && core::length(local.subnets) == 0 ? [for vpc in core::getresources("aws_vpc", { id = attrs.vpc_id }) : { what = "the VPC it names", range = vpc.cidr_block }] : []
    routes = [for r in infralint::referrers("aws_ec2_client_vpn_route", "client_vpn_endpoint_id") : { what = "a route", range = r.destination_cidr_block } if r.destination_cidr_block != "0.0.0.0/0"]
    others = core::concat(local.networks, local.named, local.routes)
    wrong  = [for other in local.others : other if infralint::cidr_overlaps(attrs.client_cidr_block, other.range)]
  }

  enforce {
    condition     = core::alltrue([for other in local.others : !infralint::cidr_overlaps(attrs.client_cidr_block, other.range)])
    error_message = "${infralint::address()} has clients in ${attrs.client_cidr_block}, which overlaps ${local.wrong[0].range} of ${local.wrong[0].what}"
  }
}

resource_policy "aws_vpc*" "docker-range" {
  enforcement_level = "advisory"
  filter            = core::contains(local.ranged, meta.type) && infralint::configured("cidr_block") && infralint::is_known(attrs.cidr_block)

  enforce {
    condition     = !infralint::cidr_overlaps("172.17.0.0/16", attrs.cidr_block)
    error_message = "${infralint::address()} has the range ${attrs.cidr_block}, and Docker uses 172.17.0.0/16 on every host"
  }
}

resource_policy "*" "non-canonical" {
  filter = core::contains(core::concat(local.ranged, ["aws_subnet"]), meta.type) && infralint::configured("cidr_block") && infralint::is_known(attrs.cidr_block) && attrs.cidr_block != ""

  locals {
    canonical = infralint::cidrsubnet(attrs.cidr_block, 0, 0)
  }

  enforce {
    condition     = attrs.cidr_block == local.canonical
    error_message = "${infralint::address()} has the range ${attrs.cidr_block}, which is to be written as ${local.canonical}"
    patch         = "cidr_block = \"${local.canonical}\""
  }
}

resource_policy "aws_subnet" "prefix-size" {
  # To the provider an empty text is none.
  filter = infralint::configured("cidr_block") && infralint::is_known(attrs.cidr_block) && attrs.cidr_block != ""

  enforce {
    condition     = infralint::prefix_length(attrs.cidr_block) >= 16 && infralint::prefix_length(attrs.cidr_block) <= 28
    error_message = "${infralint::address()} is a /${infralint::prefix_length(attrs.cidr_block)}, and subnets are from /16 to /28"
  }
}

resource_policy "aws_vpc*" "prefix-size" {
  filter = core::contains(local.ranged, meta.type) && infralint::configured("cidr_block") && infralint::is_known(attrs.cidr_block)

  enforce {
    condition     = infralint::prefix_length(attrs.cidr_block) >= 16 && infralint::prefix_length(attrs.cidr_block) <= 28
    error_message = "${infralint::address()} is a /${infralint::prefix_length(attrs.cidr_block)}, and the ranges of a VPC are from /16 to /28"
  }
}

resource_policy "aws_subnet" "ipv6-prefix" {
  enforcement_level = "advisory"
  filter            = infralint::configured("ipv6_cidr_block") && infralint::is_known(attrs.ipv6_cidr_block) && attrs.ipv6_cidr_block != ""

  enforce {
    condition     = core::contains([44, 48, 52, 56, 60, 64], infralint::prefix_length(attrs.ipv6_cidr_block))
    error_message = "${infralint::address()} has the IPv6 range ${attrs.ipv6_cidr_block}, and subnets are /44 to /64 in steps of 4"
  }
}

resource_policy "aws_vpc*" "ipv6-prefix" {
  enforcement_level = "advisory"
  filter            = core::contains(["aws_vpc", "aws_vpc_ipv6_cidr_block_association"], meta.type) && infralint::configured("ipv6_cidr_block") && infralint::is_known(attrs.ipv6_cidr_block) && attrs.ipv6_cidr_block != ""

  enforce {
    condition     = core::contains([44, 48, 52, 56, 60], infralint::prefix_length(attrs.ipv6_cidr_block))
    error_message = "${infralint::address()} has the IPv6 range ${attrs.ipv6_cidr_block}, and VPCs have a /56, or /44 to /60 in steps of 4"
  }
}

resource_policy "aws_vpc*" "public-range" {
  enforcement_level = "advisory"
  filter            = core::contains(local.ranged, meta.type) && infralint::configured("cidr_block") && !(infralint::is_known(attrs.cidr_block) && core::anytrue([for range in local.reserved : infralint::cidr_overlaps(range, attrs.cidr_block)]))

  enforce {
    condition     = core::anytrue([for range in local.private : infralint::cidr_contains(range, attrs.cidr_block)])
    error_message = "${infralint::address()} has the range ${attrs.cidr_block}, which is not private"
  }
}

# The second asterisk stands for nothing and tells the two apart.
resource_policy "aws_vpc**" "public-range" {
  filter = core::contains(local.ranged, meta.type) && infralint::configured("cidr_block") && infralint::is_known(attrs.cidr_block)

  enforce {
    # That nothing of 169.254.0.0/16 can be added is told as a restriction.
    condition     = !core::anytrue([for range in local.reserved : infralint::cidr_overlaps(range, attrs.cidr_block) if meta.type == "aws_vpc" || range != "169.254.0.0/16"])
    error_message = "${infralint::address()} has the range ${attrs.cidr_block}, which is reserved and no VPC can use"
  }
}

resource_policy "aws_vpc_ipv4_cidr_block_association" "association-restricted" {
  filter = infralint::configured("cidr_block")

  locals {
    primary = infralint::primary_range()
    ranges  = infralint::vpc_ranges()
    rules   = [for rule in local.restrictions : rule.not if local.primary != null && infralint::cidr_contains(rule.has, local.primary)]
    by_rule = local.primary == null ? [] : core::length(local.rules) > 0 ? core::flatten(local.rules) : local.restricted_else
    # Beside a range in 10.0.0.0/15 nothing of 10.0.0.0/16 is given; what overlaps is told as that.
    lower = core::anytrue([for range in local.ranges : infralint::cidr_contains("10.0.0.0/15", range)]) && !core::anytrue([for range in local.ranges : infralint::cidr_contains(range, attrs.cidr_block)])
  }

  enforce {
    condition     = !core::anytrue([for range in core::concat(local.by_rule, ["169.254.0.0/16"]) : infralint::cidr_overlaps(range, attrs.cidr_block)]) && !(infralint::cidr_contains("10.0.0.0/16", attrs.cidr_block) && local.lower)
    error_message = "${infralint::address()} adds ${attrs.cidr_block} to a VPC with ${core::join(" and ", local.ranges)}, which EC2 refuses"
  }
}

resource_policy "aws_vpc_ipv4_cidr_block_association" "association-vs-route" {
  filter = infralint::configured("cidr_block")

  locals {
    tables = core::getresources("aws_route_table", { vpc_id = attrs.vpc_id })
    inline = core::flatten([for t in local.tables : [for r in t.route : { range = r.cidr_block, list = r.destination_prefix_list_id }] if !infralint::is_assigned(t.route)])
    single = core::flatten([for t in local.tables : [for r in core::getresources("aws_route", { route_table_id = t.id }) : { range = r.destination_cidr_block, list = r.destination_prefix_list_id }]])
    leads  = core::concat(local.inline, local.single)
    lists  = core::flatten([for r in local.leads : core::getresources("aws_ec2_managed_prefix_list", { id = r.list }) if r.list != null])
    listed = core::flatten([for l in local.lists : core::concat(
      [for e in l.entry : e.cidr],
      [for e in core::getresources("aws_ec2_managed_prefix_list_entry", { prefix_list_id = l.id }) : e.cidr],
    )])
    routes = core::concat([for r in local.leads : r.range], local.listed, infralint::account_routes())
    stated = [for range in local.routes : range if range != null && range != ""]
    wrong  = [for range in local.stated : range if infralint::cidr_contains(attrs.cidr_block, range)]
  }

  enforce {
    condition     = !core::anytrue([for range in local.stated : infralint::cidr_contains(attrs.cidr_block, range)])
    error_message = "${infralint::address()} adds ${attrs.cidr_block} to a VPC with a route to ${local.wrong[0]}, which EC2 refuses"
  }
}

input "max_ranges" {
  description = "How many IPv4 ranges a VPC may have, its first one counted: the account's quota."
  type        = number
  default     = 5
}

resource_policy "aws_vpc" "cidr-quota" {
  enforcement_level = "advisory"

  locals {
    more = infralint::referrers("aws_vpc_ipv4_cidr_block_association", "vpc_id")
  }

  enforce {
    condition     = core::length(local.more) + 1 <= input.max_ranges
    error_message = "${infralint::address()} has ${core::length(local.more) + 1} IPv4 ranges, and the quota is ${input.max_ranges}"
  }
}

resource_policy "aws_vpc" "no-room-to-grow" {
  enforcement_level = "advisory"
  filter            = local.share != null && core::try(local.share <= 1, true)

  locals {
    share = infralint::used_share()
  }

  enforce {
    condition     = local.share <= 0.9 && attrs.cidr_block != ""
    error_message = "${infralint::address()} has given ${local.share * 100} % of its addresses to subnets"
  }
}

resource_policy "aws_subnet" "az-asymmetry" {
  enforcement_level = "advisory"
  filter            = core::length(local.sizes) > 0

  locals {
    sizes = infralint::tier_sizes()
  }

  enforce {
    condition     = core::length(core::distinct(local.sizes)) <= 1
    error_message = "${infralint::address()} is one of a tier whose subnets have different sizes: ${core::join(", ", [for size in core::distinct(local.sizes) : "/${size}"])}"
  }
}

resource_policy "aws_vpc" "cidrsubnet-mixed-newbits" {
  enforcement_level = "advisory"
  filter            = core::length(local.cuts) > 0

  locals {
    cuts = infralint::cut_sizes()
  }

  enforce {
    condition     = core::length(core::distinct(local.cuts)) <= 1
    error_message = "The subnets of ${infralint::address()} are cut by cidrsubnet with different newbits (${core::join(", ", core::distinct(local.cuts))})"
  }
}
