locals {
  search_nodes_per_zone = 1
}

module "search" {
  source = "../../../modules/opensearch"

  name       = "${local.name}-search"
  account_id = local.account_id
  region     = local.region

  engine_version = "OpenSearch_2.19"
  instance_type  = "r7g.large.search"
  data_nodes     = local.search_nodes_per_zone * length(module.stage.zones)

  vpc_id                    = module.vpc.id
  subnet_ids                = module.vpc.database_subnet_ids
  client_security_group_ids = local.clients

  administrator_role_arn = aws_iam_role.operator.arn
  client_role_arns       = [aws_iam_role.application.arn]

  kms_key_arn      = module.key["search"].arn
  logs_kms_key_arn = module.key["logs"].arn

  depends_on = [aws_iam_service_linked_role.opensearch]
}
