# Images for the world: CloudFront -> load balancer -> image proxy (thumbor or the like) -> bucket. CloudFront never sees
# the bucket: only the proxy may read it, so nobody can get at an original, and every size is made and cached on demand.
#
# The load balancer is internal. CloudFront reaches it through a VPC origin, which is why it needs neither a public address
# nor a certificate of its own: plain HTTP stays inside the network of AWS.

locals {
  own_names = var.certificate_arn != null

  # A policy of AWS, the same in every account: Managed-SecurityHeadersPolicy.
  security_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03"
}

resource "aws_cloudfront_distribution" "this" {
  comment         = "Images of ${var.name}"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  aliases         = local.own_names ? var.domain_names : []

  origin {
    origin_id   = "image-proxy"
    domain_name = aws_lb.this.dns_name

    vpc_origin_config {
      vpc_origin_id = aws_cloudfront_vpc_origin.this.id
    }

    # All edges ask through one: a new image is made once, not once a region.
    origin_shield {
      enabled              = true
      origin_shield_region = var.region
    }
  }

  default_cache_behavior {
    target_origin_id           = "image-proxy"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = false
    cache_policy_id            = aws_cloudfront_cache_policy.this.id
    response_headers_policy_id = local.security_headers_policy_id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  # CloudFront's own certificate is for CloudFront's own name, and fixes the oldest TLS to its liking.
  viewer_certificate {
    cloudfront_default_certificate = local.own_names ? null : true
    acm_certificate_arn            = var.certificate_arn
    minimum_protocol_version       = local.own_names ? "TLSv1.2_2021" : "TLSv1"
    ssl_support_method             = local.own_names ? "sni-only" : null
  }
}

# The path says which image in which size. Accept is part of the key, as the proxy answers with WebP or AVIF to those who
# can show it; cookies and query strings are not, or anybody could fill the cache with copies.
resource "aws_cloudfront_cache_policy" "this" {
  name    = "${var.name}-images"
  comment = "Path and accepted formats"

  min_ttl     = 0
  default_ttl = 24 * 60 * 60
  max_ttl     = 365 * 24 * 60 * 60

  parameters_in_cache_key_and_forwarded_to_origin {
    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "whitelist"

      headers {
        items = ["Accept"]
      }
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

resource "aws_cloudfront_vpc_origin" "this" {
  vpc_origin_endpoint_config {
    name                   = "${var.name}-images"
    arn                    = aws_lb.this.arn
    http_port              = 80
    https_port             = 443
    origin_protocol_policy = "http-only"

    # Demanded even where it plays no part.
    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}

# --- the load balancer in front of the proxy --------------------------------------------------------------------------

resource "aws_lb" "this" {
  name               = "${var.name}-images"
  internal           = true
  load_balancer_type = "application"
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.this.id]

  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection

  access_logs {
    enabled = true
    bucket  = var.access_log_bucket
    prefix  = "alb"
  }
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

# Pods are entered here by the load balancer controller of the cluster (a TargetGroupBinding), which is why the group has
# no targets in Terraform.
resource "aws_lb_target_group" "this" {
  name        = "${var.name}-images"
  vpc_id      = var.vpc_id
  target_type = "ip"
  protocol    = "HTTP"
  port        = var.proxy_port

  # A resize under way may end before its pod does.
  deregistration_delay = 60

  health_check {
    path                = "/healthcheck"
    healthy_threshold   = 2
    unhealthy_threshold = 2
    interval            = 10
  }
}

# --- who may reach whom -----------------------------------------------------------------------------------------------

resource "aws_security_group" "this" {
  name        = "${var.name}-images"
  description = "The load balancer of the image proxy"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-images" }
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = aws_security_group.this.id
  description       = "HTTP from CloudFront"
  prefix_list_id    = var.cloudfront_prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
}

resource "aws_vpc_security_group_egress_rule" "proxy" {
  security_group_id            = aws_security_group.this.id
  description                  = "To the image proxy"
  referenced_security_group_id = var.proxy_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.proxy_port
  to_port                      = var.proxy_port
}

resource "aws_vpc_security_group_ingress_rule" "proxy" {
  security_group_id            = var.proxy_security_group_id
  description                  = "Image proxy from its load balancer"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.proxy_port
  to_port                      = var.proxy_port
}
