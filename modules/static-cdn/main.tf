# Static assets for the world: CloudFront straight in front of their bucket. They are public as they are, unlike images,
# so nothing has to stand in between. The bucket stays private; this distribution alone may read it (the caller says so in
# the bucket's policy, with the ARN of the outputs).

locals {
  own_names = var.certificate_arn != null

  # Policies of AWS, the same in every account: Managed-CachingOptimized and Managed-SecurityHeadersPolicy.
  cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  security_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03"
}

resource "aws_cloudfront_origin_access_control" "this" {
  name                              = "${var.name}-static"
  description                       = "Signs requests to the bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "this" {
  comment         = "Static assets of ${var.name}"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  aliases         = local.own_names ? var.domain_names : []

  origin {
    origin_id                = "static"
    domain_name              = var.bucket_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
  }

  default_cache_behavior {
    target_origin_id           = "static"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.cache_policy_id
    response_headers_policy_id = local.security_headers_policy_id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = local.own_names ? null : true
    acm_certificate_arn            = var.certificate_arn
    minimum_protocol_version       = local.own_names ? "TLSv1.2_2021" : "TLSv1"
    ssl_support_method             = local.own_names ? "sni-only" : null
  }
}
