# Buckets that block public access, with all four settings.

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
      category         = "security"
      docs             = "rules/s3-public-access-block.md"
      tags             = ["aws", "s3"]
      severity         = "high"
      nonprod_severity = "medium"
      controls         = ["AWS Security Hub S3.8", "AWS Config s3-bucket-level-public-access-prohibited", "AWS Well-Architected SEC03-BP07"]
    }

    "no-block" = {
      title    = "A bucket without a public access block"
      severity = "low"
      why      = "A new bucket blocks public access by itself; declared, a later change is seen in review."
      help     = "Add an aws_s3_bucket_public_access_block with bucket = this bucket's id and all four settings true   # in place"
    }

    "not-blocked" = {
      title = "A bucket whose public access block has holes"
      why   = "A setting that is left out is false: an empty block switches off what a new bucket has by itself."
      help  = "block_public_acls, block_public_policy, ignore_public_acls and restrict_public_buckets = true   # in place"
    }
  }

  whole_accounts = [for account in core::getresources("aws_s3_account_public_access_block", {}) : account.block_public_acls && account.block_public_policy && account.ignore_public_acls && account.restrict_public_buckets]
  by_account     = input.account_level_suffices && core::anytrue(local.whole_accounts)
}

input "account_level_suffices" {
  description = "Whether an aws_s3_account_public_access_block with all four settings stands for the blocks of the buckets of its root module."
  type        = bool
  default     = false
}

resource_policy "aws_s3_bucket" "no-block" {
  enforcement_level = "advisory"
  filter            = !local.by_account

  locals {
    blocks = core::getresources("aws_s3_bucket_public_access_block", { bucket = attrs.id })
  }

  enforce {
    condition     = core::length(local.blocks) > 0
    error_message = "The bucket ${attrs.bucket} declares no public access block"
  }
}

resource_policy "aws_s3_bucket_public_access_block" "not-blocked" {
  filter = !local.by_account

  enforce {
    condition     = attrs.block_public_acls && attrs.block_public_policy && attrs.ignore_public_acls && attrs.restrict_public_buckets
    error_message = "The public access block has holes: block_public_acls is ${attrs.block_public_acls}, block_public_policy ${attrs.block_public_policy}, ignore_public_acls ${attrs.ignore_public_acls}, restrict_public_buckets ${attrs.restrict_public_buckets}"
  }
}
