nodes = {
  instance_types = ["m7g.large"]
  min            = 3
  max            = 9
}

# The one value that switches between Aurora MySQL and Aurora PostgreSQL: rds.tf.
database_engine         = "aurora-mysql"
database_instance_class = "db.r7g.large"
database_readers        = 2

redis = {
  node_type               = "cache.r7g.large"
  multi_az                = true
  snapshot_retention_days = 14
}

image_variants = {
  encryption        = "aws:kms"
  expire_after_days = 30
}
