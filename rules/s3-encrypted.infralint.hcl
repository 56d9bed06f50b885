# Buckets whose encryption is declared, at the level that is asked for. What holds at every level is in
# s3-encrypted.policy.hcl.

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

    "resource_policy.*aws_s3_*bucket.no-explicit-encryption" = {
      title       = "A bucket that declares no default encryption"
      severity    = "low"
      why         = "Objects are encrypted all the same (SSE-S3, for every bucket since 2023-01-05); declared, a later change is seen in review."
      help        = "Add an aws_s3_bucket_server_side_encryption_configuration with bucket = aws_s3_bucket.….id and sse_algorithm = \"AES256\"   # no change to data"
      controls    = ["AWS Config s3-bucket-server-side-encryption-enabled", "AWS Well-Architected SEC08-BP02"]
      kinds       = ["nonprod"]
      patch       = <<-EOT
        resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
          bucket = self.id

          rule {
            apply_server_side_encryption_by_default {
              sse_algorithm = "AES256"
            }
          }
        }
      EOT
      patch_class = "safe"
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

    "kms-breaks-logs" = {
      title    = "A log bucket that the log service cannot write to"
      severity = "high"
      why      = "Network load balancers and CloudFront write logs with a key whose policy lets them, and nobody can change the policy of aws/s3: the logs are lost without an error."
      help     = "kms_master_key_id = aws_kms_key.….arn, with a policy that lets delivery.logs.amazonaws.com use it   # in place"
      controls = ["AWS Well-Architected SEC04-BP01"]
    }

    "kms-key-policy-blocks-service" = {
      title    = "A key that a service may not use"
      severity = "high"
      why      = "A service that writes into the bucket, or reads from it, needs the key too: without a statement in the key's policy it is refused, often without an error anybody sees."
      help     = "A statement in the key's policy: Effect = \"Allow\", Principal = { Service = … }, Action = [\"kms:GenerateDataKey*\", \"kms:Decrypt\"], Resource = \"*\"   # in place"
      controls = ["AWS Well-Architected SEC08-BP01"]
    }

    "resource_policy.aws_s3tables_table_bucket.no-explicit-encryption" = {
      title    = "A table bucket that declares no default encryption"
      severity = "medium"
      why      = "Tables are encrypted all the same, but with SSE-S3: whoever may read the bucket may read the data."
      help     = "encryption_configuration = { sse_algorithm = \"aws:kms\", kms_key_arn = aws_kms_key.….arn }   # in place, for new tables"
    }

    "resource_policy.aws_s3_object.not-kms" = {
      title    = "An object that is not encrypted with KMS"
      severity = "medium"
      why      = "What an object asks for weighs more than its bucket's default encryption."
      help     = "Remove server_side_encryption, and the bucket's default holds   # in place, writes the object again"
    }

    "kms-key-disabled" = {
      title       = "A bucket that encrypts with a key that is switched off"
      severity    = "high"
      why         = "Nothing can be written to the bucket, nor read from it, while its key is disabled."
      help        = "is_enabled = true   # in place"
      controls    = ["AWS Well-Architected SEC08-BP01"]
      patch       = "is_enabled = true"
      patch_class = "review"
    }

    "kms-key-not-rotated" = {
      title       = "A bucket whose key is not rotated"
      severity    = "medium"
      why         = "Without rotation one key protects everything the bucket will ever hold."
      help        = "enable_key_rotation = true   # in place, former material keeps decrypting"
      controls    = ["AWS Security Hub KMS.4", "AWS Config cmk-backing-key-rotation-enabled", "CIS AWS 5.0 3.6", "CIS AWS 7.0 4.6"]
      patch       = "enable_key_rotation = true"
      patch_class = "review"
    }

    "replication-skips-kms" = {
      title    = "Replication that leaves out objects encrypted with KMS"
      severity = "medium"
      why      = "S3 replicates what is encrypted with KMS only where the rule says so and names a key of the destination: the copy stays empty, without an error."
      help     = "source_selection_criteria { sse_kms_encrypted_objects { status = \"Enabled\" } } and destination { encryption_configuration { replica_kms_key_id = … } }   # in place, for new objects"
      controls = ["AWS Well-Architected REL09-BP02"]
    }

    "sse-c-allowed" = {
      title    = "A bucket that takes objects encrypted with a key of the caller"
      severity = "medium"
      why      = "What is written with SSE-C only its writer can read, and it is how buckets are held to ransom; new buckets refuse it since April 2026."
      help     = "Take \"NONE\" out of blocked_encryption_types   # in place"
      controls = ["AWS Well-Architected SEC08-BP02"]
    }

    "bucket-key-off" = {
      title       = "Every object costs a call to KMS"
      severity    = "info"
      why         = "Without a bucket key S3 asks KMS for each object, which costs money and runs into the quota of requests."
      help        = "bucket_key_enabled = true   # in place"
      controls    = ["AWS Well-Architected COST05-BP05"]
      patch       = "rule {\n  bucket_key_enabled = true\n}"
      patch_class = "safe"
    }
  }

  # A word that is none of the levels counts as the strictest.
  levels   = ["aws-default", "sse-s3", "kms", "cmk"]
  asked    = input.level == null ? (infralint::stage_kind() == "prod" ? "kms" : "sse-s3") : input.level
  of_stage = core::contains(local.levels, local.asked) ? local.asked : "cmk"

  # Patterns as regular expressions.
  selectors = [
    for s in input.levels : {
      level   = core::contains(local.levels, s.level) ? s.level : "cmk"
      name    = s.name == null ? null : "^${infralint::replace(infralint::replace(s.name, ".", "[.]"), "*", ".*")}$"
      address = s.address == null ? null : "^${infralint::replace(infralint::replace(infralint::replace(infralint::replace(s.address, ".", "\\."), "[", "\\["), "]", "\\]"), "*", ".*")}$"
      usage   = s.usage
      tags    = s.tags
    }
  ]

  # Buckets that log services write to; they must not encrypt with KMS: s3-encrypted/kms-breaks-logs.
  balancers = core::concat(
    [for lb in core::getresources("aws_lb", {}) : core::concat(lb.access_logs, lb.connection_logs) if lb.load_balancer_type == "application"],
    [for lb in core::getresources("aws_alb", {}) : core::concat(lb.access_logs, lb.connection_logs) if lb.load_balancer_type == "application"],
    [for lb in core::getresources("aws_elb", {}) : lb.access_logs],
  )
  network = core::concat(
    [for lb in core::getresources("aws_lb", {}) : lb.access_logs if lb.load_balancer_type == "network"],
    [for lb in core::getresources("aws_alb", {}) : lb.access_logs if lb.load_balancer_type == "network"],
  )
  network_logs      = [for log in core::flatten(local.network) : log.bucket if log.enabled != false]
  distribution_logs = core::flatten([for d in core::getresources("aws_cloudfront_distribution", {}) : [for log in d.logging_config : core::length(infralint::referent(log.bucket)) > 0 ? infralint::referent(log.bucket)[0].attrs.id : infralint::replace(log.bucket, "/[.]s3[.-].*$/", "")]])

  # Buckets that services use with the rights of a service.
  read_origins     = core::flatten([for d in core::getresources("aws_cloudfront_distribution", {}) : [for origin in d.origin : core::length(infralint::referent(origin.domain_name)) > 0 ? infralint::referent(origin.domain_name)[0].attrs.id : infralint::replace(origin.domain_name, "/[.]s3[.-].*$/", "") if infralint::configured("origin_access_control_id", origin)]])
  trail_buckets    = [for trail in core::getresources("aws_cloudtrail", {}) : trail.s3_bucket_name]
  config_buckets   = [for channel in core::getresources("aws_config_delivery_channel", {}) : channel.s3_bucket_name]
  flow_log_targets = [for log in core::getresources("aws_flow_log", {}) : log.log_destination if log.log_destination_type == "s3"]

  log_targets = core::concat(
    [for log in core::flatten(local.balancers) : log.bucket if log.enabled != false],
    [for logging in core::getresources("aws_s3_bucket_logging", {}) : logging.target_bucket],
    core::flatten([for bucket in core::getresources("aws_s3_bucket", {}) : [for logging in bucket.logging : logging.target_bucket]]),
  )
}

input "level" {
  description = "What a bucket must declare: aws-default (nothing), sse-s3, kms or cmk. Without one, sse-s3 in nonprod stages and kms in prod."
  type        = string
  default     = null
  nullable    = true
}

input "levels" {
  description = "Other levels for some buckets: the first whose name, address (with * for any characters), tags and usage (logs) all fit."
  type = list(object({
    level   = string
    name    = optional(string)
    address = optional(string)
    usage   = optional(string)
    tags    = optional(map(string), {})
  }))
  default = []
}

input "require_explicit" {
  description = "Whether level sse-s3 asks for a declaration, and not only for what S3 does by itself."
  type        = bool
  default     = true
}

# In a nonprod stage that asks for no more than a declaration it is a warning. The asterisk stands for nothing and tells the
# two apart.
resource_policy "*aws_s3_*bucket" "no-explicit-encryption" {
  enforcement_level = "advisory"
  filter            = local.level == "sse-s3" && input.require_explicit

  locals {
    takes_logs = core::contains(local.log_targets, attrs.id)
    level = core::coalescelist(
      [
        for s in local.selectors : s.level
        if(s.name == null || core::regex_match(attrs.bucket, s.name))
        && (s.address == null || core::regex_match(infralint::address(), s.address))
        && (s.usage == null || s.usage == "logs" && local.takes_logs)
        && core::alltrue([for key, value in s.tags : core::try(attrs.tags_all[key] == value, false)])
      ],
      [local.of_stage]
    )[0]

    configurations = [for c in core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id }) : c if !infralint::of_other_account(c.expected_bucket_owner)]
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in core::try(attrs.server_side_encryption_configuration, []) : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
  }

  enforce {
    condition     = core::length(local.defaults) > 0
    error_message = "${infralint::address()} declares no default encryption"
  }
}

resource_policy "aws_s3_*bucket" "no-explicit-encryption" {
  filter = core::contains(["kms", "cmk"], local.level) || local.level == "sse-s3" && input.require_explicit && infralint::stage_kind() == "prod"

  locals {
    takes_logs = core::contains(local.log_targets, attrs.id)
    level = core::coalescelist(
      [
        for s in local.selectors : s.level
        if(s.name == null || core::regex_match(attrs.bucket, s.name))
        && (s.address == null || core::regex_match(infralint::address(), s.address))
        && (s.usage == null || s.usage == "logs" && local.takes_logs)
        && core::alltrue([for key, value in s.tags : core::try(attrs.tags_all[key] == value, false)])
      ],
      [local.of_stage]
    )[0]

    configurations = [for c in core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id }) : c if !infralint::of_other_account(c.expected_bucket_owner)]
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in core::try(attrs.server_side_encryption_configuration, []) : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
  }

  enforce {
    condition     = core::length(local.defaults) > 0
    error_message = "${infralint::address()} declares no default encryption, and this stage asks for it (level ${local.level})"
    fix           = "Add an aws_s3_bucket_server_side_encryption_configuration: bucket = this bucket's id, rule { apply_server_side_encryption_by_default { sse_algorithm = \"%{if local.level == "sse-s3"}AES256%{else}aws:kms%{endif}\" } }   # for new objects"
  }
}

resource_policy "aws_s3_*bucket" "not-kms" {
  # A bucket that declares nothing is s3-encrypted/no-explicit-encryption, one that declares twice s3-encrypted/dual-definition.
  filter = core::contains(["kms", "cmk"], local.level) && core::length(local.defaults) > 0 && !local.takes_logs && !local.twice

  locals {
    takes_logs = core::contains(local.log_targets, attrs.id)
    level = core::coalescelist(
      [
        for s in local.selectors : s.level
        if(s.name == null || core::regex_match(attrs.bucket, s.name))
        && (s.address == null || core::regex_match(infralint::address(), s.address))
        && (s.usage == null || s.usage == "logs" && local.takes_logs)
        && core::alltrue([for key, value in s.tags : core::try(attrs.tags_all[key] == value, false)])
      ],
      [local.of_stage]
    )[0]

    configurations = [for c in core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id }) : c if !infralint::of_other_account(c.expected_bucket_owner)]
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in core::try(attrs.server_side_encryption_configuration, []) : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
    twice          = core::length(core::try(attrs.server_side_encryption_configuration, [])) > 0 && core::length(local.configurations) > 0
  }

  enforce {
    condition     = core::alltrue([for default in local.defaults : core::startswith(default.sse_algorithm, "aws:kms")])
    error_message = "${infralint::address()} encrypts with ${local.defaults[0].sse_algorithm}, and this stage asks for KMS (level ${local.level})"
    patch         = "sse_algorithm = \"aws:kms\""
  }
}

resource_policy "aws_s3_*bucket" "kms-default-key" {
  filter = local.level == "cmk" && core::length(local.defaults) > 0 && !local.takes_logs

  locals {
    takes_logs = core::contains(local.log_targets, attrs.id)
    level = core::coalescelist(
      [
        for s in local.selectors : s.level
        if(s.name == null || core::regex_match(attrs.bucket, s.name))
        && (s.address == null || core::regex_match(infralint::address(), s.address))
        && (s.usage == null || s.usage == "logs" && local.takes_logs)
        && core::alltrue([for key, value in s.tags : core::try(attrs.tags_all[key] == value, false)])
      ],
      [local.of_stage]
    )[0]

    configurations = [for c in core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id }) : c if !infralint::of_other_account(c.expected_bucket_owner)]
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in core::try(attrs.server_side_encryption_configuration, []) : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
  }

  enforce {
    condition = core::alltrue([
      for default in local.defaults :
      default.kms_master_key_id != null && (
        infralint::is_managed(default.kms_master_key_id)
        || default.kms_master_key_id != "" && !core::endswith(default.kms_master_key_id, "alias/aws/s3")
      ) || !core::startswith(default.sse_algorithm, "aws:kms")
    ])
    error_message = "${infralint::address()} encrypts with the account's aws/s3 key, and this stage asks for a key of its own (level cmk)"
  }
}

resource_policy "aws_s3_*bucket" "kms-key-disabled" {
  filter = local.level == "cmk" && core::length(local.keys) > 0

  locals {
    takes_logs = core::contains(local.log_targets, attrs.id)
    level = core::coalescelist(
      [
        for s in local.selectors : s.level
        if(s.name == null || core::regex_match(attrs.bucket, s.name))
        && (s.address == null || core::regex_match(infralint::address(), s.address))
        && (s.usage == null || s.usage == "logs" && local.takes_logs)
        && core::alltrue([for key, value in s.tags : core::try(attrs.tags_all[key] == value, false)])
      ],
      [local.of_stage]
    )[0]

    configurations = [for c in core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id }) : c if !infralint::of_other_account(c.expected_bucket_owner)]
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in core::try(attrs.server_side_encryption_configuration, []) : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])


    named   = core::flatten([for default in local.defaults : infralint::referent(default.kms_master_key_id) if core::startswith(default.sse_algorithm, "aws:kms")])
    aliased = core::flatten([for found in local.named : infralint::referent(found.attrs.target_key_id) if found.type == "aws_kms_alias"])
    keys    = [for found in core::concat(local.named, local.aliased) : found.attrs if found.type == "aws_kms_key"]
  }

  enforce {
    condition     = core::alltrue([for key in local.keys : key.is_enabled])
    error_message = "${infralint::address()} encrypts with a key that is disabled"
  }
}

resource_policy "aws_s3_*bucket" "kms-key-not-rotated" {
  filter = local.level == "cmk" && core::length(local.keys) > 0

  locals {
    takes_logs = core::contains(local.log_targets, attrs.id)
    level = core::coalescelist(
      [
        for s in local.selectors : s.level
        if(s.name == null || core::regex_match(attrs.bucket, s.name))
        && (s.address == null || core::regex_match(infralint::address(), s.address))
        && (s.usage == null || s.usage == "logs" && local.takes_logs)
        && core::alltrue([for key, value in s.tags : core::try(attrs.tags_all[key] == value, false)])
      ],
      [local.of_stage]
    )[0]

    configurations = [for c in core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id }) : c if !infralint::of_other_account(c.expected_bucket_owner)]
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in core::try(attrs.server_side_encryption_configuration, []) : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])


    named   = core::flatten([for default in local.defaults : infralint::referent(default.kms_master_key_id) if core::startswith(default.sse_algorithm, "aws:kms")])
    aliased = core::flatten([for found in local.named : infralint::referent(found.attrs.target_key_id) if found.type == "aws_kms_alias"])
    keys    = [for found in core::concat(local.named, local.aliased) : found.attrs if found.type == "aws_kms_key"]
  }

  enforce {
    condition     = core::alltrue([for key in local.keys : key.enable_key_rotation])
    error_message = "${infralint::address()} encrypts with a key that is not rotated, and this stage asks for it (level cmk)"
  }
}

# Network load balancers, and CloudFront for its legacy logs, write with a key whose policy lets them.
resource_policy "aws_s3_bucket" "kms-breaks-logs" {
  filter = core::length(local.defaults) > 0 && local.needs_key && !core::contains(local.log_targets, attrs.id)

  locals {
    needs_key = (
      core::contains(local.network_logs, attrs.id) || core::contains(local.distribution_logs, attrs.id)
    )

    configurations = [for c in core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id }) : c if !infralint::of_other_account(c.expected_bucket_owner)]
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in core::try(attrs.server_side_encryption_configuration, []) : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
  }

  enforce {
    condition = core::alltrue([
      for default in local.defaults :
      default.kms_master_key_id != null && (
        infralint::is_managed(default.kms_master_key_id)
        || default.kms_master_key_id != "" && !core::endswith(default.kms_master_key_id, "alias/aws/s3")
      ) || !core::startswith(default.sse_algorithm, "aws:kms")
    ])
    error_message = "${infralint::address()} takes logs and encrypts with the account's aws/s3 key, which the log service may not use"
  }
}

# CloudFront reads by an origin access control; CloudTrail, AWS Config and the delivery of logs write.
resource_policy "aws_s3_bucket" "kms-key-policy-blocks-service" {
  filter = core::length(local.keys) > 0 && core::length(local.services) > 0

  locals {
    services = core::concat(
      core::contains(local.read_origins, attrs.id) ? ["cloudfront.amazonaws.com"] : [],
      core::contains(local.trail_buckets, attrs.id) ? ["cloudtrail.amazonaws.com"] : [],
      core::contains(local.config_buckets, attrs.id) ? ["config.amazonaws.com"] : [],
      core::contains(local.network_logs, attrs.id) || core::contains(local.flow_log_targets, attrs.arn) ? ["delivery.logs.amazonaws.com"] : [],
    )

    configurations = [for c in core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id }) : c if !infralint::of_other_account(c.expected_bucket_owner)]
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), core::flatten([for c in core::try(attrs.server_side_encryption_configuration, []) : c.rule]))
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
    named          = core::flatten([for default in local.defaults : infralint::referent(default.kms_master_key_id) if core::startswith(default.sse_algorithm, "aws:kms")])
    aliased        = core::flatten([for found in local.named : infralint::referent(found.attrs.target_key_id) if found.type == "aws_kms_alias"])
    keys           = [for found in core::concat(local.named, local.aliased) : found.attrs if found.type == "aws_kms_key"]

    texts = core::concat(
      [for key in local.keys : key.policy if infralint::configured("policy", key)],
      core::flatten([for key in local.keys : [for policy in core::getresources("aws_kms_key_policy", { key_id = key.id }) : policy.policy]]),
    )
    statements = core::flatten([for text in local.texts : core::flatten([infralint::json(text).Statement])])
    grants = [
      for s in local.statements : { services = core::try(s.Principal == "*" ? ["*"] : core::flatten([s.Principal.Service]), []), actions = core::flatten([core::try(s.Action, [])]) }
      if s.Effect == "Allow"
    ]
    needed = { "cloudfront.amazonaws.com" = "kms:decrypt" }
    lacking = [for service in local.services : service if !core::anytrue([
      for grant in local.grants : core::anytrue([for name in grant.services : name == service || name == "*"])
      && core::anytrue([for action in grant.actions : infralint::wildcard(core::lower(action), infralint::lookup(local.needed, service, "kms:generatedatakey"))])
    ])]
  }

  enforce {
    condition = core::alltrue([for service in local.services : core::anytrue(core::flatten([
      for grant in local.grants : [
        for name in grant.services : [
          for action in grant.actions : infralint::wildcard(core::lower(action), infralint::lookup(local.needed, service, "kms:generatedatakey")) && (name == service || name == "*")
        ]
      ]
    ]))])
    error_message = "${infralint::address()} is used by ${core::join(" and ", local.lacking)}, which the policy of its key does not let use it%{if core::length(local.texts) == 0} (the key has the usual policy, for the account alone)%{endif}"
  }
}

# What a table bucket declares is an attribute of its own.
resource_policy "aws_s3tables_table_bucket" "no-explicit-encryption" {
  filter = core::contains(["kms", "cmk"], local.of_stage)

  enforce {
    condition     = infralint::configured("encryption_configuration")
    error_message = "${infralint::address()} declares no default encryption, and this stage asks for it (level ${local.of_stage})"
  }
}

resource_policy "aws_s3tables_table_bucket" "not-kms" {
  filter = core::contains(["kms", "cmk"], local.of_stage) && infralint::configured("encryption_configuration")

  enforce {
    condition     = attrs.encryption_configuration.sse_algorithm == "aws:kms"
    error_message = "${infralint::address()} encrypts with ${attrs.encryption_configuration.sse_algorithm}, and this stage asks for KMS (level ${local.of_stage})"
  }
}

# An object may ask for an encryption of its own.
resource_policy "aws_s3_object" "not-kms" {
  filter = core::contains(["kms", "cmk"], local.of_stage) && infralint::configured("server_side_encryption") && !core::contains(local.log_targets, attrs.bucket)

  enforce {
    condition     = core::startswith(attrs.server_side_encryption, "aws:kms")
    error_message = "${infralint::address()} is written with ${attrs.server_side_encryption}, and this stage asks for KMS (level ${local.of_stage})"
  }
}

resource_policy "aws_s3_bucket_replication_configuration" "replication-skips-kms" {
  filter = core::length(local.by_kms) > 0

  locals {
    configurations = core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.bucket })
    buckets        = core::getresources("aws_s3_bucket", { id = attrs.bucket })
    inline         = core::flatten([for bucket in local.buckets : [for c in bucket.server_side_encryption_configuration : c.rule]])
    rules          = core::concat(core::flatten([for c in local.configurations : core::tolist(c.rule)]), local.inline)
    defaults       = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
    by_kms         = [for default in local.defaults : default if core::startswith(default.sse_algorithm, "aws:kms")]
  }

  enforce {
    condition = core::alltrue([
      for rule in attrs.rule :
      (
        core::anytrue(core::flatten([for criteria in rule.source_selection_criteria : [for kms in criteria.sse_kms_encrypted_objects : kms.status == "Enabled"]]))
        && core::anytrue(core::flatten([for destination in rule.destination : [for key in destination.encryption_configuration : key.replica_kms_key_id != null]]))
      ) || rule.status != "Enabled"
    ])
    error_message = "${infralint::address()} leaves out the objects of a bucket that encrypts with KMS"
  }
}

# blocked_encryption_types is of version 6 of the provider.
resource_policy "aws_s3_bucket_server_side_encryption_configuration" "sse-c-allowed" {
  filter = core::anytrue([for rule in attrs.rule : core::try(infralint::configured(local.argument, rule), false)])

  locals {
    argument = "blocked_encryption_types"
  }

  enforce {
    condition = core::alltrue([
      for rule in attrs.rule :
      core::try(infralint::configured(local.argument, rule), false) ? !core::contains(rule[local.argument], "NONE") : true
    ])
    error_message = "${infralint::address()} lets in objects that are encrypted with a key of the caller (SSE-C)"
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
