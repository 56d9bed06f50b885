# Buckets whose access is decided by policies, and not by ACLs.

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
      docs     = "rules/s3-acl-disabled.md"
      tags     = ["aws", "s3"]
      controls = ["AWS Security Hub S3.12", "AWS Config s3-bucket-acl-prohibited", "AWS Well-Architected SEC03-BP07"]
    }

    "acl-refused" = {
      title    = "An ACL that the bucket refuses"
      severity = "high"
      why      = "Buckets made since April 2023 have ACLs switched off: terraform plan accepts this, and PutBucketAcl is answered with AccessControlListNotSupported."
      help     = "Take the ACL away, and use a bucket policy. Where a service needs ACLs: aws_s3_bucket_ownership_controls with object_ownership = \"BucketOwnerPreferred\""
    }
  }
}

resource_policy "aws_s3_bucket_acl" "acl-refused" {
  locals {
    controls = core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.bucket })
    owners   = core::flatten([for c in local.controls : [for rule in c.rule : rule.object_ownership]])
  }

  enforce {
    condition     = core::anytrue([for owner in local.owners : owner != "BucketOwnerEnforced"])
    error_message = "The ACL of the bucket ${attrs.bucket} is refused: %{if core::length(local.owners) == 0}no aws_s3_bucket_ownership_controls switches ACLs on%{else}object_ownership is ${local.owners[0]}%{endif}"
  }
}
