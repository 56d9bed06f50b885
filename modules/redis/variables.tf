variable "name" {
  description = "Id of the replication group and prefix of the names around it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,29}$", var.name))
    error_message = "The name must be at most 30 lower-case letters, digits and hyphens, so that user ids stay below 40."
  }
}

variable "description" {
  description = "What the store is for."
  type        = string
}

variable "engine_version" {
  description = "Version of Redis, major and minor."
  type        = string
  default     = "7.1"

  validation {
    condition     = can(regex("^7\\.[0-9]$", var.engine_version))
    error_message = "Users with IAM authentication need Redis 7."
  }
}

variable "node_type" {
  description = "Size of every node. All data must fit into one, less the reserved part."
  type        = string
}

variable "replicas" {
  description = "Replicas beside the primary. One survives a failover; two also keep reads going while it lasts."
  type        = number

  validation {
    condition     = var.replicas >= 0 && var.replicas <= 5
    error_message = "A shard has up to five replicas."
  }
}

variable "automatic_failover" {
  description = "Whether a replica takes over by itself when the primary is lost."
  type        = bool
  default     = true
}

variable "multi_az" {
  description = "Whether the nodes are spread over the zones."
  type        = bool
}

variable "parameters" {
  description = "Redis settings beside those of this module."
  type        = map(string)
  default     = {}
}

variable "vpc_id" {
  description = "VPC of the nodes."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the nodes, in at least two zones."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by a label that says who they are."
  type        = map(string)
}

variable "users" {
  description = "Users that log in through IAM: name => Redis access string."
  type        = map(string)
}

variable "kms_key_arn" {
  description = "Key that encrypts memory on disk and snapshots."
  type        = string
}

variable "logs_kms_key_arn" {
  description = "Key that encrypts the logs."
  type        = string
}

variable "log_retention_days" {
  description = "Days the logs are kept."
  type        = number
  default     = 90
}

variable "snapshot_retention_days" {
  description = "Days the daily snapshots are kept; 0 makes none."
  type        = number
  default     = 7

  validation {
    condition     = var.snapshot_retention_days >= 0 && var.snapshot_retention_days <= 35
    error_message = "Snapshots are kept for up to 35 days."
  }
}
