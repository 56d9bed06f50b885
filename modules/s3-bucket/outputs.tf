output "name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.bucket

  # Whoever is told the name writes into the bucket, and may not before the policy says so.
  depends_on = [aws_s3_bucket_policy.this]
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "regional_domain_name" {
  description = "Name the bucket answers to in its region; what a CloudFront origin needs."
  value       = aws_s3_bucket.this.bucket_regional_domain_name
}
