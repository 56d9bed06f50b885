# Buckets whose requests are written down.

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
      docs     = "rules/s3-access-logs.md"
      tags     = ["aws", "s3"]
      controls = ["AWS Security Hub S3.9", "AWS Config s3-bucket-logging-enabled", "AWS Well-Architected SEC04-BP01"]
    }

    "no-access-logs" = {
      title    = "A bucket that does not log its requests"
      severity = "info"
      kinds    = ["prod"]
      why      = "Who read or deleted what cannot be told afterwards, unless CloudTrail records data events."
      help     = "Add an aws_s3_bucket_logging with bucket = this bucket's id, target_bucket and target_prefix   # in place"
    }
  }

  # Where logs are kept; to log those requests would make logs of logs.
  targets = core::concat(
    [for logging in core::getresources("aws_s3_bucket_logging", {}) : logging.target_bucket],
    core::flatten([for bucket in core::getresources("aws_s3_bucket", {}) : [for logging in bucket.logging : logging.target_bucket]]),
  )
}

resource_policy "aws_s3_bucket" "no-access-logs" {
  enforcement_level = "advisory"
  filter            = !core::contains(local.targets, attrs.id)

  locals {
    companions = core::getresources("aws_s3_bucket_logging", { bucket = attrs.id })
  }

  enforce {
    condition     = core::length(local.companions) > 0 || core::length(attrs.logging) > 0
    error_message = "The bucket ${attrs.bucket} does not log its requests"
  }
}
