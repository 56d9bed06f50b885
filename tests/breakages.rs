//! The infrastructure of this repository, broken on purpose one line at a time: each breakage is found, points at the
//! line that was edited, and its origin names every hop on the way.

#![expect(clippy::panic, reason = "a test fails by panicking")]

mod breaking;
mod checking;

use breaking::{Breakage, Copy, NONE, PROD, hold};
use checking::Checked;

#[test]
fn the_repository_is_sound_in_any_kind_of_stage() {
    for settings in ["", PROD] {
        let copy = Copy::new();
        copy.write(".infralint.hcl", settings);
        let checked = Checked::folder(copy.0.path());
        assert_eq!(checked.errors(), Vec::<String>::new());
        for rule in ["redis-ha", "aurora-multi-az", "s3-encrypted"] {
            let found: Vec<String> = checked.findings(rule).map(|f| format!("{}: {}", f.check, f.message)).collect();
            assert_eq!(found, Vec::<String>::new(), "{settings}");
            let matched = !checked.report.summary.rules_without_match.iter().any(|id| id == rule);
            assert!(matched, "{rule} has something to judge");
        }
    }
}

const REDIS: &str = "module.redis.aws_elasticache_replication_group.this";

#[test]
fn redis_without_replicas_from_the_values_of_the_stage() {
    hold(&Breakage {
        check: "redis-ha/no-replica",
        file: "stages/test/outputs.tf",
        old: "  value       = 2\n",
        new: "  value       = 0\n",
        address: REDIS,
        hops: &[
            ("attribute", "num_cache_clusters", "modules/redis/main.tf"),
            ("module argument", "var.replicas", "stages/test/main/redis.tf"),
            ("output", "module.stage.redis_replicas", "stages/test/outputs.tf"),
        ],
        ..NONE
    });
}

#[test]
fn redis_without_failover_from_a_module_default() {
    hold(&Breakage {
        check: "redis-ha/no-failover",
        file: "modules/redis/variables.tf",
        old: "is lost.\"\n  type        = bool\n  default     = true",
        new: "is lost.\"\n  type        = bool\n  default     = false",
        line: Some("default     = false"),
        address: REDIS,
        hops: &[
            ("attribute", "automatic_failover_enabled", "modules/redis/main.tf"),
            ("variable default", "var.automatic_failover", "modules/redis/variables.tf"),
        ],
        ..NONE
    });
}

#[test]
fn redis_without_multi_az_from_a_line_of_tfvars() {
    hold(&Breakage {
        check: "redis-ha/no-multi-az",
        file: "stages/test/main/terraform.tfvars",
        old: "  multi_az                = true",
        new: "  multi_az                = false",
        address: REDIS,
        hops: &[
            ("attribute", "multi_az_enabled", "modules/redis/main.tf"),
            ("module argument", "var.multi_az", "stages/test/main/redis.tf"),
            ("variable file", "var.redis.multi_az", "stages/test/main/terraform.tfvars"),
            ("element", "multi_az", "stages/test/main/terraform.tfvars"),
        ],
        ..NONE
    });
}

#[test]
fn redis_without_multi_az_from_the_default_inside_a_type() {
    hold(&Breakage {
        check: "redis-ha/no-multi-az",
        file: "stages/test/main/terraform.tfvars",
        old: "  multi_az                = true\n",
        new: "",
        line: Some("multi_az                = optional(bool, false)"),
        decided_in: "stages/test/main/variables.tf",
        address: REDIS,
        hops: &[
            ("attribute", "multi_az_enabled", "modules/redis/main.tf"),
            ("module argument", "var.multi_az", "stages/test/main/redis.tf"),
            ("variable file", "var.redis.multi_az", "stages/test/main/terraform.tfvars"),
            ("variable default", "false", "stages/test/main/variables.tf"),
        ],
        ..NONE
    });
}

#[test]
fn redis_in_subnets_of_one_zone_from_a_module_argument() {
    hold(&Breakage {
        check: "redis-ha/subnet-group-single-az",
        file: "stages/test/main/redis.tf",
        old: "module.vpc.database_subnet_ids",
        new: "[module.vpc.database_subnet_ids[0]]",
        line: Some("subnet_ids"),
        address: REDIS,
        hops: &[
            ("attribute", "subnet_ids", "modules/redis/main.tf"),
            ("module argument", "var.subnet_ids", "stages/test/main/redis.tf"),
        ],
        ..NONE
    });
}

const AURORA: &str = "module.aurora_mysql[0].aws_rds_cluster.this";

#[test]
fn aurora_without_readers_from_a_line_of_tfvars() {
    hold(&Breakage {
        check: "aurora-multi-az/single-instance",
        file: "stages/test/main/terraform.tfvars",
        old: "database_readers        = 2",
        new: "database_readers        = 0",
        address: AURORA,
        hops: &[
            ("count", "1 + var.readers", "modules/rds-cluster/main.tf"),
            ("module argument", "var.readers", "stages/test/main/rds.tf"),
            ("variable file", "var.database_readers", "stages/test/main/terraform.tfvars"),
        ],
        ..NONE
    });
}

#[test]
fn aurora_in_one_zone_from_the_values_of_the_stage() {
    hold(&Breakage {
        check: "aurora-multi-az/instances-one-az",
        file: "stages/test/outputs.tf",
        old: "[\"eu-west-1a\", \"eu-west-1b\", \"eu-west-1c\"]",
        new: "[\"eu-west-1b\"]",
        line: Some("[\"eu-west-1b\"]"),
        address: AURORA,
        also: Some("A zone-aware domain lies in two or three zones."),
        hops: &[
            ("attribute", "availability_zone", "modules/rds-cluster/main.tf"),
            ("module argument", "var.zones[count.index % length(var.zones)]", "stages/test/main/rds.tf"),
            ("output", "module.stage.zones", "stages/test/outputs.tf"),
            ("element", "eu-west-1b", "stages/test/outputs.tf"),
        ],
        ..NONE
    });
}

#[test]
fn aurora_multi_master_from_a_module_default() {
    hold(&Breakage {
        check: "aurora-multi-az/multimaster-retired",
        file: "modules/rds-cluster/variables.tf",
        old: "default     = \"provisioned\"",
        new: "default     = \"multimaster\"",
        address: AURORA,
        hops: &[
            ("attribute", "engine_mode", "modules/rds-cluster/main.tf"),
            ("variable default", "var.engine_mode", "modules/rds-cluster/variables.tf"),
        ],
        ..NONE
    });
}

#[test]
fn aurora_in_subnets_of_one_zone_from_a_module_argument() {
    hold(&Breakage {
        check: "aurora-multi-az/subnet-group-az",
        file: "stages/test/main/rds.tf",
        old: "  readers                = var.database_readers\n  local_write_forwarding = true\n\n  zones                     = module.stage.zones\n  vpc_id                    = module.vpc.id\n  subnet_ids                = module.vpc.database_subnet_ids",
        new: "  readers                = var.database_readers\n  local_write_forwarding = true\n\n  zones                     = module.stage.zones\n  vpc_id                    = module.vpc.id\n  subnet_ids                = [module.vpc.database_subnet_ids[1]]",
        line: Some("[module.vpc.database_subnet_ids[1]]"),
        address: AURORA,
        hops: &[
            ("attribute", "subnet_ids", "modules/rds-cluster/main.tf"),
            ("module argument", "var.subnet_ids", "stages/test/main/rds.tf"),
        ],
        ..NONE
    });
}

#[test]
fn aurora_without_instances_from_a_count() {
    hold(&Breakage {
        check: "aurora-multi-az/no-instances",
        file: "modules/rds-cluster/main.tf",
        old: "  count = 1 + var.readers",
        new: "  count = 0",
        address: AURORA,
        hops: &[("count", "0", "modules/rds-cluster/main.tf")],
        ..NONE
    });
}

const IMAGES: &str = "module.images.aws_s3_bucket.this";

#[test]
fn images_without_kms_from_the_values_of_the_stage() {
    hold(&Breakage {
        check: "s3-encrypted/not-kms",
        file: "stages/test/outputs.tf",
        old: "  value       = \"aws:kms\"",
        new: "  value       = \"AES256\"",
        address: IMAGES,
        settings: PROD,
        hops: &[
            ("attribute", "sse_algorithm", "modules/s3-bucket/main.tf"),
            ("module argument", "var.encryption.algorithm", "stages/test/main/s3.tf"),
            ("output", "module.stage.image_encryption", "stages/test/outputs.tf"),
        ],
        ..NONE
    });
}

#[test]
fn image_variants_without_kms_from_a_line_of_tfvars() {
    hold(&Breakage {
        check: "s3-encrypted/not-kms",
        file: "stages/test/main/terraform.tfvars",
        old: "  encryption        = \"aws:kms\"",
        new: "  encryption        = \"AES256\"",
        address: "module.image_variants.aws_s3_bucket.this",
        settings: PROD,
        hops: &[
            ("attribute", "sse_algorithm", "modules/s3-bucket/main.tf"),
            ("module argument", "var.encryption.algorithm", "stages/test/main/s3.tf"),
            ("variable file", "var.image_variants.encryption", "stages/test/main/terraform.tfvars"),
            ("element", "encryption", "stages/test/main/terraform.tfvars"),
        ],
        ..NONE
    });
}

#[test]
fn static_assets_without_kms_from_the_default_inside_a_type() {
    hold(&Breakage {
        check: "s3-encrypted/not-kms",
        file: "modules/s3-bucket/variables.tf",
        old: "optional(string, \"aws:kms\")",
        new: "optional(string, \"AES256\")",
        line: Some("optional(string, \"AES256\")"),
        address: "module.static.aws_s3_bucket.this",
        settings: PROD,
        hops: &[
            ("attribute", "sse_algorithm", "modules/s3-bucket/main.tf"),
            ("module argument", "var.encryption.algorithm", "stages/test/main/s3.tf"),
            ("variable default", "AES256", "modules/s3-bucket/variables.tf"),
        ],
        ..NONE
    });
}

#[test]
fn logs_with_kms_from_a_module_argument() {
    hold(&Breakage {
        check: "s3-encrypted/kms-breaks-logs",
        file: "stages/test/main/s3.tf",
        old: "    algorithm = \"AES256\"",
        new: "    algorithm = \"aws:kms\"",
        address: "module.logs.aws_s3_bucket.this",
        hops: &[
            ("attribute", "sse_algorithm", "modules/s3-bucket/main.tf"),
            ("module argument", "var.encryption.algorithm", "stages/test/main/s3.tf"),
            ("element", "algorithm", "stages/test/main/s3.tf"),
        ],
        ..NONE
    });
}

#[test]
fn images_without_a_declaration() {
    hold(&Breakage {
        check: "s3-encrypted/no-explicit-encryption",
        file: "modules/s3-bucket/main.tf",
        old: "resource \"aws_s3_bucket_server_side_encryption_configuration\" \"this\" {\n",
        new: "resource \"aws_s3_bucket_server_side_encryption_configuration\" \"this\" {\n  count = 0\n",
        line: Some("  count = 0"),
        address: IMAGES,
        hops: &[("count", "0", "modules/s3-bucket/main.tf")],
        ..NONE
    });
}
