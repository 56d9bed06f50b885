# What operators turn in daily work: the values are in terraform.tfvars. What makes the stage what it is (account, ranges,
# zones, replicas of the first storage layer) is in ../outputs.tf.

variable "nodes" {
  description = "Size and number of the Kubernetes nodes."
  type = object({
    instance_types = list(string)
    min            = number
    max            = number
  })
}

variable "database_engine" {
  description = "Which Aurora the stage runs: aurora-mysql or aurora-postgresql. Another value is another, empty database."
  type        = string

  validation {
    condition     = contains(["aurora-mysql", "aurora-postgresql"], var.database_engine)
    error_message = "The engine must be aurora-mysql or aurora-postgresql."
  }
}

variable "database_instance_class" {
  description = "Size of every database instance."
  type        = string
}

variable "database_readers" {
  description = "Readers beside the writer, of Aurora MySQL."
  type        = number
}

variable "redis" {
  description = "The Redis nodes. multi_az spreads them over the zones."
  type = object({
    node_type               = string
    multi_az                = optional(bool, false)
    snapshot_retention_days = optional(number, 7)
  })
}

variable "image_variants" {
  description = "The bucket of resized images: they can all be made again, so they expire."
  type = object({
    encryption        = optional(string, "AES256")
    expire_after_days = number
  })
}
