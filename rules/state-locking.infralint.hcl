# Every root module takes a lock that really exists, on a state that nobody else uses. Judged is the effective backend: the
# block, after override files, completed by what make files, scripts and pipelines hand to `terraform init`.

locals {
  infralint = {
    "*" = {
      category = "reliability"
      docs     = "rules/state-locking.md"
      tags     = ["terraform", "state"]
      controls = ["AWS Well-Architected REL08-BP05"]
    }

    "no-lock" = {
      title       = "State without a lock"
      severity    = "critical"
      why         = "Two applies at once both go ahead, and the one that ends last overwrites what the other wrote down: resources nobody knows of any more."
      help        = "use_lockfile = true   # Terraform 1.10 and later; then: terraform init -reconfigure"
      patch_class = "safe"
    }

    "root_module_policy.*.lock-disabled-on-cli" = {
      title       = "The lock is switched off by a command"
      severity    = "critical"
      why         = "Whoever uses this target takes no lock, and does not wait for anybody's: what they write overwrites what others wrote."
      help        = "Take -lock=false away; -lock-timeout=5m waits for the other one"
      patch       = "- -lock=false"
      patch_class = "safe"
    }

    "root_module_policy.**.lock-disabled-on-cli" = {
      title    = "A pipeline that does not wait for the lock"
      severity = "info"
      why      = "Without -lock-timeout a run fails at once when another one holds the lock, and somebody learns to switch the lock off."
      help     = "-lock-timeout=5m, on the command or in TF_CLI_ARGS_plan and TF_CLI_ARGS_apply"
    }

    "no-backend" = {
      title    = "State on somebody's disk"
      severity = "high"
      why      = "Nobody else can plan or apply, nothing locks it between machines, and it goes with the disk."
      help     = "Add a backend \"s3\" block with use_lockfile = true; then: terraform init -migrate-state"
    }

    "lockfile-needs-1.10" = {
      title    = "A lock file that older Terraform cannot make"
      severity = "high"
      why      = "Before 1.10 the s3 backend has no use_lockfile and init refuses it: people remove the line, and with it the lock."
      help     = "required_version = \">= 1.10\""
    }

    "lock-table-schema" = {
      title    = "A lock table that Terraform cannot lock with"
      severity = "critical"
      why      = "Terraform writes items with the one string key LockID; any other table refuses them, and no plan runs at all."
      help     = "hash_key = \"LockID\", with attribute { name = \"LockID\", type = \"S\" } and no range_key   # replaces the table"
    }

    "lock-table-mismatch" = {
      title    = "The lock table is not the one that is made"
      severity = "high"
      why      = "The bootstrap root module of the stage makes another table than the one the backend names."
      help     = "dynamodb_table must be the name of the table in the bootstrap root module"
    }

    "state-bucket-mismatch" = {
      title    = "The state bucket is not the one that is made"
      severity = "high"
      why      = "The bootstrap root module of the stage makes another bucket than the one the backend names."
      help     = "bucket must be the name of the bucket in the bootstrap root module"
    }

    "region-mismatch" = {
      title    = "The backend looks for its bucket or table in another region"
      severity = "high"
      why      = "One region serves for both the bucket and the table; init fails, or finds another table of that name."
      help     = "region must be the one the bucket and the table are made in; then: terraform init -reconfigure"
    }

    "state-key-collision" = {
      title    = "Two root modules write one state"
      severity = "critical"
      why      = "Each plans to destroy what the other made, since it is in the state and not in the configuration."
      help     = "Give each root module a key of its own, such as its path; move the state before the next apply"
    }

    "state-not-encrypted" = {
      title       = "State that is not asked to be encrypted"
      severity    = "medium"
      why         = "A state holds every value of the stage, passwords too, and nothing here says how the bucket encrypts."
      help        = "encrypt = true, and kms_key_id where the bucket has a key of its own"
      patch       = "encrypt = true"
      patch_class = "safe"
    }

    "kms-downgrade" = {
      title    = "The backend undoes the bucket's KMS encryption"
      severity = "medium"
      why      = "With encrypt = true and no key Terraform asks for AES256 on each write, which overrules the bucket's default."
      help     = "kms_key_id = the ARN of the bucket's key or its alias"
    }

    "state-bucket-unversioned" = {
      title    = "A state bucket without versions"
      severity = "high"
      why      = "The way back from a broken state is an older version of it."
      help     = "aws_s3_bucket_versioning with status = \"Enabled\"   # in place"
      controls = ["AWS Security Hub S3.14", "AWS Well-Architected REL09-BP01"]
    }

    "state-bucket-public" = {
      title    = "A state bucket that may be opened to the public"
      severity = "high"
      why      = "A state holds every value of the stage; one policy or ACL is all that stands between it and everybody."
      help     = "aws_s3_bucket_public_access_block with all four arguments true   # in place"
      controls = ["AWS Security Hub S3.8"]
    }

    "state-bucket-destroyable" = {
      title    = "A state bucket that goes with its contents"
      severity = "high"
      why      = "One terraform destroy takes the states of all root modules of the stage, and every version of them."
      help     = "force_destroy = false, and lifecycle { prevent_destroy = true }   # in place"
    }

    "dynamodb-deprecated" = {
      title    = "Locks in DynamoDB only"
      severity = "info"
      why      = "Terraform 1.11 calls dynamodb_table deprecated, and will drop it."
      help     = "Add use_lockfile = true and keep both for one release; then drop dynamodb_table"
    }

    "backend-credentials" = {
      title    = "Credentials in the backend configuration"
      severity = "critical"
      why      = "They are in the repository and in its history, and terraform init copies them into .terraform and into plan files."
      help     = "Take them out, rotate them, and use AWS_PROFILE, a role or the environment"
    }

    "lock-table-unprotected" = {
      title       = "A lock table that can be lost, or that throttles"
      severity    = "low"
      why         = "Without its table nothing can be planned until it is made again; and a table that throttles fails the run that wants the lock."
      help        = "deletion_protection_enabled = true, point_in_time_recovery { enabled = true }, billing_mode = \"PAY_PER_REQUEST\"   # in place"
      controls    = ["AWS Security Hub DynamoDB.2", "AWS Security Hub DynamoDB.6"]
      patch_class = "safe"
    }

    "stage-shares-state-bucket" = {
      title    = "Stages of different accounts in one state bucket"
      severity = "medium"
      why      = "Whoever may apply one stage can read, and overwrite, the state of the other: the accounts no longer keep them apart."
      help     = "A bucket in each stage's account, made by its bootstrap root module   # moves the state"
    }

    "sse-c-blocked" = {
      title    = "A key of one's own that the bucket refuses"
      severity = "high"
      why      = "Buckets made since April 2026 refuse objects encrypted with a customer's key (SSE-C): every write of the state is answered with 403."
      help     = "kms_key_id instead of sse_customer_key; or blocked_encryption_types = [\"NONE\"] in the bucket's encryption rule"
    }

    "bootstrap-state-exposed" = {
      title    = "A state in the repository"
      severity = "high"
      why      = "A state holds every value in clear text; once it is committed everybody who can read the repository has it, for good."
      help     = "Add *.tfstate and *.tfstate.* to .gitignore; git rm --cached a state that is tracked, and rotate what is in it"
    }

    "root_module_policy.**.lockfile-iam" = {
      title    = "A bucket that refuses the lock"
      severity = "high"
      why      = "The lock is an object as the state is, and the bucket's policy refuses objects written in this way: no plan runs, and people switch the lock off."
      help     = "encrypt = true, and kms_key_id where the bucket's policy asks for aws:kms"
    }

    "root_module_policy.*.lockfile-iam" = {
      title    = "A role that may write the state and not the lock"
      severity = "high"
      why      = "The lock is an object of its own, <key>.tflock: without the right to make and delete it no plan runs, and people switch the lock off."
      help     = "Allow s3:GetObject, s3:PutObject and s3:DeleteObject on arn:aws:s3:::<bucket>/<key>.tflock"
    }

    "lifecycle-eats-state" = {
      title    = "A rule of the bucket that deletes states, or keeps locks"
      severity = "critical"
      why      = "A state that expires is gone between two applies: the next one makes everything again. A lock that cannot be deleted is never given back."
      help     = "Expire noncurrent versions only (noncurrent_version_expiration); no Object Lock on a bucket with lock files"
    }
  }

  # Backends that always lock. Terraform 1.11: each has a Lock method that does not ask the configuration.
  always_lock = ["gcs", "azurerm", "pg", "kubernetes", "cos", "oci", "remote", "cloud"]

  # Gone since Terraform 1.3: an error of the configuration, told as one.
  removed = ["artifactory", "etcd", "etcdv3", "manta", "swift", "azure"]

  # Arguments that are credentials, whichever backend has them.
  credentials = ["access_key", "secret_key", "token", "sas_token", "client_secret", "client_certificate_password", "password", "access_token", "credentials_json"]
}

input "allow_local" {
  description = "Paths of root modules that keep their state on a disk on purpose, beside those in a folder named bootstrap."
  type        = list(string)
  default     = []
}

input "level" {
  description = "How the state bucket must encrypt where the backend does not ask for it: \"sse-s3\", or \"kms\"."
  type        = string
  default     = "sse-s3"
}

input "allow_shared_bucket" {
  description = "Whether stages of different accounts may keep their states in one bucket."
  type        = bool
  default     = false
}

root_module_policy "*" "no-backend" {
  # What is neither called nor configures a provider, in a folder of modules, is there to be called.
  filter = !(core::contains(core::split("/", root.path), "modules") && core::length(root.providers) == 0 && root.backend.type == "local")

  locals {
    # Not known where terragrunt makes the backend.
    made = core::try(root.backend.config.path, "") != null && root.backend.terragrunt != null
  }

  enforce {
    condition     = local.made || !core::contains(["local", "inmem"], root.backend.type) || root.name == "bootstrap" && root.backend.type == "local" || core::contains(input.allow_local, root.path)
    error_message = "The root module ${root.path} keeps its state %{if root.backend.type == "local"}on the disk of whoever applies it%{else}in memory%{endif}"
  }
}

root_module_policy "*" "no-lock" {
  filter = !core::contains(core::concat(["local", "inmem"], local.removed), root.backend.type)

  locals {
    type     = root.backend.type
    lockfile = core::try(infralint::tobool(root.backend.config.use_lockfile), null)
    table    = core::try(root.backend.config.dynamodb_table, null)
    address  = core::try(root.backend.config.lock_address, null)
    lock     = core::try(infralint::tobool(root.backend.config.lock), null)
    store    = core::try(root.backend.config.tablestore_table, null)
    endpoint = core::try(root.backend.config.tablestore_endpoint, null)
  }

  enforce {
    condition = (
      local.type == "s3" ? local.lockfile == true || local.table != null && local.table != "" :
      local.type == "http" ? local.address != null && local.address != "" :
      local.type == "consul" ? local.lock != false :
      local.type == "oss" ? local.store != null && local.store != "" && local.endpoint != null && local.endpoint != "" :
      local.type == "state_store" ? root.backend.config.lock :
      core::contains(local.always_lock, local.type)
    )
    error_message = "The root module ${root.path} has no state lock: %{if local.type == "s3"}use_lockfile is %{if local.lockfile == null}not set%{else}false%{endif}, and dynamodb_table is %{if local.table == null}not set%{else}empty%{endif}%{else}%{if local.type == "http"}lock_address is not set%{else}%{if local.type == "consul"}lock is false%{else}%{if local.type == "oss"}%{if local.store == null}tablestore_table%{else}tablestore_endpoint%{endif} is not set%{else}the backend \"${local.type}\" is not known to lock%{endif}%{endif}%{endif}%{endif}"
    patch         = "%{if local.type == "s3"}use_lockfile = true%{endif}"
  }
}

root_module_policy "*" "lock-disabled-on-cli" {
  enforce {
    condition     = core::length(root.backend.unlocked) == 0
    error_message = "A command of ${root.path} runs Terraform without the lock: ${root.backend.unlocked[0]}"
  }
}

# The second asterisk stands for nothing and tells the two apart.
root_module_policy "**" "lock-disabled-on-cli" {
  enforcement_level = "advisory"
  filter            = core::length(root.backend.unlocked) == 0 && !core::contains(["local", "inmem"], root.backend.type)

  enforce {
    condition     = core::length(root.backend.impatient) == 0
    error_message = "A pipeline runs ${root.path} and does not wait for its lock: ${root.backend.impatient[0]}"
  }
}

root_module_policy "*" "lockfile-needs-1.10" {
  filter = root.backend.type == "s3" && core::try(infralint::tobool(root.backend.config.use_lockfile), false) == true

  locals {
    lowest = infralint::lowest_terraform()
    older  = [for version in root.backend.pins : version if core::semvercmp(version, "1.10.0") < 0]
  }

  enforce {
    condition     = local.lowest == null || core::try(core::semvercmp(local.lowest, "1.10.0") >= 0, true)
    error_message = "The root module ${root.path} locks with a lock file, and lets in Terraform from %{if local.lowest == "0"}any version%{else}${local.lowest}%{endif} on, which has none before 1.10"
  }

  enforce {
    condition     = core::alltrue([for version in root.backend.pins : core::semvercmp(version, "1.10.0") >= 0])
    error_message = "The root module ${root.path} locks with a lock file, and is run by Terraform ${local.older[0]}, which has none before 1.10"
  }
}

root_module_policy "*" "state-key-collision" {
  # Where terragrunt runs, it makes the key.
  filter = root.backend.terragrunt == null

  locals {
    others = infralint::state_collisions()
  }

  enforce {
    condition     = core::length(local.others) == 0
    error_message = "The root modules ${root.path} and ${local.others[0].root_module} write to the same state%{if local.others[0].workspace != null}, that of the workspace ${local.others[0].workspace}%{endif}%{if core::length(local.others) > 1}, and so do ${core::length(local.others) - 1} more%{endif}"
  }
}

root_module_policy "*" "lock-table-schema" {
  filter = root.backend.type == "s3" && local.table != null && local.table != ""

  locals {
    table  = core::try(root.backend.config.dynamodb_table, null)
    named  = infralint::named("aws_dynamodb_table", "name", local.table)
    own    = [for t in local.named : t if infralint::same_stage(t.stack)]
    tables = core::length(local.own) > 0 ? local.own : local.named

    role    = core::try(root.backend.config.assume_role.role_arn, core::try(root.backend.config.role_arn, null))
    account = local.role == null ? core::try(core::one(root.backend.config.allowed_account_ids), null) : infralint::arn_account(local.role)
    foreign = [for t in local.tables : { address = t.address, stack = t.stack, account = infralint::account_of(t.stack, t.address) } if local.account != null && infralint::account_of(t.stack, t.address) != null && infralint::account_of(t.stack, t.address) != local.account]
  }

  enforce {
    condition     = core::length(local.foreign) == 0
    error_message = "The root module ${root.path} keeps its state in the account ${local.account}, and the lock table ${local.foreign[0].address} in ${local.foreign[0].stack} lies in ${local.foreign[0].account}"
  }

  enforce {
    condition     = core::alltrue([for t in local.tables : t.attrs.hash_key == "LockID"])
    error_message = "The lock table ${local.tables[0].address} in ${local.tables[0].stack} has the key ${local.tables[0].attrs.hash_key}, and Terraform writes LockID"
  }

  enforce {
    condition     = core::alltrue([for t in local.tables : core::alltrue([for a in t.attrs.attribute : a.type == "S" if a.name == "LockID"])])
    error_message = "The lock table ${local.tables[0].address} in ${local.tables[0].stack} has a key LockID that is no string (type S)"
  }

  enforce {
    condition     = core::alltrue([for t in local.tables : t.attrs.range_key == null])
    error_message = "The lock table ${local.tables[0].address} in ${local.tables[0].stack} has a range key, which Terraform does not write"
  }
}

root_module_policy "*" "lock-table-mismatch" {
  filter = root.backend.type == "s3" && local.table != null && local.table != "" && root.name != "bootstrap"

  locals {
    table = core::try(root.backend.config.dynamodb_table, null)
    stage = infralint::bootstrap()
    made  = local.stage == null ? [] : infralint::allresources("aws_dynamodb_table", {}, local.stage)
    named = infralint::named("aws_dynamodb_table", "name", local.table)
  }

  enforce {
    condition     = core::length(local.made) == 0 || core::contains([for t in core::concat(local.named, local.made) : t.attrs.name], local.table)
    error_message = "The root module ${root.path} locks in the table ${local.table}, and ${local.made[0].stack} makes ${local.made[0].attrs.name}"
  }
}

root_module_policy "*" "state-bucket-mismatch" {
  filter = root.backend.type == "s3" && root.name != "bootstrap"

  locals {
    bucket = core::try(root.backend.config.bucket, null)
    stage  = infralint::bootstrap()
    made   = local.stage == null ? [] : infralint::allresources("aws_s3_bucket", {}, local.stage)
    named  = infralint::named("aws_s3_bucket", "bucket", local.bucket)
  }

  enforce {
    condition     = core::length(local.made) == 0 || core::contains([for b in core::concat(local.named, local.made) : b.attrs.bucket], local.bucket)
    error_message = "The root module ${root.path} keeps its state in the bucket ${local.bucket}, and ${local.made[0].stack} makes ${local.made[0].attrs.bucket}"
  }
}

root_module_policy "*" "region-mismatch" {
  filter = root.backend.type == "s3" && local.region != null

  locals {
    region  = core::try(root.backend.config.region, null)
    table   = core::try(root.backend.config.dynamodb_table, null)
    buckets = infralint::named("aws_s3_bucket", "bucket", core::try(root.backend.config.bucket, null))
    tables  = local.table == null ? [] : [for t in infralint::named("aws_dynamodb_table", "name", local.table) : t if infralint::same_stage(t.stack)]
    places  = [for r in core::concat(local.buckets, local.tables) : { address = r.address, stack = r.stack, region = infralint::region_of(r.stack, r.address) }]
    wrong   = [for p in local.places : p if p.region != null && p.region != local.region]
  }

  enforce {
    condition     = core::alltrue([for p in local.places : local.region == p.region || p.region == null])
    error_message = "The root module ${root.path} looks for its state in ${local.region}, and ${local.wrong[0].address} in ${local.wrong[0].stack} lies in ${local.wrong[0].region}"
  }
}

root_module_policy "*" "state-not-encrypted" {
  filter = root.backend.type == "s3" && (root.backend.terragrunt == null || infralint::is_known(core::try(root.backend.config.encrypt, null)))

  locals {
    encrypt = core::try(infralint::tobool(root.backend.config.encrypt), null)
    buckets = infralint::named("aws_s3_bucket", "bucket", core::try(root.backend.config.bucket, null))
    rules = core::flatten([for b in local.buckets : core::concat(
      [for c in infralint::allresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = b.attrs.id }, b.stack) : core::tolist(c.attrs.rule)],
      [for c in b.attrs.server_side_encryption_configuration : c.rule],
    )])
    algorithms = [for d in core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default]) : d.sse_algorithm]
    enough     = input.level == "kms" ? core::anytrue([for a in local.algorithms : core::startswith(a, "aws:kms")]) : core::length(local.algorithms) > 0
  }

  enforce {
    condition     = local.encrypt == true || local.enough
    error_message = "The root module ${root.path} does not ask for its state to be encrypted: encrypt is %{if local.encrypt == null}not set%{else}false%{endif}%{if core::length(local.algorithms) > 0}, and the bucket's default is ${local.algorithms[0]}%{endif}"
  }
}

root_module_policy "*" "kms-downgrade" {
  filter = root.backend.type == "s3"

  locals {
    encrypt = core::try(infralint::tobool(root.backend.config.encrypt), null)
    key     = core::try(root.backend.config.kms_key_id, null)
    buckets = infralint::named("aws_s3_bucket", "bucket", core::try(root.backend.config.bucket, null))
    rules = core::flatten([for b in local.buckets : core::concat(
      [for c in infralint::allresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = b.attrs.id }, b.stack) : core::tolist(c.attrs.rule)],
      [for c in b.attrs.server_side_encryption_configuration : c.rule],
    )])
    defaults = core::flatten([for rule in local.rules : rule.apply_server_side_encryption_by_default])
  }

  enforce {
    condition     = local.key != null && local.key != "" || !(local.encrypt == true && core::anytrue([for d in local.defaults : core::startswith(d.sse_algorithm, "aws:kms")]))
    error_message = "The root module ${root.path} writes its state with S3's own key, though the bucket's default is ${local.defaults[0].sse_algorithm}"
  }
}

root_module_policy "*" "state-bucket-unversioned" {
  filter = root.backend.type == "s3" && core::length(local.buckets) > 0

  locals {
    buckets    = infralint::named("aws_s3_bucket", "bucket", core::try(root.backend.config.bucket, null))
    companions = core::flatten([for b in local.buckets : infralint::allresources("aws_s3_bucket_versioning", { bucket = b.attrs.id }, b.stack)])
    companion  = [for c in local.companions : c.attrs.versioning_configuration[0].status == "Enabled"]
    inline     = core::flatten([for b in local.buckets : [for v in b.attrs.versioning : v.enabled]])
  }

  enforce {
    condition     = core::anytrue(core::concat(local.companion, local.inline))
    error_message = "The state bucket ${local.buckets[0].address} in ${local.buckets[0].stack} keeps no older versions"
  }
}

root_module_policy "*" "state-bucket-public" {
  filter = root.backend.type == "s3" && core::length(local.buckets) > 0

  locals {
    buckets = infralint::named("aws_s3_bucket", "bucket", core::try(root.backend.config.bucket, null))
    blocks  = core::flatten([for b in local.buckets : infralint::allresources("aws_s3_bucket_public_access_block", { bucket = b.attrs.id }, b.stack)])
  }

  enforce {
    condition     = core::length(local.blocks) > 0 && core::alltrue([for b in local.blocks : b.attrs.block_public_acls && b.attrs.block_public_policy && b.attrs.ignore_public_acls && b.attrs.restrict_public_buckets])
    error_message = "The state bucket ${local.buckets[0].address} in ${local.buckets[0].stack} does not block public access%{if core::length(local.blocks) > 0} in all four ways%{endif}"
  }
}

root_module_policy "*" "state-bucket-destroyable" {
  filter = root.backend.type == "s3" && core::length(local.buckets) > 0

  locals {
    buckets = infralint::named("aws_s3_bucket", "bucket", core::try(root.backend.config.bucket, null))
  }

  enforce {
    condition     = core::alltrue([for b in local.buckets : !b.attrs.force_destroy])
    error_message = "The state bucket ${local.buckets[0].address} in ${local.buckets[0].stack} is deleted together with every state in it: force_destroy is true"
  }

  enforce {
    condition     = core::alltrue([for b in local.buckets : infralint::prevents_destroy(b.stack, b.address)])
    error_message = "The state bucket ${local.buckets[0].address} in ${local.buckets[0].stack} is not guarded by prevent_destroy"
  }
}

root_module_policy "*" "lock-table-unprotected" {
  enforcement_level = "advisory"
  filter            = root.backend.type == "s3" && local.table != null && local.table != ""

  locals {
    table  = core::try(root.backend.config.dynamodb_table, null)
    named  = infralint::named("aws_dynamodb_table", "name", local.table)
    own    = [for t in local.named : t if infralint::same_stage(t.stack)]
    tables = core::length(local.own) > 0 ? local.own : local.named
    # Not set is PROVISIONED.
    throttled = [for t in local.tables : t if t.attrs.billing_mode != "PAY_PER_REQUEST" && core::try(t.attrs.read_capacity <= 1 || t.attrs.write_capacity <= 1, false)]
  }

  enforce {
    condition     = core::alltrue([for t in local.tables : t.attrs.deletion_protection_enabled == true])
    error_message = "The lock table ${local.tables[0].address} in ${local.tables[0].stack} has no deletion protection"
    patch         = "deletion_protection_enabled = true"
  }

  enforce {
    condition     = core::alltrue([for t in local.tables : core::anytrue([for p in t.attrs.point_in_time_recovery : p.enabled])])
    error_message = "The lock table ${local.tables[0].address} in ${local.tables[0].stack} has no point-in-time recovery"
    patch         = "point_in_time_recovery {\n  enabled = true\n}"
  }

  enforce {
    condition     = core::alltrue([for t in local.tables : t.attrs.billing_mode == "PAY_PER_REQUEST" || !core::try(t.attrs.read_capacity <= 1 || t.attrs.write_capacity <= 1, false)])
    error_message = "The lock table ${local.throttled[0].address} in ${local.throttled[0].stack} takes one read or one write a second: it throttles"
  }
}

root_module_policy "*" "stage-shares-state-bucket" {
  filter = root.backend.type == "s3" && !input.allow_shared_bucket

  locals {
    sharers = infralint::bucket_sharers()
    bucket  = core::try(root.backend.config.bucket, null)
  }

  enforce {
    condition     = local.bucket == null || core::length(local.sharers) == 0
    error_message = "The root module ${root.path} of the account ${local.sharers[0].own} keeps its state in the bucket ${local.bucket}, and so does ${local.sharers[0].root_module} of the account ${local.sharers[0].account}"
  }
}

root_module_policy "*" "sse-c-blocked" {
  filter = root.backend.type == "s3" && local.key != null && local.key != ""

  locals {
    key     = core::try(root.backend.config.sse_customer_key, null)
    bucket  = core::try(root.backend.config.bucket, null)
    buckets = infralint::named("aws_s3_bucket", "bucket", local.bucket)
    rules   = core::flatten([for b in local.buckets : [for c in infralint::allresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = b.attrs.id }, b.stack) : core::tolist(c.attrs.rule)]])
    blocked = core::length(local.buckets) == 0 ? infralint::in_account("aws_s3_bucket", local.bucket, "blocked_encryption_types") : core::flatten([for rule in local.rules : core::try(core::tolist(rule.blocked_encryption_types), [])])
  }

  enforce {
    condition     = core::contains(local.blocked, "NONE") && local.key != null
    error_message = "The root module ${root.path} writes its state with a key of its own (sse_customer_key), and ${local.buckets[0].address} in ${local.buckets[0].stack} refuses that unless blocked_encryption_types is [\"NONE\"]"
  }
}

root_module_policy "*" "bootstrap-state-exposed" {
  filter = root.backend.type == "local" && (root.name == "bootstrap" || core::contains(input.allow_local, root.path))

  enforce {
    condition     = root.backend.exposed_state == null
    error_message = "The state of ${root.path}, terraform.tfstate, ${root.backend.exposed_state}"
  }
}

root_module_policy "*" "lifecycle-eats-state" {
  filter = root.backend.type == "s3" && core::length(local.buckets) > 0

  locals {
    key      = core::try(root.backend.config.key, null)
    lockfile = core::try(infralint::tobool(root.backend.config.use_lockfile), false)
    buckets  = infralint::named("aws_s3_bucket", "bucket", core::try(root.backend.config.bucket, null))
    configs  = core::flatten([for b in local.buckets : infralint::allresources("aws_s3_bucket_lifecycle_configuration", { bucket = b.attrs.id }, b.stack)])
    rules = core::flatten([for c in local.configs : [for rule in c.attrs.rule : {
      id      = rule.id
      status  = rule.status
      expires = core::anytrue([for e in rule.expiration : core::try(e.days > 0, false) || core::try(e.date != "", false)])
      prefix  = core::try(rule.filter[0].prefix, null) != null ? rule.filter[0].prefix : core::try(rule.filter[0].and[0].prefix, null) != null ? rule.filter[0].and[0].prefix : core::try(rule.prefix, null) == null ? "" : rule.prefix
      tagged  = core::length(core::try(rule.filter[0].tag, [])) > 0 || core::length(core::try(rule.filter[0].and[0].tags, {})) > 0
    }]])
    eating = [for rule in local.rules : rule if rule.status == "Enabled" && rule.expires && !rule.tagged && (rule.prefix == "" || local.key != null && core::startswith(local.key, rule.prefix))]
    held   = core::flatten([for b in local.buckets : [for c in infralint::allresources("aws_s3_bucket_object_lock_configuration", { bucket = b.attrs.id }, b.stack) : c.attrs.rule]])
  }

  enforce {
    condition     = core::alltrue([for rule in local.rules : !rule.expires || rule.tagged || rule.status != "Enabled" || (rule.prefix != "" && (local.key == null || !core::startswith(local.key, rule.prefix)))])
    error_message = "The lifecycle rule ${local.eating[0].id} of the state bucket ${local.buckets[0].address} in ${local.buckets[0].stack} deletes the state of ${root.path}"
  }

  enforce {
    condition     = !(local.lockfile == true && core::length(local.held) > 0)
    error_message = "The state bucket ${local.buckets[0].address} in ${local.buckets[0].stack} keeps every object (Object Lock), so a lock of ${root.path} is never given back"
  }
}

root_module_policy "*" "lockfile-iam" {
  filter = root.backend.type == "s3" && core::try(infralint::tobool(root.backend.config.use_lockfile), false) == true && infralint::is_known(local.state) && local.state != null

  locals {
    state = core::try("arn:aws:s3:::${root.backend.config.bucket}/${root.backend.config.key}", null)
    lock  = "${local.state}.tflock"
    policies = core::concat(
      infralint::allresources("aws_iam_policy", {}),
      infralint::allresources("aws_iam_role_policy", {}),
      infralint::allresources("aws_iam_user_policy", {}),
      infralint::allresources("aws_iam_group_policy", {}),
    )
    # Those of other stages write other states, and reading all for each root module would cost the square of their number.
    near = [for p in local.policies : p if infralint::same_stage(p.stack) || !infralint::in_stage(p.stack)]
    read = [for p in local.near : {
      address = p.address
      stack   = p.stack
      allows = core::flatten([for s in core::try(core::flatten([infralint::json(p.attrs.policy).Statement]), []) : [for a in core::flatten([core::try(s.Action, [])]) : [for r in core::flatten([core::try(s.Resource, [])]) : {
        action   = core::lower(a)
        resource = r
      }]] if s.Effect == "Allow"])
    }]
    lacking = [for p in local.read : {
      address = p.address
      stack   = p.stack
      missing = [for needed in ["s3:getobject", "s3:putobject", "s3:deleteobject"] : needed if !core::anytrue([for g in p.allows : infralint::wildcard(g.action, needed) && infralint::wildcard(g.resource, local.lock)])]
    } if core::anytrue([for g in p.allows : infralint::wildcard(g.action, "s3:putobject") && infralint::wildcard(g.resource, local.state)])]
    wrong = [for p in local.lacking : p if core::length(p.missing) > 0]
  }

  enforce {
    condition     = core::alltrue([for p in local.lacking : core::length(p.missing) == 0])
    error_message = "${local.wrong[0].address} in ${local.wrong[0].stack} allows to write the state of ${root.path} and not its lock, ${local.lock}: ${core::join(", ", local.wrong[0].missing)} is missing"
  }
}

# What the policy of the bucket refuses, the state and its lock are refused alike: they are written with the same headers.
root_module_policy "**" "lockfile-iam" {
  filter = root.backend.type == "s3" && core::try(infralint::tobool(root.backend.config.use_lockfile), false) == true && core::length(local.statements) > 0

  locals {
    encrypt   = core::try(infralint::tobool(root.backend.config.encrypt), null)
    key       = core::try(root.backend.config.kms_key_id, null)
    algorithm = local.encrypt == true ? (local.key != null && local.key != "" ? "aws:kms" : "AES256") : ""
    lock      = core::try("arn:aws:s3:::${root.backend.config.bucket}/${root.backend.config.key}.tflock", null)
    buckets   = infralint::named("aws_s3_bucket", "bucket", core::try(root.backend.config.bucket, null))
    policies  = core::flatten([for b in local.buckets : infralint::allresources("aws_s3_bucket_policy", { bucket = b.attrs.id }, b.stack)])
    statements = core::flatten([for p in local.policies : [
      for s in core::flatten([infralint::json(p.attrs.policy).Statement]) : { address = p.address, stack = p.stack, conditions = core::try(s.Condition, {}) }
      if s.Effect == "Deny"
      && core::anytrue([for a in core::try(core::flatten([s.Action]), []) : infralint::wildcard(core::lower(a), "s3:putobject")])
      && core::anytrue([for r in core::try(core::flatten([s.Resource]), []) : infralint::wildcard(r, local.lock)])
    ]])
    # All operators of a condition must hold, so a statement with others may let it through.
    refusing = [
      for s in local.statements : s
      if core::length(s.conditions) == 1 && core::anytrue(core::flatten([
        for operator, keys in s.conditions : [
          for name, values in keys :
          core::lower(operator) == "null" ? local.algorithm == "" && core::contains([for v in core::flatten([values]) : infralint::tostring(v)], "true")
          : core::lower(operator) == "stringnotequals" ? !core::contains(core::flatten([values]), local.algorithm)
          : core::lower(operator) == "stringnotequalsifexists" ? local.algorithm != "" && !core::contains(core::flatten([values]), local.algorithm) : false
          if core::lower(name) == "s3:x-amz-server-side-encryption" && core::length(keys) == 1
        ]
      ]))
    ]
  }

  enforce {
    condition     = core::length(local.refusing) == 0
    error_message = "${local.refusing[0].address} in ${local.refusing[0].stack} refuses what the backend of ${root.path} writes %{if local.algorithm == ""}without asking for encryption%{else}with ${local.algorithm}%{endif}: its lock, and its state"
    fix           = "encrypt = true, and kms_key_id where the bucket's policy asks for aws:kms; then: terraform init -reconfigure"
  }
}

root_module_policy "*" "dynamodb-deprecated" {
  enforcement_level = "advisory"
  filter            = root.backend.type == "s3" && infralint::is_known(local.table) && local.table != null && local.table != "" && (core::length(root.backend.pins) > 0 ? core::anytrue([for version in root.backend.pins : core::semvercmp(version, "1.11.0") >= 0]) : local.lowest == null || core::try(core::semvercmp(local.lowest, "1.11.0") >= 0, true))

  locals {
    table  = core::try(root.backend.config.dynamodb_table, null)
    lowest = infralint::lowest_terraform()
  }

  enforce {
    condition     = core::try(infralint::tobool(root.backend.config.use_lockfile), false) == true || local.table == null
    error_message = "The root module ${root.path} locks in DynamoDB only (${local.table}), which Terraform 1.11 calls deprecated"
  }
}

root_module_policy "*" "backend-credentials" {
  locals {
    config = root.backend.config
    found  = core::compact([for name in local.credentials : core::try(local.config[name], null) != null && core::try(local.config[name], "") != "" ? name : ""])
  }

  enforce {
    condition     = core::alltrue([for name in local.credentials : core::try(local.config[name], null) == null || core::try(local.config[name], null) == ""])
    error_message = "The backend of ${root.path} has credentials in it: ${core::join(", ", local.found)}"
  }
}
