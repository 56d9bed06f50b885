# Images go through the image proxy, never from the bucket: modules/image-cdn.
module "image_cdn" {
  source = "../../../modules/image-cdn"

  name   = local.name
  region = local.region

  vpc_id                    = module.vpc.id
  subnet_ids                = module.vpc.private_subnet_ids
  proxy_security_group_id   = module.eks.security_group_id
  cloudfront_prefix_list_id = module.stage.cloudfront_prefix_list_id
  access_log_bucket         = module.logs.name

  domain_names    = ["images.${module.stage.domain}"]
  certificate_arn = module.stage.certificate_arn

  deletion_protection = module.stage.deletion_protection
}

# Static assets are public as they are, and come straight from theirs.
module "static_cdn" {
  source = "../../../modules/static-cdn"

  name               = local.name
  bucket_domain_name = module.static.regional_domain_name

  domain_names    = ["static.${module.stage.domain}"]
  certificate_arn = module.stage.certificate_arn
}
