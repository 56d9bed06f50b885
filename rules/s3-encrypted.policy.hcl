# Buckets whose encryption is declared: what the plain language can tell, which holds at every level. The levels are in
# s3-encrypted.infralint.hcl.

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
      category = "security"
      docs     = "rules/s3-encrypted.md"
      tags     = ["aws", "s3"]
      controls = ["AWS Config s3-bucket-server-side-encryption-enabled", "AWS Well-Architected SEC08-BP02"]
    }

    "dual-definition" = {
      title    = "Encryption is declared twice"
      severity = "medium"
      why      = "The block in the bucket and the resource beside it undo each other on every apply, and the last one wins."
      help     = "Remove the server_side_encryption_configuration block from the aws_s3_bucket and keep the resource of its own"
    }

    "kms-breaks-logs" = {
      title    = "A log bucket that the log service cannot write to"
      severity = "high"
      why      = "Neither load balancers nor S3's access logging can write into a bucket that encrypts with KMS: the logs are lost without an error."
      help     = "sse_algorithm = \"AES256\"   # in place"
    }
  }

  # Where application and classic load balancers write, and S3 its own access logs: with SSE-S3 only.
  balancers = core::concat(
    [for lb in core::getresources("aws_lb", {}) : core::concat(lb.access_logs, lb.connection_logs) if lb.load_balancer_type == "application"],
    [for lb in core::getresources("aws_alb", {}) : core::concat(lb.access_logs, lb.connection_logs) if lb.load_balancer_type == "application"],
    [for lb in core::getresources("aws_elb", {}) : lb.access_logs],
  )
  without_kms = core::concat(
    [for log in core::flatten(local.balancers) : log.bucket if log.enabled != false],
    [for logging in core::getresources("aws_s3_bucket_logging", {}) : logging.target_bucket],
    core::flatten([for bucket in core::getresources("aws_s3_bucket", {}) : [for logging in bucket.logging : logging.target_bucket]]),
  )
}

resource_policy "aws_s3_bucket" "dual-definition" {
  locals {
    configurations = core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id })
  }

  enforce {
    condition     = core::length(attrs.server_side_encryption_configuration) == 0 || core::length(local.configurations) == 0
    error_message = "The encryption of the bucket ${attrs.bucket} is declared in the bucket and in a resource of its own"
  }
}

resource_policy "aws_s3_bucket" "kms-breaks-logs" {
  filter = core::contains(local.without_kms, attrs.id)

  locals {
    configurations = core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id })
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in attrs.server_side_encryption_configuration : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
  }

  enforce {
    condition     = core::alltrue([for default in local.defaults : !core::startswith(default.sse_algorithm, "aws:kms")])
    error_message = "The bucket ${attrs.bucket} takes access logs and encrypts with ${local.defaults[0].sse_algorithm}, so the log service cannot write to it"
  }
}
