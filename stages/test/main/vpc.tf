module "vpc" {
  source = "../../../modules/vpc"

  name       = local.name
  account_id = local.account_id
  region     = local.region
  cidr       = module.stage.vpc_cidr
  zones      = module.stage.zones

  # By this the load balancer controller finds the subnets of internal load balancers.
  private_subnet_tags = { "kubernetes.io/role/internal-elb" = "1" }

  logs_kms_key_arn = module.key["logs"].arn
}
