//! Services of the region that stand in no subnet.

use super::{
    model::Thing,
    read::{Reading, at, counted, name_of, names, text},
};
use crate::{value::Value, world::Instance};

/// Drawn one by one: the type, the heading, and the attribute with the name.
const NAMED: [(&str, &str, &str); 9] = [
    ("aws_s3_bucket", "S3", "bucket"),
    ("aws_dynamodb_table", "DynamoDB", "name"),
    ("aws_ecr_repository", "ECR", "name"),
    ("aws_sqs_queue", "SQS", "name"),
    ("aws_sns_topic", "SNS", "name"),
    ("aws_kinesis_stream", "Kinesis", "name"),
    ("aws_api_gateway_rest_api", "API Gateway", "name"),
    ("aws_apigatewayv2_api", "API Gateway", "name"),
    ("aws_secretsmanager_secret", "Secrets Manager", "name"),
];

/// Only counted.
const COUNTED: [(&str, &str); 4] = [
    ("aws_kms_key", "KMS key"),
    ("aws_iam_role", "IAM role"),
    ("aws_cloudwatch_log_group", "log group"),
    ("aws_security_group", "security group"),
];

pub(super) fn outside(reading: &mut Reading<'_>) -> Vec<(String, Vec<Thing>)> {
    let mut groups: Vec<(String, Vec<Thing>)> = Vec::new();
    for (ty, heading, named) in NAMED {
        let all: Vec<&Instance> = reading.of_type(ty).collect();
        for instance in all {
            let detail = if ty == "aws_s3_bucket" { encryption(reading, instance) } else { String::new() };
            let thing = reading.thing(instance, name_of(instance, &[named]), detail);
            match groups.iter_mut().find(|(known, _)| known == heading) {
                Some((_, things)) => things.push(thing),
                None => groups.push((heading.to_owned(), vec![thing])),
            }
        }
    }
    let counted = COUNTED.iter().filter_map(|(ty, word)| {
        let count = reading.of_type(ty).count();
        (count > 0).then(|| Thing { title: counted(count, word), ..Thing::default() })
    });
    let counted: Vec<Thing> = counted.collect();
    if !counted.is_empty() {
        groups.push(("Also there".to_owned(), counted));
    }
    groups
}

/// How a bucket is encrypted, and whether it keeps older versions.
fn encryption(reading: &Reading<'_>, bucket: &Instance) -> String {
    let of = |ty: &str| {
        reading
            .of_type(ty)
            .find(|instance| instance.attrs.get("bucket").is_some_and(|name| names(name, bucket, &["bucket"])))
    };
    let encryption = of("aws_s3_bucket_server_side_encryption_configuration");
    let algorithm = encryption.and_then(|instance| {
        at(&instance.attrs, "rule.apply_server_side_encryption_by_default.sse_algorithm").and_then(Value::as_str)
    });
    let versions =
        of("aws_s3_bucket_versioning").and_then(|instance| text(instance, "versioning_configuration.status"));
    let versioned = if versions.as_deref() == Some("Enabled") { ", versioned" } else { "" };
    algorithm.map_or_else(|| "encryption not declared".to_owned(), |algorithm| format!("{algorithm}{versioned}"))
}
