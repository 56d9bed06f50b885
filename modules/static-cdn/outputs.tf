output "distribution_arn" {
  description = "ARN of the distribution, for the policy of the bucket."
  value       = aws_cloudfront_distribution.this.arn
}

output "domain_name" {
  description = "CloudFront's own name for the assets."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "hosted_zone_id" {
  description = "Zone of that name, for alias records."
  value       = aws_cloudfront_distribution.this.hosted_zone_id
}
