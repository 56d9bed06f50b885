# Databases that answer again after the loss of a zone: what the plain language can tell. The rest is in
# aurora-multi-az.infralint.hcl.

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
      docs     = "rules/aurora-multi-az.md"
      tags     = ["aws", "aurora", "rds"]
      controls = ["AWS Security Hub RDS.15", "AWS Config rds-cluster-multi-az-enabled", "CIS AWS 5.0 2.2.4", "CIS AWS 7.0 3.2.4", "AWS Well-Architected REL10-BP01"]
    }

    "single-instance" = {
      title            = "An Aurora cluster on one instance"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "After a zone's failure storage survives, but the database does not answer until somebody adds an instance by hand."
      help             = "Add a reader: count = 2 on the aws_rds_cluster_instance   # in place, costs an instance"
      patch            = "count = 2"
      patch_class      = "review"
    }

    "serverless-v1-retired" = {
      title    = "Aurora Serverless v1 is no more"
      severity = "high"
      why      = "AWS ended it on 2025-03-31: new clusters are refused, old ones have been converted."
      help     = "engine_mode = \"provisioned\" with serverlessv2_scaling_configuration, and instances of class db.serverless"
    }

    "multimaster-retired" = {
      title    = "An engine mode that Aurora no longer has"
      severity = "high"
      why      = "These modes went with Aurora MySQL 1 in February 2023: terraform plan accepts them, and CreateDBCluster refuses them."
      help     = "engine_mode = \"provisioned\"; for writes to any instance enable_local_write_forwarding = true, beyond one writer Aurora Limitless or Aurora DSQL"
    }
  }

  retired = ["multimaster", "global", "parallelquery"]
}

input "min_instances" {
  description = "Instances an Aurora cluster needs, the writer counted."
  type        = number
  default     = 2
}

resource_policy "aws_rds_cluster" "single-instance" {
  filter = core::startswith(attrs.engine == null ? "aurora" : attrs.engine, "aurora") && attrs.engine_mode == "provisioned" && core::length(local.members) > 0

  locals {
    members = core::getresources("aws_rds_cluster_instance", { cluster_identifier = attrs.id })
    scaled  = core::getresources("aws_appautoscaling_target", { resource_id = "cluster:${attrs.id}", scalable_dimension = "rds:cluster:ReadReplicaCount" })
    least   = core::flatten([[0], [for target in local.scaled : target.min_capacity]])
    count   = core::length(local.members) + core::max(local.least...)
    # No tier is negative. Where the cluster is handed to a module that is not here, there may be instances in it.
    unseen = core::length(core::getresources("aws_rds_cluster_instance", { cluster_identifier = attrs.id, promotion_tier = -1 }))
  }

  enforce {
    condition     = local.count >= input.min_instances || local.unseen > 0
    error_message = "The cluster ${attrs.cluster_identifier} runs on ${local.count} instance%{if local.count != 1}s%{endif}, and ${input.min_instances} are asked for"
  }
}

resource_policy "aws_rds_cluster" "serverless-v1-retired" {
  enforce {
    condition     = attrs.engine_mode != "serverless"
    error_message = "The cluster ${attrs.cluster_identifier} asks for Aurora Serverless v1, which AWS has ended"
  }
}

resource_policy "aws_rds_cluster" "multimaster-retired" {
  enforce {
    condition     = !core::contains(local.retired, attrs.engine_mode)
    error_message = "The cluster ${attrs.cluster_identifier} asks for the engine mode ${attrs.engine_mode}, which Aurora no longer has"
  }
}
