output "arn" {
  description = "ARN of the replication group."
  value       = aws_elasticache_replication_group.this.arn
}

output "endpoint" {
  description = "Name of the primary, whichever node that is."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "reader_endpoint" {
  description = "Name that takes turns over the replicas."
  value       = aws_elasticache_replication_group.this.reader_endpoint_address
}

output "port" {
  description = "Port of Redis (TLS)."
  value       = aws_elasticache_replication_group.this.port
}

output "user_arns" {
  description = "ARNs of the users, by name: what a role needs to be allowed elasticache:Connect on, beside the group."
  value       = { for name, user in aws_elasticache_user.application : name => user.arn }
}
