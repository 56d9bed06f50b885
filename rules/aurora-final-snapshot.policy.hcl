# Aurora clusters in production that leave a snapshot behind.

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
      docs     = "rules/aurora-final-snapshot.md"
      tags     = ["aws", "aurora", "rds"]
      controls = ["AWS Well-Architected REL09-BP01"]
      kinds    = ["prod"]
      severity = "high"
    }

    "no-final-snapshot" = {
      title = "A cluster that goes without a trace"
      why   = "Automated backups go with their cluster: after a destroy, or a replacement, nothing is left to restore from."
      help  = "skip_final_snapshot = false, with final_snapshot_identifier   # in place"
    }

    "no-snapshot-name" = {
      title = "A cluster that cannot be destroyed"
      why   = "terraform plan accepts it, and the destroy fails: a final snapshot is asked for and has no name."
      help  = "final_snapshot_identifier = \"….-final\"   # in place"
    }
  }
}

resource_policy "aws_rds_cluster" "no-final-snapshot" {
  enforce {
    condition     = !attrs.skip_final_snapshot
    error_message = "The cluster ${attrs.cluster_identifier} leaves no final snapshot: skip_final_snapshot is ${attrs.skip_final_snapshot}"
  }
}

resource_policy "aws_rds_cluster" "no-snapshot-name" {
  filter = !attrs.skip_final_snapshot

  enforce {
    condition     = attrs.final_snapshot_identifier != null
    error_message = "The cluster ${attrs.cluster_identifier} asks for a final snapshot, and final_snapshot_identifier is not set"
  }
}
