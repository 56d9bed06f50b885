# The relational database: Aurora MySQL or Aurora PostgreSQL, switched by var.database_engine (terraform.tfvars). Each is a
# cluster of its own with data of its own; to move from one to the other, run both for a while (docs/infrastructure.md).
#
# Why there is no multi-master here: Aurora's multi-master clusters belonged to Aurora MySQL 1 and went with it in February
# 2023. What takes their place, by what one wanted them for:
#
#   writes to any instance    local write forwarding: readers pass writes on to the writer. Switched on below.
#   no pause for a failover   readers that are ready in other zones; RDS Proxy in front shortens it further.
#   more writes than one      Aurora PostgreSQL Limitless Database (shards), or
#   instance can take         Aurora DSQL (active in several zones and regions, a smaller PostgreSQL).

module "aurora_mysql" {
  source = "../../../modules/rds-cluster"
  count  = var.database_engine == "aurora-mysql" ? 1 : 0

  name                   = "${local.name}-mysql"
  engine                 = "aurora-mysql"
  engine_version         = "8.0"
  parameter_group_family = "aurora-mysql8.0"
  database_name          = "platform"

  instance_class         = var.database_instance_class
  readers                = var.database_readers
  local_write_forwarding = true

  zones                     = module.stage.zones
  vpc_id                    = module.vpc.id
  subnet_ids                = module.vpc.database_subnet_ids
  client_security_group_ids = local.clients

  backup_retention_days = 14
  deletion_protection   = module.stage.deletion_protection

  kms_key_arn      = module.key["database"].arn
  logs_kms_key_arn = module.key["logs"].arn
}

module "aurora_postgresql" {
  source = "../../../modules/rds-cluster"
  count  = var.database_engine == "aurora-postgresql" ? 1 : 0

  name                   = "${local.name}-postgresql"
  engine                 = "aurora-postgresql"
  engine_version         = "17"
  parameter_group_family = "aurora-postgresql17"
  database_name          = "platform"

  # Two readers, the module's default.
  instance_class = var.database_instance_class

  zones                     = module.stage.zones
  vpc_id                    = module.vpc.id
  subnet_ids                = module.vpc.database_subnet_ids
  client_security_group_ids = local.clients

  backup_retention_days = 14
  deletion_protection   = module.stage.deletion_protection

  kms_key_arn      = module.key["database"].arn
  logs_kms_key_arn = module.key["logs"].arn
}

locals {
  # Whichever of the two there is.
  database = one(concat(module.aurora_mysql, module.aurora_postgresql))
}
