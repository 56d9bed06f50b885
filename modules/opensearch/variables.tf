variable "name" {
  description = "Name of the domain."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,27}$", var.name))
    error_message = "A domain's name has 3 to 28 lower-case letters, digits and hyphens."
  }
}

variable "account_id" {
  description = "Account the domain lives in."
  type        = string
}

variable "region" {
  description = "Region the domain lives in."
  type        = string
}

variable "engine_version" {
  description = "Engine and version, such as OpenSearch_2.19."
  type        = string
}

variable "instance_type" {
  description = "Size of the data nodes."
  type        = string
}

variable "data_nodes" {
  description = "Number of data nodes; a multiple of the number of zones, so that each has as many."
  type        = number

  validation {
    condition     = var.data_nodes % length(var.subnet_ids) == 0
    error_message = "The data nodes must be a multiple of the zones (subnets)."
  }
}

variable "master_instance_type" {
  description = "Size of the dedicated masters."
  type        = string
  default     = "m7g.large.search"
}

variable "volume_size" {
  description = "Disk of each data node, in GiB."
  type        = number
  default     = 100
}

variable "vpc_id" {
  description = "VPC of the domain."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the domain, one a zone, in two or three zones."
  type        = list(string)

  validation {
    condition     = contains([2, 3], length(var.subnet_ids))
    error_message = "A zone-aware domain lies in two or three zones."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by a label that says who they are."
  type        = map(string)
}

variable "administrator_role_arn" {
  description = "Role that may do everything, and gives the others their rights inside OpenSearch."
  type        = string
}

variable "client_role_arns" {
  description = "Roles that may send requests; what they may do is decided inside OpenSearch."
  type        = list(string)
}

variable "kms_key_arn" {
  description = "Key that encrypts indices, logs and snapshots on disk."
  type        = string
}

variable "logs_kms_key_arn" {
  description = "Key that encrypts the published logs."
  type        = string
}

variable "log_retention_days" {
  description = "Days the published logs are kept."
  type        = number
  default     = 90
}
