module "eks" {
  source = "../../../modules/eks"

  name               = local.name
  kubernetes_version = "1.35"

  vpc_id       = module.vpc.id
  subnet_ids   = module.vpc.private_subnet_ids
  service_cidr = module.stage.service_cidr

  # The endpoint has no public address. People come in through whatever leads into the VPC (a VPN, a Session Manager tunnel).
  endpoint_client_cidrs = { "the VPC" = module.stage.vpc_cidr }

  nodes     = var.nodes
  node_tags = module.stage.tags

  administrator_role_arns = { operators = aws_iam_role.operator.arn }

  pod_identities = {
    application = merge(local.pods["application"], { role_arn = aws_iam_role.application.arn })
    image-proxy = merge(local.pods["image-proxy"], { role_arn = aws_iam_role.image_proxy.arn })
  }

  kms_key_arn      = module.key["kubernetes"].arn
  logs_kms_key_arn = module.key["logs"].arn
}
