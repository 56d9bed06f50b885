# Redis that outlives the loss of a node or of a zone: what the plain language can tell. The rest is in redis-ha.infralint.hcl.

policy {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

locals {
  infralint = {
    "*" = {
      category = "reliability"
      docs     = "rules/redis-ha.md"
      tags     = ["aws", "redis"]
      controls = ["AWS Well-Architected REL10-BP01"]
    }

    "no-multi-az" = {
      title            = "Redis nodes are not kept in different zones"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "Without Multi-AZ the primary and its replicas may share a zone, and then one zone's failure takes the cache with all its data."
      help             = "multi_az_enabled = true   # in place; needs automatic failover and at least one replica"
      patch            = "multi_az_enabled = true"
      patch_class      = "review"
    }

    "az-count-mismatch" = {
      title    = "The zones listed do not match the number of nodes"
      severity = "high"
      why      = "terraform plan accepts it, and CreateReplicationGroup refuses it: there must be one zone for each node."
      help     = "preferred_cache_cluster_azs needs exactly num_cache_clusters zones, the primary's first"
    }

    "resource_policy.aws_memorydb_cluster.no-replica" = {
      title            = "MemoryDB shards without a replica"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "A shard without a replica is unavailable until a new node has read the whole transaction log."
      help             = "num_replicas_per_shard = 1   # in place, adds a node to each shard"
      patch            = "num_replicas_per_shard = 1"
      patch_class      = "review"
    }
  }
}

input "min_replicas" {
  description = "Replicas each shard needs. With 2, reads are still served from a replica while a failover lasts."
  type        = number
  default     = 1
}

input "require_multi_az" {
  description = "Whether the nodes must be kept in different zones."
  type        = bool
  default     = true
}

resource_policy "aws_elasticache_replication_group" "no-multi-az" {
  filter = input.require_multi_az

  enforce {
    condition     = attrs.multi_az_enabled
    error_message = "The replication group ${attrs.replication_group_id} does not keep its nodes in different zones: multi_az_enabled is ${attrs.multi_az_enabled}"
  }
}

resource_policy "aws_elasticache_replication_group" "az-count-mismatch" {
  filter = attrs.preferred_cache_cluster_azs != null

  enforce {
    condition     = core::length(attrs.preferred_cache_cluster_azs) == attrs.num_cache_clusters
    error_message = "The replication group ${attrs.replication_group_id} lists ${core::length(attrs.preferred_cache_cluster_azs)} zones for ${attrs.num_cache_clusters} nodes"
  }
}

resource_policy "aws_memorydb_cluster" "no-replica" {
  enforce {
    condition     = attrs.num_replicas_per_shard >= input.min_replicas
    error_message = "The MemoryDB cluster has ${attrs.num_replicas_per_shard} replicas in each shard, and ${input.min_replicas} are asked for"
  }
}
