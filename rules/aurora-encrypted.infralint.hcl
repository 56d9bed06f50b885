# Aurora clusters that are encrypted by declaration.

locals {
  infralint = {
    "*" = {
      category         = "security"
      docs             = "rules/aurora-encrypted.md"
      tags             = ["aws", "aurora", "rds"]
      controls         = ["AWS Security Hub RDS.27", "AWS Config rds-storage-encrypted", "CIS AWS 5.0 2.2.1", "AWS Well-Architected SEC08-BP02"]
      severity         = "high"
      nonprod_severity = "medium"
    }

    "not-encrypted" = {
      title = "A cluster that does not ask for encryption"
      why   = "AWS encrypts new clusters with a key of its own all the same (sse-rds); but that key cannot be withdrawn, and snapshots say they are unencrypted."
      help  = "storage_encrypted = true, with kms_key_id   # replaces the cluster: restore a snapshot with a key instead"
    }
  }
}

# Serverless v1 is always encrypted; what is restored, or is a secondary, takes it from where it came.
resource_policy "aws_rds_cluster" "not-encrypted" {
  filter = attrs.engine_mode != "serverless" && !local.inherits

  locals {
    stated   = infralint::configured("storage_encrypted")
    inherits = !local.stated && (infralint::configured("snapshot_identifier") || infralint::configured("replication_source_identifier") || infralint::configured("restore_to_point_in_time"))
  }

  enforce {
    condition     = attrs.storage_encrypted
    error_message = "${infralint::address()} does not ask for encryption: storage_encrypted is ${attrs.storage_encrypted}"
  }
}
