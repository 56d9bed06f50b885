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

    "transit-overlap" = {
      title    = "VPCs on one transit gateway that use the same addresses"
      severity = "high"
      why      = "AWS says nothing: the second range is left out of the gateway's route table, and that VPC is simply not reached."
      help     = "Give one of them a range of its own, or separate them by route tables   # replaces the VPC"
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

    "service-range-overlap" = {
      title    = "Kubernetes services use addresses of the network"
      severity = "high"
      why      = "EKS refuses a service range inside of the cluster's VPC; and what a service range covers in another network, pods cannot reach."
      help     = "service_ipv4_cidr = \"172.20.0.0/16\", or another range that nothing else uses   # replaces the cluster"
    }

    "prefix-size" = {
      title    = "A subnet of a size that AWS does not have"
      severity = "high"
      why      = "terraform plan accepts it; EC2 makes subnets from /16 to /28 only (/44 to /64 in steps of 4 for IPv6)."
      help     = "Choose a prefix between /16 and /28   # replaces the subnet"
      controls = ["AWS Well-Architected REL02-BP03"]
    }

    "public-range" = {
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

  holders = ["aws_vpc", "aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association"]

  private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.19.0.0/16"]
  # Never usable in a VPC.
  reserved = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"]

  # What a VPC that has a range in the first may not add. VPC User Guide, "VPC CIDR blocks", as of June 2023.
  restrictions = [
    { has = "10.0.0.0/8", not = ["172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"] },
    { has = "172.16.0.0/12", not = ["10.0.0.0/8", "192.168.0.0/16", "172.31.0.0/16", "198.19.0.0/16"] },
    { has = "192.168.0.0/16", not = ["10.0.0.0/8", "172.16.0.0/12", "198.19.0.0/16"] },
    { has = "198.19.0.0/16", not = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] },
    { has = "100.64.0.0/10", not = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"] },
  ]
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
    error_message = "${infralint::address()} lies outside of its VPC, which has ${core::join(" and ", infralint::vpc_ranges())}"
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
    networks = infralint::network_ranges(attrs.vpc_config[0].subnet_ids)
    own      = [for network in local.networks : network if !network.peered && infralint::cidr_overlaps(local.range, network.range)]
    peered   = [for network in local.networks : network if network.peered && infralint::cidr_overlaps(local.range, network.range)]
  }

  enforce {
    condition     = core::alltrue([for network in local.networks : !infralint::cidr_overlaps(local.range, network.range)])
    error_message = "${infralint::address()} has services in ${local.range}, which overlaps %{if core::length(local.own) > 0}${local.own[0].range} of its own ${local.own[0].address}%{else}${local.peered[0].range} of the peered ${local.peered[0].address} in ${local.peered[0].root_module}%{endif}"
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

resource_policy "aws_vpc*" "public-range" {
  enforcement_level = "advisory"
  filter            = core::contains(["aws_vpc", "aws_vpc_ipv4_cidr_block_association"], meta.type) && infralint::configured("cidr_block")

  enforce {
    condition     = core::anytrue([for range in local.private : infralint::cidr_contains(range, attrs.cidr_block)])
    error_message = "${infralint::address()} has the range ${attrs.cidr_block}, which is not private"
  }
}

resource_policy "aws_vpc_ipv4_cidr_block_association" "association-restricted" {
  filter = infralint::configured("cidr_block")

  locals {
    ranges    = infralint::vpc_ranges()
    forbidden = core::flatten([for rule in local.restrictions : rule.not if core::anytrue([for range in local.ranges : infralint::cidr_overlaps(rule.has, range)])])
  }

  enforce {
    condition     = !core::anytrue([for range in core::concat(local.forbidden, local.reserved) : infralint::cidr_overlaps(range, attrs.cidr_block)])
    error_message = "${infralint::address()} adds ${attrs.cidr_block} to a VPC with ${core::join(" and ", local.ranges)}, which EC2 refuses"
  }
}
