variable "name" {
  type = string
}

variable "replicas" {
  type    = number
  default = 1
}

variable "multi_az" {
  type     = bool
  default  = false
  nullable = false
}

locals {
  nodes = 1 + var.replicas
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = "cache-${var.name}"
  description          = "The cache"
  num_cache_clusters   = local.nodes
  multi_az_enabled     = var.multi_az
  auth_token           = null

  log_delivery_configuration {
    destination      = "logs"
    destination_type = "cloudwatch-logs"
    log_format       = "json"
    log_type         = "slow-log"
  }
}

output "endpoint" {
  value = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "nodes" {
  value = local.nodes
}
