variable "name" {
  description = "Name of the bucket; unique in the whole of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "A bucket's name has 3 to 63 lower-case letters, digits and hyphens. Dots would break TLS."
  }
}

variable "encryption" {
  description = "Default encryption of new objects. Without a key's ARN, aws:kms means the account's aws/s3 key."
  type = object({
    algorithm   = optional(string, "aws:kms")
    kms_key_arn = optional(string)
  })
  default = {}

  validation {
    condition     = contains(["AES256", "aws:kms", "aws:kms:dsse"], var.encryption.algorithm)
    error_message = "The algorithm must be AES256, aws:kms or aws:kms:dsse."
  }
}

variable "versioning" {
  description = "Whether overwritten and deleted objects stay as noncurrent versions."
  type        = bool
  default     = true
}

variable "noncurrent_version_days" {
  description = "Days until a noncurrent version is deleted for good."
  type        = number
  default     = 90
}

variable "expire_after_days" {
  description = "Days until current objects are deleted, or null to keep them."
  type        = number
  default     = null
}

variable "access_log_bucket" {
  description = "Bucket that gets the access logs, or null for none (the log bucket itself)."
  type        = string
  default     = null
}

variable "service_access" {
  description = "AWS services that may use objects under some prefixes, each under a condition on whose resources they do it for."
  type = list(object({
    sid       = string
    principal = string
    actions   = list(string)
    prefixes  = list(string)
    condition = map(map(string))
  }))
  default = []
}
