# Databases that answer again after the loss of a zone: the checks that need to know what is configured at all, and in
# which zones subnets and instances lie. The others are in aurora-multi-az.policy.hcl.

locals {
  infralint = {
    "*" = {
      category = "reliability"
      docs     = "rules/aurora-multi-az.md"
      tags     = ["aws", "aurora", "rds"]
      controls = ["AWS Security Hub RDS.15", "AWS Config rds-cluster-multi-az-enabled", "CIS AWS 5.0 2.2.4", "CIS AWS 7.0 3.2.4", "AWS Well-Architected REL10-BP01"]
    }

    "no-instances" = {
      title            = "An Aurora cluster without instances"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "A cluster is only storage: without an aws_rds_cluster_instance there is nothing to connect to."
      help             = "Add two aws_rds_cluster_instance with cluster_identifier = aws_rds_cluster.….id"
    }

    "resource_policy.*aws_rds_cluster.no-instances" = {
      title    = "A secondary cluster of a global database without instances"
      severity = "medium"
      why      = "Data is there, but before anything can fail over to this region somebody must make instances, and hope for capacity."
      help     = "Add an aws_rds_cluster_instance with cluster_identifier = aws_rds_cluster.….id; or headless_secondary = \"allow\" in the settings"
    }

    "instance-of-multi-az-cluster" = {
      title    = "An instance added to a Multi-AZ DB cluster"
      severity = "high"
      why      = "terraform plan accepts it, and CreateDBInstance refuses it: the cluster has one writer and two readable standbys by itself."
      help     = "Remove the aws_rds_cluster_instance"
    }

    "single-instance" = {
      title            = "An instance of a cluster that is managed elsewhere"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "After a zone's failure storage survives, but the database does not answer until somebody adds an instance by hand."
      help             = "Add a reader: count = 2 on the aws_rds_cluster_instance   # in place, costs an instance"
    }

    "instances-one-az" = {
      title            = "All instances of an Aurora cluster are in one zone"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "A reader beside the writer goes down with it when the zone fails; the cluster's availability_zones place storage, not instances."
      help             = "Leave availability_zone out on the readers, and RDS deals them out over the zones   # replaces those instances"
    }

    "subnet-group-az" = {
      title            = "The subnets of a database lie in too few zones"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "RDS can place instances only where the subnet group has subnets."
      help             = "Give the subnet group subnets of another zone"
    }

    "az-pin-outside-subnets" = {
      title    = "An instance is pinned to a zone without a subnet"
      severity = "high"
      why      = "terraform plan accepts it, and CreateDBInstance refuses it."
      help     = "Leave availability_zone out, or add a subnet of that zone to the subnet group"
    }

    "cluster-az-drift" = {
      title       = "The next plan will replace the cluster"
      severity    = "high"
      why         = "RDS completes availability_zones to three, Terraform sees a difference to what is written, and changing it means a new, empty cluster."
      help        = "Remove availability_zones: it places storage only. Or add it to lifecycle { ignore_changes }"
      controls    = ["AWS Well-Architected REL10-BP01"]
      patch       = "availability_zones = null"
      patch_class = "safe"
    }

    "db-instance-single-az" = {
      title            = "A database instance in one zone"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "Without a standby in another zone the database is down until its zone is back, or somebody has restored a backup elsewhere."
      help             = "multi_az = true   # in place, about doubles the cost"
      controls         = ["AWS Security Hub RDS.5", "AWS Config rds-multi-az-support", "CIS AWS 5.0 2.2.4", "CIS AWS 7.0 3.2.4", "AWS Well-Architected REL10-BP01"]
    }

    "stage-drift" = {
      title    = "Production is weaker than a lower stage"
      severity = "high"
      why      = "What has been tried in the lower stage is not what runs in production, which survives less."
      help     = "Give production at least what the lower stage has"
      controls = ["AWS Well-Architected REL10-BP01"]
    }

    "replica-not-promotable" = {
      title    = "Readers that cannot take over from the writer"
      severity = "medium"
      why      = "When the writer fails the reader of the lowest promotion tier becomes the writer, however small it is."
      help     = "Give one reader the writer's instance_class and promotion_tier = 1   # in place, restarts the reader"
    }

    "reader-not-writer-sized" = {
      title       = "A serverless reader that does not grow with its writer"
      severity    = "info"
      why         = "Readers in promotion tiers 0 and 1 keep the writer's size; one behind those may be far too small when it takes over."
      help        = "promotion_tier = 1   # in place"
      controls    = ["AWS Well-Architected REL10-BP01"]
      patch       = "promotion_tier = 1"
      patch_class = "safe"
    }

    "limitless-redundancy" = {
      title            = "A Limitless shard group without a standby"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "With a compute redundancy of 0 no shard has a standby, and the loss of one takes its part of the data offline."
      help             = "compute_redundancy = 1   # a standby in another zone for each shard; 2 for two"
      controls         = ["AWS Well-Architected REL10-BP01"]
      patch            = "compute_redundancy = 1"
      patch_class      = "review"
    }
  }

  # How many xlarge halves an instance class is worth: what is after its last dot.
  sizes = {
    micro      = 0.125, small = 0.25, medium = 0.5, large = 1, xlarge = 2, "2xlarge" = 4, "3xlarge" = 6, "4xlarge" = 8, "6xlarge" = 12
    "8xlarge"  = 16, "9xlarge" = 18, "10xlarge" = 20, "12xlarge" = 24, "16xlarge" = 32, "18xlarge" = 36, "24xlarge" = 48
    "32xlarge" = 64, "48xlarge" = 96
  }
}

input "min_instances" {
  description = "Instances an Aurora cluster needs, the writer counted."
  type        = number
  default     = 2
}

input "min_azs" {
  description = "Zones the instances of an Aurora cluster must lie in."
  type        = number
  default     = 2
}

input "min_subnet_azs" {
  description = "Zones the subnet group of an Aurora cluster must have. A Multi-AZ DB cluster always needs three."
  type        = number
  default     = 2
}

input "headless_secondary" {
  description = "What a secondary cluster of a global database without instances weighs: allow, warn or fail."
  type        = string
  default     = "warn"
}

input "judge_documentdb" {
  description = "Whether DocumentDB clusters are judged like Aurora's."
  type        = bool
  default     = false
}

input "judge_neptune" {
  description = "Whether Neptune clusters are judged like Aurora's."
  type        = bool
  default     = false
}

input "judge_replicas" {
  description = "Whether read replicas (replicate_source_db) need a standby of their own."
  type        = bool
  default     = false
}

resource_policy "aws_rds_cluster" "no-instances" {
  # Of a Limitless database the shard group is judged.
  filter = core::startswith(infralint::coalesce(attrs.engine, "aurora"), "aurora") && attrs.engine_mode == "provisioned" && !local.secondary && !local.limitless

  locals {
    secondary = infralint::configured("global_cluster_identifier") && !infralint::configured("master_username") && !infralint::configured("snapshot_identifier")
    limitless = infralint::configured("cluster_scalability_type") && attrs.cluster_scalability_type == "limitless"
    members   = core::getresources("aws_rds_cluster_instance", { cluster_identifier = attrs.id })
  }

  enforce {
    condition     = core::length(local.members) > 0
    error_message = "${infralint::address()} has no instance"
  }
}

# The instances of a Limitless database are its shard group's.
resource_policy "**aws_rds_cluster" "no-instances" {
  filter = infralint::configured("cluster_scalability_type") && attrs.cluster_scalability_type == "limitless"

  locals {
    shards = core::getresources("aws_rds_shard_group", { db_cluster_identifier = attrs.id })
  }

  enforce {
    condition     = core::length(local.shards) > 0
    error_message = "${infralint::address()}, a Limitless database, has no shard group"
    fix           = "Add an aws_rds_shard_group with db_cluster_identifier = this cluster's id and compute_redundancy = 1"
  }
}

# Of a global database, a secondary cluster may do without (headless): an option says what that weighs. The asterisk stands for
# nothing and tells the two policies apart.
resource_policy "*aws_rds_cluster" "no-instances" {
  enforcement_level = input.headless_secondary == "fail" ? "mandatory" : "advisory"
  filter            = input.headless_secondary != "allow" && core::startswith(infralint::coalesce(attrs.engine, "aurora"), "aurora") && attrs.engine_mode == "provisioned" && local.secondary

  locals {
    secondary = infralint::configured("global_cluster_identifier") && !infralint::configured("master_username") && !infralint::configured("snapshot_identifier")
    members   = core::getresources("aws_rds_cluster_instance", { cluster_identifier = attrs.id })
  }

  enforce {
    condition     = core::length(local.members) > 0
    error_message = "${infralint::address()}, a secondary of a global database, has no instance (headless)"
  }
}

# A Multi-AZ DB cluster makes its instances itself.
resource_policy "aws_rds_cluster_instance" "instance-of-multi-az-cluster" {
  filter = core::length(local.clusters) > 0

  locals {
    clusters = [for cluster in core::getresources("aws_rds_cluster", { id = attrs.cluster_identifier }) : cluster if infralint::configured("db_cluster_instance_class", cluster)]
  }

  enforce {
    condition     = core::alltrue([for cluster in local.clusters : core::startswith(cluster.engine, "aurora")])
    error_message = "${infralint::address()} belongs to a Multi-AZ DB cluster, which makes its three instances itself"
  }
}

# Of a cluster that is not managed here, only the instances that are can be counted; the others are in the account.
resource_policy "aws_rds_cluster_instance" "single-instance" {
  filter = core::length(core::getresources("aws_rds_cluster", { id = attrs.cluster_identifier })) == 0

  locals {
    peers = core::getresources("aws_rds_cluster_instance", { cluster_identifier = attrs.cluster_identifier })
  }

  enforce {
    condition     = core::length(local.peers) >= input.min_instances || core::length(infralint::in_account("aws_rds_cluster", attrs.cluster_identifier, "cluster_members")) >= input.min_instances
    error_message = "The cluster of ${infralint::address()} has fewer than ${input.min_instances} instances"
  }
}

resource_policy "aws_rds_cluster" "instances-one-az" {
  filter = core::startswith(infralint::coalesce(attrs.engine, "aurora"), "aurora") && core::length(local.members) >= 2

  locals {
    members = core::getresources("aws_rds_cluster_instance", { cluster_identifier = attrs.id })
    pins    = [for member in local.members : member.availability_zone]
    groups  = infralint::configured("db_subnet_group_name") ? core::getresources("aws_db_subnet_group", { name = attrs.db_subnet_group_name }) : []
    subnets = core::length(local.groups) > 0 ? infralint::subnet_zones(local.groups[0].subnet_ids) : []
    zones   = infralint::instance_zones(local.pins, local.subnets)
  }

  enforce {
    condition     = local.zones >= input.min_azs
    error_message = "All ${core::length(local.members)} instances of ${infralint::address()} are in %{if local.zones == 1}one zone%{else}${local.zones} zones, and ${input.min_azs} are asked for%{endif}"
  }
}

resource_policy "aws_rds_cluster" "subnet-group-az" {
  filter = infralint::configured("db_subnet_group_name")

  locals {
    groups  = core::getresources("aws_db_subnet_group", { name = attrs.db_subnet_group_name })
    subnets = core::length(local.groups) > 0 ? local.groups[0].subnet_ids : infralint::in_account("aws_db_subnet_group", attrs.db_subnet_group_name, "subnet_ids")
    zones   = infralint::subnet_zones(local.subnets)
    wanted  = core::startswith(infralint::coalesce(attrs.engine, "aurora"), "aurora") ? input.min_subnet_azs : core::max(input.min_subnet_azs, 3)
  }

  enforce {
    condition     = infralint::distinct_count(local.zones) >= local.wanted
    error_message = "The subnets of ${infralint::address()} lie in ${infralint::distinct_count(local.zones)} zone%{if infralint::distinct_count(local.zones) != 1}s%{endif} (${core::join(", ", core::distinct(local.zones))}), and ${local.wanted} are asked for"
    fix           = "Add subnets of %{if local.wanted - infralint::distinct_count(local.zones) == 1}another zone%{else}other zones%{endif} to subnet_ids of the aws_db_subnet_group   # in place"
  }
}

resource_policy "aws_rds_cluster_instance" "az-pin-outside-subnets" {
  filter = infralint::configured("availability_zone") && (infralint::configured("db_subnet_group_name") || core::anytrue([for c in local.clusters : infralint::configured("db_subnet_group_name", c)]))

  locals {
    clusters = core::getresources("aws_rds_cluster", { id = attrs.cluster_identifier })
    group    = infralint::configured("db_subnet_group_name") ? attrs.db_subnet_group_name : core::length(local.clusters) > 0 ? local.clusters[0].db_subnet_group_name : ""
    groups   = core::getresources("aws_db_subnet_group", { name = local.group })
    subnets  = core::length(local.groups) > 0 ? local.groups[0].subnet_ids : infralint::in_account("aws_db_subnet_group", local.group, "subnet_ids")
    zones    = infralint::subnet_zones(local.subnets)
  }

  enforce {
    condition     = core::anytrue([for zone in local.zones : attrs.availability_zone == zone])
    error_message = "${infralint::address()} is pinned to ${attrs.availability_zone}, where its subnet group has no subnet"
  }
}

resource_policy "aws_rds_cluster" "cluster-az-drift" {
  filter = infralint::configured("availability_zones")

  enforce {
    condition     = core::length(attrs.availability_zones) >= 3 || infralint::ignores_changes("availability_zones")
    error_message = "${infralint::address()} names ${core::length(attrs.availability_zones)} zone%{if core::length(attrs.availability_zones) != 1}s%{endif}; RDS will complete them to three, and the next plan replaces the cluster"
    fix           = "Remove availability_zones: it places storage only; or lifecycle { ignore_changes = [availability_zones] }   # changes nothing in AWS"
  }
}

# An instance of an Aurora engine belongs to a cluster, which is judged.
resource_policy "aws_db_instance" "db-instance-single-az" {
  filter = (input.judge_replicas || !infralint::configured("replicate_source_db")) && !local.of_aurora

  locals {
    of_aurora = infralint::configured("engine") && core::startswith(infralint::coalesce(attrs.engine, "aurora"), "aurora")
  }

  enforce {
    condition     = attrs.multi_az
    error_message = "${infralint::address()} has no standby in another zone: multi_az is ${attrs.multi_az}"
    patch         = "multi_az = true"
  }

  enforce {
    condition     = !infralint::configured("availability_zone") || !attrs.multi_az
    error_message = "${infralint::address()} has multi_az and names its zone, which CreateDBInstance refuses"
    patch         = "availability_zone = null"
    fix           = "Remove availability_zone   # RDS chooses both zones"
  }
}

# The writer is the first instance, or that of the lowest promotion tier.
resource_policy "aws_rds_cluster" "replica-not-promotable" {
  filter = core::startswith(infralint::coalesce(attrs.engine, "aurora"), "aurora") && core::length(local.members) >= 2 && !core::contains(local.classes, "db.serverless")

  locals {
    members = core::getresources("aws_rds_cluster_instance", { cluster_identifier = attrs.id })
    classes = [for member in local.members : member.instance_class]
    tiers   = [for member in local.members : member.promotion_tier]
    weights = [for class in local.classes : core::try(local.sizes[core::reverse(core::split(".", class))[0]], null)]
    lowest  = core::min(local.tiers...)
    writers = [for i, tier in local.tiers : i if tier == local.lowest]
    writer  = local.writers[0]
    readers = [for i, weight in local.weights : weight if i != local.writer && weight != null]
    largest = core::max(local.readers...)
    small   = local.weights[local.writer] != null && core::length(local.readers) > 0 ? local.largest * 2 < local.weights[local.writer] : false
    last    = core::alltrue([for i, tier in local.tiers : tier == 15 if i != local.writer])
    mixed   = core::length(core::distinct([for i, class in local.classes : class if i != local.writer])) > 1
  }

  enforce {
    condition     = !local.small && !(local.last && local.mixed)
    error_message = "${infralint::address()} has %{if local.small}no reader half as large as its writer (${local.classes[local.writer]})%{else}all its readers, of several sizes, in promotion tier 15: chance says which takes over%{endif}"
    fix           = "instance_class = \"${local.classes[local.writer]}\" and promotion_tier = 1 on a reader   # in place, restarts the reader"
  }
}

resource_policy "aws_rds_cluster_instance" "reader-not-writer-sized" {
  enforcement_level = "advisory"
  filter            = attrs.instance_class == "db.serverless"

  enforce {
    condition     = attrs.promotion_tier <= 1
    error_message = "${infralint::address()} is in promotion tier ${attrs.promotion_tier}, and does not grow with the writer"
  }
}

resource_policy "aws_rds_shard_group" "limitless-redundancy" {
  enforce {
    condition     = infralint::configured("compute_redundancy") && attrs.compute_redundancy >= 1
    error_message = "${infralint::address()} has shards without a standby"
  }
}

# DocumentDB and Neptune are judged like Aurora where an option says so.

resource_policy "aws_docdb_cluster" "no-instances" {
  filter = input.judge_documentdb

  locals {
    members = core::getresources("aws_docdb_cluster_instance", { cluster_identifier = attrs.id })
  }

  enforce {
    condition     = core::length(local.members) > 0
    error_message = "${infralint::address()} has no instance"
    fix           = "Add ${input.min_instances} aws_docdb_cluster_instance with cluster_identifier = this cluster's id"
  }
}

resource_policy "aws_docdb_cluster" "single-instance" {
  filter = input.judge_documentdb && core::length(local.members) > 0

  locals {
    members = core::getresources("aws_docdb_cluster_instance", { cluster_identifier = attrs.id })
  }

  enforce {
    condition     = core::length(local.members) >= input.min_instances
    error_message = "${infralint::address()} runs on ${core::length(local.members)} instance%{if core::length(local.members) != 1}s%{endif}, and ${input.min_instances} are asked for"
    fix           = "count = ${input.min_instances} on the aws_docdb_cluster_instance   # in place, costs an instance"
  }
}

resource_policy "aws_docdb_cluster" "instances-one-az" {
  filter = input.judge_documentdb && core::length(local.members) >= 2

  locals {
    members = core::getresources("aws_docdb_cluster_instance", { cluster_identifier = attrs.id })
    zones   = infralint::instance_zones([for member in local.members : member.availability_zone], [])
  }

  enforce {
    condition     = local.zones >= input.min_azs
    error_message = "The ${core::length(local.members)} instances of ${infralint::address()} are in ${local.zones} zone%{if local.zones != 1}s%{endif}, and ${input.min_azs} are asked for"
  }
}

resource_policy "aws_docdb_cluster" "subnet-group-az" {
  filter = input.judge_documentdb && infralint::configured("db_subnet_group_name")

  locals {
    group   = attrs.db_subnet_group_name
    groups  = core::getresources("aws_docdb_subnet_group", { name = local.group })
    subnets = core::length(local.groups) > 0 ? local.groups[0].subnet_ids : infralint::in_account("aws_docdb_subnet_group", local.group, "subnet_ids")
    zones   = infralint::subnet_zones(local.subnets)
  }

  enforce {
    condition     = infralint::distinct_count(local.zones) >= input.min_subnet_azs
    error_message = "The subnets of ${infralint::address()} lie in ${infralint::distinct_count(local.zones)} zone%{if infralint::distinct_count(local.zones) != 1}s%{endif}, and ${input.min_subnet_azs} are asked for"
  }
}

resource_policy "aws_neptune_cluster" "no-instances" {
  filter = input.judge_neptune

  locals {
    members = core::getresources("aws_neptune_cluster_instance", { cluster_identifier = attrs.id })
  }

  enforce {
    condition     = core::length(local.members) > 0
    error_message = "${infralint::address()} has no instance"
    fix           = "Add ${input.min_instances} aws_neptune_cluster_instance with cluster_identifier = this cluster's id"
  }
}

resource_policy "aws_neptune_cluster" "single-instance" {
  filter = input.judge_neptune && core::length(local.members) > 0

  locals {
    members = core::getresources("aws_neptune_cluster_instance", { cluster_identifier = attrs.id })
  }

  enforce {
    condition     = core::length(local.members) >= input.min_instances
    error_message = "${infralint::address()} runs on ${core::length(local.members)} instance%{if core::length(local.members) != 1}s%{endif}, and ${input.min_instances} are asked for"
    fix           = "count = ${input.min_instances} on the aws_neptune_cluster_instance   # in place, costs an instance"
  }
}

resource_policy "aws_neptune_cluster" "instances-one-az" {
  filter = input.judge_neptune && core::length(local.members) >= 2

  locals {
    members = core::getresources("aws_neptune_cluster_instance", { cluster_identifier = attrs.id })
    zones   = infralint::instance_zones([for member in local.members : member.availability_zone], [])
  }

  enforce {
    condition     = local.zones >= input.min_azs
    error_message = "The ${core::length(local.members)} instances of ${infralint::address()} are in ${local.zones} zone%{if local.zones != 1}s%{endif}, and ${input.min_azs} are asked for"
  }
}

resource_policy "aws_neptune_cluster" "subnet-group-az" {
  filter = input.judge_neptune && infralint::configured("neptune_subnet_group_name")

  locals {
    group   = attrs.neptune_subnet_group_name
    groups  = core::getresources("aws_neptune_subnet_group", { name = local.group })
    subnets = core::length(local.groups) > 0 ? local.groups[0].subnet_ids : infralint::in_account("aws_neptune_subnet_group", local.group, "subnet_ids")
    zones   = infralint::subnet_zones(local.subnets)
  }

  enforce {
    condition     = infralint::distinct_count(local.zones) >= input.min_subnet_azs
    error_message = "The subnets of ${infralint::address()} lie in ${infralint::distinct_count(local.zones)} zone%{if infralint::distinct_count(local.zones) != 1}s%{endif}, and ${input.min_subnet_azs} are asked for"
  }
}

# Of the same cluster in the same part of another stage.
resource_policy "aws_rds_cluster" "stage-drift" {
  filter = core::length(local.lower) > 0

  locals {
    lower     = infralint::in_lower_stages()
    instances = core::length(core::getresources("aws_rds_cluster_instance", { cluster_identifier = attrs.id }))
    flags     = ["deletion_protection", "storage_encrypted"]
    weaker = core::concat(
      [
        for peer in local.lower : { name = "instances", here = local.instances, there = core::length(infralint::allresources("aws_rds_cluster_instance", { cluster_identifier = peer.attrs.id }, peer.root_module)), in = peer.root_module }
        if infralint::is_known(local.instances) ? local.instances < core::length(infralint::allresources("aws_rds_cluster_instance", { cluster_identifier = peer.attrs.id }, peer.root_module)) : false
      ],
      [
        for peer in local.lower : { name = "backup_retention_period", here = attrs.backup_retention_period, there = peer.attrs.backup_retention_period, in = peer.root_module }
        if infralint::is_known([attrs.backup_retention_period, peer.attrs.backup_retention_period]) ? attrs.backup_retention_period < peer.attrs.backup_retention_period : false
      ],
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

resource_policy "aws_db_instance" "stage-drift" {
  filter = core::length(local.lower) > 0

  locals {
    lower = infralint::in_lower_stages()
    flags = ["multi_az", "deletion_protection", "storage_encrypted"]
    weaker = core::concat(
      [
        for peer in local.lower : { name = "backup_retention_period", here = attrs.backup_retention_period, there = peer.attrs.backup_retention_period, in = peer.root_module }
        if infralint::is_known([attrs.backup_retention_period, peer.attrs.backup_retention_period]) ? attrs.backup_retention_period < peer.attrs.backup_retention_period : false
      ],
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
