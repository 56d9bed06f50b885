variable "name" {
  description = "Name of the cluster and prefix of the names around it."
  type        = string
}

variable "kubernetes_version" {
  description = "Version of Kubernetes, minor included. Upgraded one minor version at a time."
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]+$", var.kubernetes_version))
    error_message = "The version must look like 1.35."
  }
}

variable "vpc_id" {
  description = "VPC of the cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the endpoint and the nodes, in at least two zones."
  type        = list(string)
}

variable "service_cidr" {
  description = "Address range of Kubernetes services. Cannot be changed later, and must overlap with no network that pods talk to."
  type        = string
}

variable "endpoint_client_cidrs" {
  description = "Address ranges inside the network that may reach the Kubernetes API, by a label that says who they are."
  type        = map(string)
}

variable "nodes" {
  description = "Size and number of the nodes (ARM). min is spread over the zones, so it should be a multiple of them."
  type = object({
    instance_types = list(string)
    min            = number
    max            = number
    volume_size    = optional(number, 50)
  })

  validation {
    condition     = var.nodes.min >= 1 && var.nodes.max >= var.nodes.min
    error_message = "There must be at least one node, and max must not be below min."
  }
}

variable "node_tags" {
  description = "Tags of the nodes and their disks, which default_tags do not reach."
  type        = map(string)
  default     = {}
}

variable "administrator_role_arns" {
  description = "Roles that may do everything in the cluster, by a label that says who they are."
  type        = map(string)
}

variable "pod_identities" {
  description = "Roles of pods: whoever runs under the service account in the namespace gets the role."
  type = map(object({
    namespace       = string
    service_account = string
    role_arn        = string
  }))
  default = {}
}

variable "kms_key_arn" {
  description = "Key that encrypts Kubernetes secrets."
  type        = string
}

variable "logs_kms_key_arn" {
  description = "Key that encrypts the logs of the control plane."
  type        = string
}

variable "log_retention_days" {
  description = "Days the logs of the control plane are kept."
  type        = number
  default     = 90
}
