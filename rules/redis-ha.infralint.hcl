# Redis that outlives the loss of a node or of a zone: the checks that need to know what is configured at all, and in which
# zones subnets lie. The others are in redis-ha.policy.hcl.

locals {
  infralint = {
    "*" = {
      category = "reliability"
      docs     = "rules/redis-ha.md"
      tags     = ["aws", "redis"]
      controls = ["AWS Well-Architected REL10-BP01"]
    }

    "no-replica" = {
      title            = "Redis without a replica to fail over to"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "When its only node fails, the cache is gone until it has been rebuilt, empty."
      help             = "num_cache_clusters = 2, or replicas_per_node_group = 1 in cluster mode   # in place, costs a node"
      controls         = ["AWS Security Hub ElastiCache.3", "AWS Config elasticache-repl-grp-auto-failover-enabled", "AWS Well-Architected REL10-BP01"]
    }

    "no-failover" = {
      title            = "Redis replicas do not take over by themselves"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "When the primary fails nobody can write until somebody promotes a replica by hand."
      help             = "automatic_failover_enabled = true   # in place; needs at least one replica"
      controls         = ["AWS Security Hub ElastiCache.3", "AWS Config elasticache-repl-grp-auto-failover-enabled", "AWS Well-Architected REL10-BP01"]
    }

    "standalone-node" = {
      title            = "Redis on a single node outside of any replication group"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "An aws_elasticache_cluster has one node of Redis, and nothing takes over when it or its zone fails."
      help             = "Use aws_elasticache_replication_group with num_cache_clusters = 2; take the data along with snapshot_name"
    }

    "single-az-placement" = {
      title            = "All Redis nodes are placed in one zone"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "Replicas beside their primary go down with it when the zone fails."
      help             = "preferred_cache_cluster_azs must name different zones; or leave it out, and Multi-AZ spreads the nodes"
    }

    "resource_policy.aws_elasticache_replication_group.subnet-group-single-az" = {
      title            = "The subnets of Redis lie in one zone"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "ElastiCache can place nodes only where there are subnets: in one zone, whatever multi_az_enabled says."
      help             = "Give the subnet group subnets of another zone; in place, as long as no node loses its subnet"
      controls         = ["AWS Config elasticache-subnet-group-check", "AWS Well-Architected REL10-BP01"]
    }

    "resource_policy.aws_elasticache_replication_group*.subnet-group-single-az" = {
      title    = "Redis in the default subnet group"
      severity = "medium"
      why      = "The default group lies in the default VPC, and nothing here says which zones that has, nor who can reach it."
      help     = "subnet_group_name = aws_elasticache_subnet_group.….name   # replaces the replication group"
      controls = ["AWS Security Hub ElastiCache.7", "AWS Config elasticache-subnet-group-check"]
    }

    "resource_policy.aws_memorydb_cluster.subnet-group-single-az" = {
      title            = "The subnets of MemoryDB lie in one zone"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "MemoryDB can place nodes only where there are subnets."
      help             = "Give the subnet group subnets of another zone"
    }

    "resource_policy.aws_elasticache_serverless_cache.subnet-group-single-az" = {
      title            = "The subnets of a serverless cache lie in one zone"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "The cache itself spans zones, but its endpoints lie only where there are subnets."
      help             = "Add subnets of another zone to subnet_ids"
    }

    "unsupported-node-type" = {
      title    = "The node type cannot do what is asked of it"
      severity = "high"
      why      = "terraform plan accepts it, and ElastiCache refuses it, or leaves out failover."
      help     = "Choose a current node type, such as cache.t4g.medium or cache.r7g.large   # in place"
    }

    "stage-drift" = {
      title    = "Production is weaker than a lower stage"
      severity = "high"
      why      = "What has been tried in the lower stage is not what runs in production, which survives less."
      help     = "Give production at least what the lower stage has"
      controls = ["AWS Well-Architected REL10-BP01"]
    }

    "endpoint-bypass" = {
      title    = "The endpoint of one Redis node is handed to an application"
      severity = "info"
      why      = "A node's own endpoint stays behind when another node takes over; the group's endpoints follow the primary."
      help     = "Use primary_endpoint_address and reader_endpoint_address of the group, in cluster mode configuration_endpoint_address"
    }

    "aof-with-multi-az" = {
      title    = "An append-only file together with Multi-AZ"
      severity = "medium"
      why      = "ElastiCache has the two exclude each other: what the parameter promises does not happen."
      help     = "Take appendonly out of the parameter group and keep snapshots (snapshot_retention_limit) as the second line"
    }
  }

  # Engines that take part; of these a single node is what this rule is about.
  redis = ["redis", "valkey"]
}

input "min_replicas" {
  description = "Replicas each shard needs. With 2, reads are still served from a replica while a failover lasts."
  type        = number
  default     = 1
}

input "min_azs" {
  description = "Zones the subnets must lie in."
  type        = number
  default     = 2
}

input "allow_standalone_tags" {
  description = "A single node that carries one of these tags with this value is let through."
  type        = map(string)
  default     = {}
}

resource_policy "aws_elasticache_replication_group" "no-replica" {
  locals {
    parameter_groups = infralint::configured("parameter_group_name") ? core::getresources("aws_elasticache_parameter_group", { name = attrs.parameter_group_name }) : []
    by_parameter = (
      core::length(local.parameter_groups) > 0
      ? core::anytrue([for p in local.parameter_groups[0].parameter : p.name == "cluster-enabled" && p.value == "yes"])
      : infralint::configured("parameter_group_name") && core::endswith(attrs.parameter_group_name, ".cluster.on")
    )
    globals   = core::getresources("aws_elasticache_global_replication_group", { primary_replication_group_id = attrs.id })
    by_global = core::length(local.globals) > 0 ? infralint::configured("num_node_groups", local.globals[0]) : false

    # A block of version 6 of the provider, one for each shard.
    block    = "node_group_configuration"
    by_shard = core::try(infralint::configured(local.block), false)
    shards   = local.by_shard ? core::tolist([for shard in core::try(attrs[local.block], []) : core::try(infralint::configured("replica_count", shard), false) ? shard.replica_count : 0]) : []

    cluster_mode = (
      local.by_shard
      || infralint::configured("num_node_groups")
      || infralint::configured("replicas_per_node_group")
      || infralint::configured("cluster_mode") && core::contains(["enabled", "compatible"], attrs.cluster_mode)
      || local.by_parameter
      || local.by_global
    )

    attached = core::getresources("aws_elasticache_cluster", { replication_group_id = attrs.id })
    nodes    = attrs.num_cache_clusters + core::length(local.attached)
    stated   = local.by_shard || infralint::configured("replicas_per_node_group")
    fewest   = local.by_shard ? core::min(local.shards...) : attrs.replicas_per_node_group
    found    = local.cluster_mode ? local.fewest : local.nodes
  }

  enforce {
    condition = (
      local.cluster_mode
      ? local.stated && local.fewest >= input.min_replicas
      : local.nodes >= 1 + input.min_replicas
    )
    error_message = "${infralint::address()} %{if local.cluster_mode && !local.stated}does not say how many replicas its shards have%{else}%{if !infralint::is_known(local.found)}has too few nodes to fail over, whichever number it comes to%{else}%{if !local.cluster_mode}%{if local.nodes == 1}has no replica to fail over to: it is a single node%{else}has ${local.nodes} nodes, and ${1 + input.min_replicas} are asked for%{endif}%{else}%{if local.fewest == 0}has shards without a replica to fail over to%{else}has %{if local.fewest == 1}1 replica%{else}${local.fewest} replicas%{endif} in each shard, and ${input.min_replicas} are asked for%{endif}%{endif}%{endif}%{endif}"
    patch         = "%{if !local.by_shard}%{if local.cluster_mode}replicas_per_node_group = ${input.min_replicas}%{else}num_cache_clusters = ${1 + input.min_replicas - core::length(local.attached)}%{endif}%{endif}"
    fix           = "%{if local.by_shard}replica_count = ${input.min_replicas} in each node_group_configuration%{else}%{if local.cluster_mode}replicas_per_node_group = ${input.min_replicas}%{else}num_cache_clusters = ${1 + input.min_replicas - core::length(local.attached)}%{endif}%{endif}   # in place, costs a node"
  }
}

# A secondary group of a Global Datastore takes failover from the primary one, and the primary one from the datastore where
# that says something.
resource_policy "aws_elasticache_replication_group" "no-failover" {
  filter = !infralint::configured("global_replication_group_id")

  locals {
    globals    = core::getresources("aws_elasticache_global_replication_group", { primary_replication_group_id = attrs.id })
    overridden = core::length(local.globals) > 0 ? infralint::configured("automatic_failover_enabled", local.globals[0]) : false
    failover   = local.overridden ? local.globals[0].automatic_failover_enabled : attrs.automatic_failover_enabled
  }

  enforce {
    condition     = local.failover
    error_message = "${infralint::address()} does not fail over by itself: automatic_failover_enabled%{if local.overridden} of its global replication group%{endif} is false"
    patch         = "automatic_failover_enabled = true"
    fix           = "automatic_failover_enabled = true%{if local.overridden} in the aws_elasticache_global_replication_group%{endif}   # in place; needs at least one replica"
  }
}

# Nodes that belong to a replication group are judged with it.
resource_policy "aws_elasticache_cluster" "standalone-node" {
  filter = core::contains(local.redis, attrs.engine) && !core::anytrue([for key, value in input.allow_standalone_tags : core::try(attrs.tags_all[key] == value, false)])

  enforce {
    condition     = !core::contains(local.redis, attrs.engine) || infralint::configured("replication_group_id")
    error_message = "${infralint::address()} is a single ${attrs.engine} node without a replication group"
    fix           = "Replace it by an aws_elasticache_replication_group with num_cache_clusters = ${1 + input.min_replicas}, automatic_failover_enabled and multi_az_enabled = true   # a new resource; snapshot_name takes the data along"
  }
}

resource_policy "aws_elasticache_replication_group" "single-az-placement" {
  filter = infralint::configured("preferred_cache_cluster_azs") && attrs.num_cache_clusters >= 2

  enforce {
    condition     = infralint::distinct_count(attrs.preferred_cache_cluster_azs) >= 2
    error_message = "${infralint::address()} places all ${attrs.num_cache_clusters} nodes in one zone%{if infralint::is_known(attrs.preferred_cache_cluster_azs)}, ${attrs.preferred_cache_cluster_azs[0]}%{endif}"
  }
}

# The shards that version 6 of the provider lets one place.
resource_policy "aws_elasticache_replication_group*" "single-az-placement" {
  filter = core::try(infralint::configured("node_group_configuration"), false)

  locals {
    block = "node_group_configuration"
    placed = [
      for shard in core::try(attrs[local.block], []) :
      core::concat([shard.primary_availability_zone], shard.replica_availability_zones)
      if core::try(infralint::configured("primary_availability_zone", shard), false) && core::try(infralint::configured("replica_availability_zones", shard), false)
    ]
    narrow = [for zones in local.placed : infralint::distinct_count(zones) >= 2]
  }

  enforce {
    condition     = core::alltrue(local.narrow)
    error_message = "${infralint::address()} places a shard's primary and all its replicas in one zone"
  }
}

resource_policy "aws_elasticache_replication_group" "subnet-group-single-az" {
  filter = infralint::configured("subnet_group_name")

  locals {
    groups  = core::getresources("aws_elasticache_subnet_group", { name = attrs.subnet_group_name })
    subnets = core::length(local.groups) > 0 ? local.groups[0].subnet_ids : infralint::in_account("aws_elasticache_subnet_group", attrs.subnet_group_name, "subnet_ids")
    zones   = infralint::subnet_zones(local.subnets)
    wanted  = attrs.preferred_cache_cluster_azs == null ? [] : attrs.preferred_cache_cluster_azs
  }

  enforce {
    condition     = infralint::distinct_count(local.zones) >= input.min_azs
    error_message = "The subnets of ${infralint::address()} lie in ${infralint::distinct_count(local.zones)} zone%{if infralint::distinct_count(local.zones) != 1}s%{endif} (${core::join(", ", core::distinct(local.zones))}), and ${input.min_azs} are asked for"
    fix           = "Add subnets of %{if input.min_azs - infralint::distinct_count(local.zones) == 1}another zone%{else}other zones%{endif} to subnet_ids of the aws_elasticache_subnet_group   # in place"
  }

  enforce {
    condition     = core::alltrue([for zone in local.wanted : core::anytrue([for offered in local.zones : zone == offered])])
    error_message = "${infralint::address()} asks for nodes in ${core::join(", ", [for zone in local.wanted : zone if !core::contains(local.zones, zone)])}, where its subnet group has no subnet"
    fix           = "preferred_cache_cluster_azs with zones of %{if infralint::is_known(local.zones)}${core::join(", ", core::distinct(local.zones))}%{else}the subnets%{endif} only; or leave it out, and Multi-AZ spreads the nodes"
  }
}

# The same check, as a warning: hence a policy of its own. The asterisk stands for nothing and tells the two apart.
resource_policy "aws_elasticache_replication_group*" "subnet-group-single-az" {
  enforcement_level = "advisory"

  enforce {
    condition     = infralint::configured("subnet_group_name")
    error_message = "${infralint::address()} names no subnet group, so it is made in the default VPC"
  }
}

resource_policy "aws_memorydb_cluster" "subnet-group-single-az" {
  filter = infralint::configured("subnet_group_name")

  locals {
    groups  = core::getresources("aws_memorydb_subnet_group", { name = attrs.subnet_group_name })
    subnets = core::length(local.groups) > 0 ? local.groups[0].subnet_ids : infralint::in_account("aws_memorydb_subnet_group", attrs.subnet_group_name, "subnet_ids")
    zones   = infralint::subnet_zones(local.subnets)
  }

  enforce {
    condition     = infralint::distinct_count(local.zones) >= input.min_azs
    error_message = "The subnets of ${infralint::address()} lie in ${infralint::distinct_count(local.zones)} zone%{if infralint::distinct_count(local.zones) != 1}s%{endif}, and ${input.min_azs} are asked for"
  }
}

resource_policy "aws_elasticache_serverless_cache" "subnet-group-single-az" {
  filter = infralint::configured("subnet_ids")

  locals {
    zones = infralint::subnet_zones(attrs.subnet_ids)
  }

  enforce {
    condition     = infralint::distinct_count(local.zones) >= input.min_azs
    error_message = "The subnets of ${infralint::address()} lie in ${infralint::distinct_count(local.zones)} zone%{if infralint::distinct_count(local.zones) != 1}s%{endif}, and ${input.min_azs} are asked for"
  }
}

resource_policy "aws_elasticache_replication_group" "unsupported-node-type" {
  filter = infralint::configured("node_type")

  locals {
    parameter_groups = infralint::configured("parameter_group_name") ? core::getresources("aws_elasticache_parameter_group", { name = attrs.parameter_group_name }) : []
    by_parameter = (
      core::length(local.parameter_groups) > 0
      ? core::anytrue([for p in local.parameter_groups[0].parameter : p.name == "cluster-enabled" && p.value == "yes"])
      : infralint::configured("parameter_group_name") && core::endswith(attrs.parameter_group_name, ".cluster.on")
    )
    cluster_mode = (
      core::try(infralint::configured("node_group_configuration"), false)
      || infralint::configured("num_node_groups")
      || infralint::configured("replicas_per_node_group")
      || infralint::configured("cluster_mode") && core::contains(["enabled", "compatible"], attrs.cluster_mode)
      || local.by_parameter
    )

    t1       = core::startswith(attrs.node_type, "cache.t1.")
    t2       = core::startswith(attrs.node_type, "cache.t2.") && attrs.automatic_failover_enabled && !local.cluster_mode
    untiered = core::startswith(attrs.node_type, "cache.r6gd.") && !attrs.data_tiering_enabled
  }

  enforce {
    condition     = !local.t1 && !local.t2 && !local.untiered
    error_message = "${infralint::address()} uses ${attrs.node_type}, which %{if local.t1}cannot be part of a replication group%{else}%{if local.t2}has automatic failover only in cluster mode%{else}needs data_tiering_enabled = true%{endif}%{endif}"
    fix           = "%{if local.untiered && !local.t1 && !local.t2}data_tiering_enabled = true   # replaces the replication group%{else}node_type = \"cache.t4g.small\", or another current one   # in place%{endif}"
  }
}

resource_policy "aws_elasticache_replication_group" "aof-with-multi-az" {
  filter = attrs.multi_az_enabled && infralint::configured("parameter_group_name")

  locals {
    groups = core::getresources("aws_elasticache_parameter_group", { name = attrs.parameter_group_name })
    set    = core::flatten([for group in local.groups : [for p in group.parameter : p.value if p.name == "appendonly"]])
  }

  enforce {
    condition     = core::alltrue([for value in local.set : value != "yes"])
    error_message = "${infralint::address()} has Multi-AZ, and its parameter group sets appendonly = yes"
  }
}

resource_policy "aws_ssm_parameter" "endpoint-bypass" {
  enforcement_level = "advisory"
  filter            = local.of_nodes || local.of_attached

  locals {
    of_nodes    = infralint::comes_from([attrs.value, attrs.insecure_value], "aws_elasticache_replication_group", "member_clusters")
    of_attached = infralint::comes_from([attrs.value, attrs.insecure_value], "aws_elasticache_cluster", "cache_nodes") && core::length(local.attached) > 0
    attached    = [for node in core::getresources("aws_elasticache_cluster", {}) : node if infralint::configured("replication_group_id", node)]
  }

  enforce {
    condition     = !local.of_nodes && !local.of_attached
    error_message = "${infralint::address()} names single nodes of a replication group"
  }
}

resource_policy "aws_secretsmanager_secret_version" "endpoint-bypass" {
  enforcement_level = "advisory"
  filter            = local.of_nodes

  locals {
    of_nodes = infralint::comes_from(attrs.secret_string, "aws_elasticache_replication_group", "member_clusters")
  }

  enforce {
    condition     = !local.of_nodes
    error_message = "${infralint::address()} names single nodes of a replication group"
  }
}

resource_policy "aws_lambda_function" "endpoint-bypass" {
  enforcement_level = "advisory"
  filter            = local.of_nodes

  locals {
    of_nodes = infralint::comes_from(attrs.environment, "aws_elasticache_replication_group", "member_clusters")
  }

  enforce {
    condition     = !local.of_nodes
    error_message = "${infralint::address()} names single nodes of a replication group"
  }
}

resource_policy "aws_ecs_task_definition" "endpoint-bypass" {
  enforcement_level = "advisory"
  filter            = local.of_nodes

  locals {
    of_nodes = infralint::comes_from(attrs.container_definitions, "aws_elasticache_replication_group", "member_clusters")
  }

  enforce {
    condition     = !local.of_nodes
    error_message = "${infralint::address()} names single nodes of a replication group"
  }
}

# Of the same group in the same part of another stage.
resource_policy "aws_elasticache_replication_group" "stage-drift" {
  filter = core::length(local.lower) > 0

  locals {
    lower   = infralint::in_lower_stages()
    numbers = ["num_cache_clusters", "num_node_groups", "replicas_per_node_group", "snapshot_retention_limit"]
    flags   = ["automatic_failover_enabled", "multi_az_enabled", "transit_encryption_enabled"]
    weaker = core::concat(
      core::flatten([for peer in local.lower : [
        for name in local.numbers : { name = name, here = attrs[name], there = peer.attrs[name], in = peer.root_module }
        if infralint::is_known([attrs[name], peer.attrs[name]]) ? attrs[name] < peer.attrs[name] : false
      ]]),
      core::flatten([for peer in local.lower : [
        for name in local.flags : { name = name, here = attrs[name], there = peer.attrs[name], in = peer.root_module }
        if infralint::is_known([attrs[name], peer.attrs[name]]) ? !attrs[name] && peer.attrs[name] : false
      ]]),
    )
  }

  enforce {
    condition     = core::alltrue([for row in local.weaker : row.here == row.there])
    error_message = "${infralint::address()} is weaker in production than in a lower stage%{for row in local.weaker}\n  ${row.name}: ${row.here} here, ${row.there} in ${row.in}%{endfor}"
  }
}
