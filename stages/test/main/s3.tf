# Bucket names are unique in the whole of AWS, so each carries the account id.

# Originals, as uploaded. Only the image proxy reads them: iam.tf.
module "images" {
  source = "../../../modules/s3-bucket"

  name = "${local.name}-images-${local.account_id}"

  encryption = {
    algorithm   = module.stage.image_encryption
    kms_key_arn = module.key["images"].arn
  }

  access_log_bucket = module.logs.name
}

# What the image proxy made of them. All of it can be made again.
module "image_variants" {
  source = "../../../modules/s3-bucket"

  name = "${local.name}-image-variants-${local.account_id}"

  encryption = {
    algorithm   = var.image_variants.encryption
    kms_key_arn = module.key["images"].arn
  }

  expire_after_days       = var.image_variants.expire_after_days
  noncurrent_version_days = 1
  access_log_bucket       = module.logs.name
}

# Scripts, styles and fonts, read by CloudFront. The algorithm is the module's default.
module "static" {
  source = "../../../modules/s3-bucket"

  name = "${local.name}-static-${local.account_id}"

  encryption = {
    kms_key_arn = module.key["static"].arn
  }

  service_access = [
    {
      sid       = "CloudFrontReads"
      principal = "cloudfront.amazonaws.com"
      actions   = ["s3:GetObject"]
      prefixes  = [""]
      condition = { StringEquals = { "aws:SourceArn" = module.static_cdn.distribution_arn } }
    },
  ]

  access_log_bucket = module.logs.name
}

# Access logs of the other buckets and of the load balancer. AES256, and not one of our keys: neither S3's log delivery nor
# load balancers can write into a bucket that is encrypted with KMS.
module "logs" {
  source = "../../../modules/s3-bucket"

  name = "${local.name}-logs-${local.account_id}"

  encryption = {
    algorithm = "AES256"
  }

  service_access = [
    {
      sid       = "S3Writes"
      principal = "logging.s3.amazonaws.com"
      actions   = ["s3:PutObject"]
      prefixes  = ["s3/"]
      condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    },
    {
      sid       = "LoadBalancersWrite"
      principal = "logdelivery.elasticloadbalancing.amazonaws.com"
      actions   = ["s3:PutObject"]
      # The account id is part of the path that AWS writes to; this principal sends no condition keys to go by.
      prefixes  = ["alb/AWSLogs/${local.account_id}/"]
      condition = {}
    },
  ]

  expire_after_days       = 365
  noncurrent_version_days = 1
}
