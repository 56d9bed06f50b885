# Who may use ACLs, and the ACL in the bucket itself, an argument of older providers. The rest is in
# s3-acl-disabled.policy.hcl.

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
      help     = "Remove acl from the aws_s3_bucket, and use a bucket policy"
    }

    "acls-enabled" = {
      title    = "A bucket with ACLs"
      severity = "medium"
      why      = "With ACLs whoever writes an object may open it to others, past the bucket's policy."
      help     = "object_ownership = \"BucketOwnerEnforced\"   # in place; objects with ACLs of their own lose them"
    }
  }

  # CloudFront delivers its legacy logs by ACL: the buckets it names, by reference or by the name in their domain.
  by_acl = core::flatten([for d in core::getresources("aws_cloudfront_distribution", {}) : [for log in d.logging_config : core::length(infralint::referent(log.bucket)) > 0 ? infralint::referent(log.bucket)[0].attrs.id : infralint::replace(log.bucket, "/[.]s3[.-].*$/", "")]])
}

# "private" is what a bucket has anyway, and the provider does not ask for it.
resource_policy "aws_s3_bucket" "acl-refused" {
  filter = infralint::configured("acl") && attrs.acl != "private"

  locals {
    controls = core::getresources("aws_s3_bucket_ownership_controls", { bucket = attrs.id })
    owners   = core::flatten([for c in local.controls : [for rule in c.rule : rule.object_ownership]])
  }

  enforce {
    condition     = core::anytrue([for owner in local.owners : owner != "BucketOwnerEnforced"])
    error_message = "The ACL of ${infralint::address()} is refused: %{if core::length(local.owners) == 0}no aws_s3_bucket_ownership_controls switches ACLs on%{else}object_ownership is ${local.owners[0]}%{endif}"
  }
}

resource_policy "aws_s3_bucket_ownership_controls" "acls-enabled" {
  enforce {
    condition     = core::alltrue([for rule in attrs.rule : rule.object_ownership == "BucketOwnerEnforced"]) || core::contains(local.by_acl, attrs.bucket)
    error_message = "The bucket ${attrs.bucket} takes ACLs: object_ownership is ${attrs.rule[0].object_ownership}"
  }
}
