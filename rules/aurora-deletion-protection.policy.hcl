# Aurora clusters that nobody deletes by mistake.

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
      docs             = "rules/aurora-deletion-protection.md"
      tags             = ["aws", "aurora", "rds"]
      controls         = ["AWS Security Hub RDS.7", "AWS Config rds-cluster-deletion-protection-enabled", "AWS Well-Architected REL09-BP01"]
      severity         = "high"
      nonprod_severity = "low"
      title            = "A cluster that can be deleted"
      why              = "One terraform destroy, or one change that replaces the cluster, takes the database with all its automated backups."
      help             = "deletion_protection = true   # in place"
      patch            = "deletion_protection = true"
      patch_class      = "review"
    }

    "resource_policy.aws_rds_cluster.not-protected"  = { kinds = ["prod"] }
    "resource_policy.*aws_rds_cluster.not-protected" = { kinds = ["nonprod"] }
  }
}

resource_policy "aws_rds_cluster" "not-protected" {
  enforce {
    condition     = attrs.deletion_protection
    error_message = "The cluster ${attrs.cluster_identifier} can be deleted: deletion_protection is ${attrs.deletion_protection}"
  }
}

# In stages that are no production it is a warning. The asterisk stands for nothing and tells the two apart.
resource_policy "*aws_rds_cluster" "not-protected" {
  enforcement_level = "advisory"

  enforce {
    condition     = attrs.deletion_protection
    error_message = "The cluster ${attrs.cluster_identifier} can be deleted: deletion_protection is ${attrs.deletion_protection}"
  }
}
