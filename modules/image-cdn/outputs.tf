output "domain_name" {
  description = "CloudFront's own name for the images."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "hosted_zone_id" {
  description = "Zone of that name, for alias records."
  value       = aws_cloudfront_distribution.this.hosted_zone_id
}

output "target_group_arn" {
  description = "Target group the image proxy's pods are entered into."
  value       = aws_lb_target_group.this.arn
}
