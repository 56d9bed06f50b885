# Buckets that say how long things are kept.

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
      category = "cost"
      docs     = "rules/s3-lifecycle.md"
      tags     = ["aws", "s3"]
      controls = ["AWS Security Hub S3.13", "AWS Config s3-lifecycle-policy-check", "AWS Well-Architected COST04-BP05"]
    }

    "no-lifecycle" = {
      title    = "A bucket that keeps everything for ever"
      severity = "info"
      why      = "Older versions and the parts of broken uploads are paid for until somebody looks."
      help     = "Add an aws_s3_bucket_lifecycle_configuration with noncurrent_version_expiration and abort_incomplete_multipart_upload   # in place"
    }
  }
}

resource_policy "aws_s3_bucket" "no-lifecycle" {
  enforcement_level = "advisory"

  locals {
    companions = core::getresources("aws_s3_bucket_lifecycle_configuration", { bucket = attrs.id })
    stated     = core::flatten([for c in local.companions : [for rule in c.rule : rule.status == "Enabled"]])
    inline     = [for rule in attrs.lifecycle_rule : rule.enabled]
  }

  enforce {
    condition     = core::anytrue(core::concat(local.stated, local.inline))
    error_message = "The bucket ${attrs.bucket} has no lifecycle rule"
  }
}
