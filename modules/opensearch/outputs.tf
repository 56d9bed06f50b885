output "arn" {
  description = "ARN of the domain."
  value       = aws_opensearch_domain.this.arn
}

output "endpoint" {
  description = "Name the domain answers to, over HTTPS."
  value       = aws_opensearch_domain.this.endpoint
}
