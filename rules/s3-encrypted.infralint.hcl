# The levels of bucket encryption that follow the kind of a stage. What holds everywhere is in s3-encrypted.policy.hcl.

locals {
  infralint = {
    "*" = {
      category = "security"
      docs     = "rules/s3-encrypted.md"
      tags     = ["aws", "s3"]
      controls = ["AWS Security Hub S3.17", "AWS Config s3-default-encryption-kms", "AWS Well-Architected SEC08-BP02"]
    }

    "no-explicit-encryption" = {
      title    = "A bucket that declares no default encryption"
      severity = "medium"
      why      = "Objects are encrypted all the same, but with SSE-S3 (for every bucket since 2023-01-05), and a later change is not seen in review."
      help     = "Add an aws_s3_bucket_server_side_encryption_configuration with bucket = aws_s3_bucket.….id   # no change to data"
      controls = ["AWS Config s3-bucket-server-side-encryption-enabled", "AWS Security Hub S3.17", "AWS Well-Architected SEC08-BP02"]
    }

    "not-kms" = {
      title    = "A bucket that does not encrypt with KMS"
      severity = "medium"
      why      = "With SSE-S3 whoever may read the bucket may read the data; a KMS key is a second right, and its use is logged."
      help     = "sse_algorithm = \"aws:kms\" with kms_master_key_id   # in place, for new objects; readers need kms:Decrypt"
    }

    "kms-default-key" = {
      title    = "A bucket that encrypts with the account's aws/s3 key"
      severity = "medium"
      why      = "Nobody can change who may use the key that AWS manages, nor share it with another account, nor revoke it."
      help     = "kms_master_key_id = aws_kms_key.….arn   # in place, for new objects"
    }

    "bucket-key-off" = {
      title    = "Every object costs a call to KMS"
      severity = "info"
      why      = "Without a bucket key S3 asks KMS for each object, which costs money and runs into the quota of requests."
      help     = "bucket_key_enabled = true   # in place"
      controls = ["AWS Well-Architected COST05-BP05"]
    }
  }

  # A word that is none of the levels counts as the strictest.
  asked = input.level == null ? (infralint::stage_kind() == "prod" ? "kms" : "sse-s3") : input.level
  level = core::contains(["aws-default", "sse-s3", "kms"], local.asked) ? local.asked : "cmk"

  # Buckets that log services write to; they must not encrypt with KMS: s3-encrypted/kms-breaks-logs.
  balancers = core::concat(
    [for lb in core::getresources("aws_lb", {}) : core::concat(lb.access_logs, lb.connection_logs) if lb.load_balancer_type == "application"],
    [for lb in core::getresources("aws_alb", {}) : core::concat(lb.access_logs, lb.connection_logs) if lb.load_balancer_type == "application"],
  )
  access_logs   = [for logging in core::getresources("aws_s3_bucket_logging", {}) : logging.target_bucket]
  balancer_logs = [for log in core::flatten(local.balancers) : log.bucket if log.enabled]
}

input "level" {
  description = "What a bucket must declare: aws-default (nothing), sse-s3, kms or cmk. Without one, sse-s3 in nonprod stages and kms in prod."
  type        = string
  default     = null
  nullable    = true
}

# In a nonprod stage that asks for no more than a declaration it is a warning: s3-encrypted.policy.hcl.
resource_policy "aws_s3_bucket" "no-explicit-encryption" {
  filter = core::contains(["kms", "cmk"], local.level) || local.level == "sse-s3" && infralint::stage_kind() == "prod"

  locals {
    configurations = core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id })
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in attrs.server_side_encryption_configuration : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
  }

  enforce {
    condition     = core::length(local.defaults) > 0
    error_message = "${infralint::address()} declares no default encryption, and this stage asks for it (level ${local.level})"
  }
}

resource_policy "aws_s3_bucket" "not-kms" {
  # A bucket that declares nothing is s3-encrypted/no-explicit-encryption.
  filter = core::contains(["kms", "cmk"], local.level) && core::length(local.defaults) > 0 && !local.takes_logs

  locals {
    takes_logs     = core::contains(local.balancer_logs, attrs.id) || core::contains(local.access_logs, attrs.id)
    configurations = core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id })
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in attrs.server_side_encryption_configuration : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
  }

  enforce {
    condition     = core::alltrue([for default in local.defaults : core::startswith(default.sse_algorithm, "aws:kms")])
    error_message = "${infralint::address()} encrypts with ${local.defaults[0].sse_algorithm}, and this stage asks for KMS (level ${local.level})"
  }
}

resource_policy "aws_s3_bucket" "kms-default-key" {
  filter = local.level == "cmk" && core::length(local.by_kms) > 0

  locals {
    configurations = core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id })
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in attrs.server_side_encryption_configuration : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
    by_kms         = [for default in local.defaults : default if core::startswith(default.sse_algorithm, "aws:kms")]
  }

  enforce {
    condition = core::alltrue([
      for default in local.by_kms :
      default.kms_master_key_id != null && (
        infralint::is_managed(default.kms_master_key_id)
        || default.kms_master_key_id != "" && !core::endswith(default.kms_master_key_id, "alias/aws/s3")
      )
    ])
    error_message = "${infralint::address()} encrypts with the account's aws/s3 key, and this stage asks for a key of its own (level cmk)"
  }
}

resource_policy "aws_s3_bucket_server_side_encryption_configuration" "bucket-key-off" {
  enforcement_level = "advisory"

  enforce {
    condition = core::alltrue([
      for rule in attrs.rule :
      rule.bucket_key_enabled || !core::anytrue([for default in rule.apply_server_side_encryption_by_default : default.sse_algorithm == "aws:kms"])
    ])
    error_message = "${infralint::address()} encrypts with KMS and without a bucket key"
  }
}
