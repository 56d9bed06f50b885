# Redis as the first storage layer: what is written here is read from here, and only later, if ever, from a database. So it
# must outlive the loss of a zone (replicas, failover, Multi-AZ), of the whole group (snapshots), and must never drop a key
# to make room for another (noeviction). One shard; docs/infrastructure.md says what to do when that gets too small.

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = var.name
  description          = var.description

  engine         = "redis"
  engine_version = var.engine_version
  node_type      = var.node_type
  port           = 6379

  # The primary and its replicas. Multi-AZ spreads them over the zones of the subnets, and failover promotes a replica; one
  # without the other is refused or useless.
  num_cache_clusters         = 1 + var.replicas
  automatic_failover_enabled = var.automatic_failover
  multi_az_enabled           = var.multi_az

  subnet_group_name    = aws_elasticache_subnet_group.this.name
  security_group_ids   = [aws_security_group.this.id]
  parameter_group_name = aws_elasticache_parameter_group.this.name

  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"

  # Users instead of one password for all: there is no secret to keep, and each application can do only what it must.
  user_group_ids = [aws_elasticache_user_group.this.user_group_id]

  # An append-only file cannot be had together with Multi-AZ, so snapshots are the second line.
  snapshot_retention_limit  = var.snapshot_retention_days
  snapshot_window           = "03:30-04:30"
  maintenance_window        = "sun:05:00-sun:06:00"
  final_snapshot_identifier = "${var.name}-final"

  # Changes wait for the maintenance window: most of them mean a failover.
  apply_immediately          = false
  auto_minor_version_upgrade = true

  dynamic "log_delivery_configuration" {
    for_each = aws_cloudwatch_log_group.this

    content {
      log_type         = log_delivery_configuration.key
      log_format       = "json"
      destination_type = "cloudwatch-logs"
      destination      = log_delivery_configuration.value.name
    }
  }
}

resource "aws_elasticache_subnet_group" "this" {
  name        = var.name
  description = "Subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_elasticache_parameter_group" "this" {
  name        = var.name
  description = "Settings of ${var.name}"
  family      = "redis${split(".", var.engine_version)[0]}"

  dynamic "parameter" {
    for_each = merge(
      {
        # A full store refuses writes, loudly. A cache would silently forget.
        maxmemory-policy = "noeviction"
        # Room for the copy-on-write of a snapshot or a new replica while writes go on.
        reserved-memory-percent = "30"
      },
      var.parameters,
    )

    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["engine-log", "slow-log"])

  name              = "/aws/elasticache/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_kms_key_arn
}

# --- who may connect, and do what -------------------------------------------------------------------------------------

# Every group must have a user named "default", which is who one is without logging in: switched off.
resource "aws_elasticache_user" "default" {
  user_id       = "${var.name}-default"
  user_name     = "default"
  engine        = "redis"
  access_string = "off -@all"

  authentication_mode {
    type = "no-password-required"
  }
}

# Applications log in with a token that IAM gives to their role. IAM asks that id and name are equal.
resource "aws_elasticache_user" "application" {
  for_each = var.users

  user_id       = "${var.name}-${each.key}"
  user_name     = "${var.name}-${each.key}"
  engine        = "redis"
  access_string = each.value

  authentication_mode {
    type = "iam"
  }
}

resource "aws_elasticache_user_group" "this" {
  user_group_id = var.name
  engine        = "redis"

  user_ids = concat(
    [aws_elasticache_user.default.user_id],
    [for user in aws_elasticache_user.application : user.user_id],
  )
}

resource "aws_security_group" "this" {
  name        = "${var.name}-redis"
  description = "The Redis nodes of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-redis" }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "Redis from ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}
