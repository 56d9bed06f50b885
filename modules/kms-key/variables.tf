variable "name" {
  description = "Name of the key's alias, without \"alias/\"."
  type        = string
}

variable "description" {
  description = "What the key encrypts."
  type        = string
}

variable "account_id" {
  description = "The account whose IAM policies administer the key."
  type        = string
}

variable "services" {
  description = "AWS services that may use the key on their own behalf, each under a condition on whose resources they do it for."
  type = list(object({
    principal = string
    condition = map(map(string))
  }))
  default = []

  validation {
    condition     = alltrue([for service in var.services : length(service.condition) > 0])
    error_message = "A service without a condition could be used through anybody's account."
  }
}
