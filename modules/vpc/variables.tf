variable "name" {
  description = "Name of the VPC and prefix of the names in it."
  type        = string
}

variable "account_id" {
  description = "Account the VPC lives in."
  type        = string
}

variable "region" {
  description = "Region the VPC lives in."
  type        = string
}

variable "cidr" {
  description = "Address range of the VPC; every subnet is computed from it."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 20, false)
    error_message = "The range must be an IPv4 range between /16 and /20: smaller ones leave too few addresses for pods."
  }
}

variable "zones" {
  description = "Availability zones, one subnet of each tier in every one."
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 1 && length(var.zones) <= 4
    error_message = "Each tier has room for one to four zones."
  }

  validation {
    condition     = length(distinct(var.zones)) == length(var.zones)
    error_message = "A zone is named twice."
  }
}

variable "private_subnet_tags" {
  description = "Further tags of the private subnets, such as those by which Kubernetes finds them."
  type        = map(string)
  default     = {}
}

variable "logs_kms_key_arn" {
  description = "Key that encrypts the flow log."
  type        = string
}

variable "log_retention_days" {
  description = "Days the flow log is kept."
  type        = number
  default     = 90
}
