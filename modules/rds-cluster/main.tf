# An Aurora cluster, MySQL or PostgreSQL: one writer and any number of readers, dealt out over the zones. Storage is six
# copies over three zones whatever is written here; what survives the loss of a zone is decided by the instances alone.

locals {
  engine = {
    aurora-mysql = {
      port = 3306
      logs = ["audit", "error", "slowquery"]
      parameters = {
        require_secure_transport = "ON"
        server_audit_logging     = "1"
        server_audit_events      = "CONNECT,QUERY_DCL,QUERY_DDL"
        slow_query_log           = "1"
        long_query_time          = "1"
      }
    }
    aurora-postgresql = {
      port = 5432
      logs = ["postgresql"]
      parameters = {
        "rds.force_ssl"            = "1"
        log_connections            = "1"
        log_min_duration_statement = "1000"
      }
    }
  }[var.engine]
}

resource "aws_rds_cluster" "this" {
  cluster_identifier = var.name

  engine                   = var.engine
  engine_mode              = var.engine_mode
  engine_version           = var.engine_version
  engine_lifecycle_support = "open-source-rds-extended-support-disabled"
  database_name            = var.database_name
  port                     = local.engine.port

  # RDS makes the password, keeps it in Secrets Manager and rotates it: no state and no plan ever holds it. Applications do
  # not use it at all but log in by their role.
  master_username                     = var.master_username
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.kms_key_arn
  iam_database_authentication_enabled = true

  # The cluster's own availability_zones are left out: they say where storage lies, RDS completes them to three, and the
  # next plan would replace the cluster.
  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = [aws_security_group.this.id]
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this.name
  enable_local_write_forwarding   = var.local_write_forwarding ? true : null

  storage_encrypted = true
  kms_key_id        = var.kms_key_arn

  backup_retention_period      = var.backup_retention_days
  preferred_backup_window      = "01:00-02:00"
  preferred_maintenance_window = "sun:02:30-sun:03:30"
  copy_tags_to_snapshot        = true

  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  enabled_cloudwatch_logs_exports = local.engine.logs

  # Made first, or RDS makes them: unencrypted by our key and kept for ever.
  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_rds_cluster_instance" "this" {
  count = 1 + var.readers

  identifier         = "${var.name}-${count.index + 1}"
  cluster_identifier = aws_rds_cluster.this.id
  engine             = aws_rds_cluster.this.engine
  engine_version     = aws_rds_cluster.this.engine_version
  instance_class     = var.instance_class

  availability_zone    = var.zones[count.index % length(var.zones)]
  db_subnet_group_name = aws_db_subnet_group.this.name
  publicly_accessible  = false

  # All of the same size and each fit to take over; number 1 is the writer until the first failover.
  promotion_tier = count.index == 0 ? 0 : 1

  auto_minor_version_upgrade = true
  ca_cert_identifier         = "rds-ca-rsa2048-g1"
  copy_tags_to_snapshot      = true

  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn

  # Refused for as long as the role may not write.
  depends_on = [aws_iam_role_policy_attachment.monitoring]
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Subnets of the cluster ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_rds_cluster_parameter_group" "this" {
  name        = var.name
  description = "Settings of the cluster ${var.name}"
  family      = var.parameter_group_family

  dynamic "parameter" {
    for_each = merge(local.engine.parameters, var.parameters)

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
  for_each = toset(local.engine.logs)

  name              = "/aws/rds/cluster/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.logs_kms_key_arn
}

# --- who may connect --------------------------------------------------------------------------------------------------

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "The cluster ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "Database from ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = local.engine.port
  to_port                      = local.engine.port
}

# --- enhanced monitoring ----------------------------------------------------------------------------------------------

resource "aws_iam_role" "monitoring" {
  name = "${var.name}-database-monitoring"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "monitoring.rds.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
