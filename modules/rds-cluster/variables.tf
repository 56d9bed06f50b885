variable "name" {
  description = "Identifier of the cluster and prefix of the names around it."
  type        = string
}

variable "engine" {
  description = "aurora-mysql or aurora-postgresql."
  type        = string

  validation {
    condition     = contains(["aurora-mysql", "aurora-postgresql"], var.engine)
    error_message = "The engine must be aurora-mysql or aurora-postgresql."
  }
}

variable "engine_mode" {
  description = "Provisioned is what is left, serverless v2 included: serverless v1 and multimaster went with Aurora MySQL 1 and 2."
  type        = string
  default     = "provisioned"
}

variable "engine_version" {
  description = "Major version of the engine, such as 8.0 or 17. Minor ones come by themselves in the maintenance window."
  type        = string
}

variable "parameter_group_family" {
  description = "Family of the parameter group; belongs to the engine's version."
  type        = string
}

variable "parameters" {
  description = "Cluster parameters beside those of this module (TLS only, logs)."
  type        = map(string)
  default     = {}
}

variable "database_name" {
  description = "Name of the database that is made with the cluster."
  type        = string
}

variable "master_username" {
  description = "Name of the master user. Not one of the defaults that everybody tries first."
  type        = string
  default     = "platform_owner"

  validation {
    condition     = !contains(["admin", "administrator", "master", "postgres", "rdsadmin", "root"], var.master_username)
    error_message = "Choose a name that is not a default of the engines."
  }
}

variable "instance_class" {
  description = "Size of every instance: a reader that is smaller than the writer cannot take over from it."
  type        = string
}

variable "readers" {
  description = "Readers beside the writer. With none, the loss of the writer's zone is an outage until somebody adds an instance by hand."
  type        = number
  default     = 2

  validation {
    condition     = var.readers >= 0 && var.readers <= 15
    error_message = "Aurora has up to 15 readers."
  }
}

variable "local_write_forwarding" {
  description = "Whether readers accept writes and pass them on to the writer."
  type        = bool
  default     = false
}

variable "zones" {
  description = "Availability zones the instances are dealt out over, in this order."
  type        = list(string)
}

variable "vpc_id" {
  description = "VPC of the cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the cluster, in at least two zones."
  type        = list(string)
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by a label that says who they are."
  type        = map(string)
}

variable "kms_key_arn" {
  description = "Key that encrypts storage, backups, performance data and the master user's secret."
  type        = string
}

variable "logs_kms_key_arn" {
  description = "Key that encrypts the exported logs."
  type        = string
}

variable "log_retention_days" {
  description = "Days the exported logs are kept."
  type        = number
  default     = 90
}

variable "backup_retention_days" {
  description = "Days one can go back to any second of."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Aurora keeps backups for 1 to 35 days."
  }
}

variable "deletion_protection" {
  description = "Whether RDS refuses to delete the cluster."
  type        = bool
  default     = true
}
