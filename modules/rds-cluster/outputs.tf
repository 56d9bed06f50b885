output "arn" {
  description = "ARN of the cluster."
  value       = aws_rds_cluster.this.arn
}

output "resource_id" {
  description = "The cluster's id in IAM policies for rds-db:connect."
  value       = aws_rds_cluster.this.cluster_resource_id
}

output "endpoint" {
  description = "Name of the writer, whichever instance that is."
  value       = aws_rds_cluster.this.endpoint
}

output "reader_endpoint" {
  description = "Name that takes turns over the readers."
  value       = aws_rds_cluster.this.reader_endpoint
}

output "port" {
  description = "Port of the database."
  value       = aws_rds_cluster.this.port
}

output "master_user_secret_arn" {
  description = "Secret that holds the master user's password."
  value       = aws_rds_cluster.this.master_user_secret[0].secret_arn
}
