# Buckets that keep what was overwritten and deleted.

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
      docs     = "rules/s3-versioning.md"
      tags     = ["aws", "s3"]
      controls = ["AWS Security Hub S3.14", "AWS Config s3-bucket-versioning-enabled", "AWS Well-Architected REL09-BP01"]
    }

    "not-versioned" = {
      title    = "A bucket that keeps no older versions"
      severity = "low"
      why      = "What is overwritten or deleted, by mistake or by somebody else, is gone."
      help     = "Add an aws_s3_bucket_versioning with bucket = this bucket's id and versioning_configuration { status = \"Enabled\" }   # in place"
    }
  }
}

resource_policy "aws_s3_bucket" "not-versioned" {
  enforcement_level = "advisory"

  locals {
    companions = core::getresources("aws_s3_bucket_versioning", { bucket = attrs.id })
    stated     = core::flatten([for c in local.companions : [for v in c.versioning_configuration : v.status == "Enabled"]])
    inline     = [for v in attrs.versioning : v.enabled]
  }

  enforce {
    condition     = core::anytrue(core::concat(local.stated, local.inline))
    error_message = "The bucket ${attrs.bucket} keeps no older versions"
  }
}
