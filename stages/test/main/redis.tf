# The first storage layer. Where its values come from: replicas from the stage (../outputs.tf), multi_az, size and snapshots
# from terraform.tfvars, the subnets from vpc.tf, automatic failover from the module's default.

module "redis" {
  source = "../../../modules/redis"

  name        = "${local.name}-redis"
  description = "First storage layer of ${local.name}"

  node_type               = var.redis.node_type
  replicas                = module.stage.redis_replicas
  multi_az                = var.redis.multi_az
  snapshot_retention_days = var.redis.snapshot_retention_days

  vpc_id                    = module.vpc.id
  subnet_ids                = module.vpc.database_subnet_ids
  client_security_group_ids = local.clients

  # Everything but what would empty or reconfigure the store.
  users = { application = "on ~* &* +@all -@admin -@dangerous" }

  kms_key_arn      = module.key["redis"].arn
  logs_kms_key_arn = module.key["logs"].arn
}
