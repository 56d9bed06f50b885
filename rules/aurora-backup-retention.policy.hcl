# Aurora clusters with backups that reach back far enough.

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
      category         = "reliability"
      docs             = "rules/aurora-backup-retention.md"
      tags             = ["aws", "aurora", "rds"]
      controls         = ["AWS Config db-instance-backup-enabled", "AWS Well-Architected REL09-BP01"]
      severity         = "high"
      nonprod_severity = "low"
      title            = "Backups that do not reach back far enough"
      why              = "What is found to be broken after the retention cannot be restored from before it broke."
      help             = "backup_retention_period = 7   # in place, days"
      patch            = "backup_retention_period = 7"
      patch_class      = "review"
    }

    "resource_policy.aws_rds_cluster.short-retention"  = { kinds = ["prod"] }
    "resource_policy.*aws_rds_cluster.short-retention" = { kinds = ["nonprod"] }
  }
}

input "min_days" {
  description = "Days that backups are to be kept."
  type        = number
  default     = 7
}

resource_policy "aws_rds_cluster" "short-retention" {
  enforce {
    condition     = attrs.backup_retention_period >= input.min_days
    error_message = "The cluster ${attrs.cluster_identifier} keeps its backups for ${attrs.backup_retention_period} day%{if attrs.backup_retention_period != 1}s%{endif}, and ${input.min_days} are asked for"
  }
}

# In stages that are no production it is a warning. The asterisk stands for nothing and tells the two apart.
resource_policy "*aws_rds_cluster" "short-retention" {
  enforcement_level = "advisory"

  enforce {
    condition     = attrs.backup_retention_period >= input.min_days
    error_message = "The cluster ${attrs.cluster_identifier} keeps its backups for ${attrs.backup_retention_period} day%{if attrs.backup_retention_period != 1}s%{endif}, and ${input.min_days} are asked for"
  }
}
