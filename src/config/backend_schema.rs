//! What Terraform 1.11 knows of backends: their types, what they cannot do without, and the arguments of `s3`.

use super::model::Block;
use crate::{
    addr::Name,
    diag::{Diagnostic, did_you_mean},
};

/// `oci` is there since 1.12.
const TYPES: [&str; 13] =
    ["azurerm", "consul", "cos", "gcs", "http", "inmem", "kubernetes", "local", "oci", "oss", "pg", "remote", "s3"];

/// Gone since Terraform 1.3.
const REMOVED: [&str; 6] = ["artifactory", "azure", "etcd", "etcdv3", "manta", "swift"];

/// Probed with `terraform init` 1.11.4; `role_arn` and what follows were arguments until 1.9 and are let pass.
#[rustfmt::skip]
const S3: [&str; 53] = [
    "bucket", "key", "region", "endpoints", "dynamodb_endpoint", "endpoint", "iam_endpoint", "sts_endpoint", "sts_region",
    "encrypt", "acl", "access_key", "secret_key", "kms_key_id", "dynamodb_table", "use_lockfile", "profile", "retry_mode",
    "shared_config_files", "shared_credentials_file", "shared_credentials_files", "token", "skip_credentials_validation",
    "skip_requesting_account_id", "skip_metadata_api_check", "skip_region_validation", "skip_s3_checksum",
    "sse_customer_key", "workspace_key_prefix", "force_path_style", "use_path_style", "max_retries", "assume_role",
    "assume_role_with_web_identity", "forbidden_account_ids", "allowed_account_ids", "custom_ca_bundle", "http_proxy",
    "https_proxy", "no_proxy", "insecure", "use_fips_endpoint", "use_dualstack_endpoint", "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode", "role_arn", "session_name", "external_id", "assume_role_duration_seconds",
    "assume_role_policy", "assume_role_policy_arns", "assume_role_tags", "assume_role_transitive_tag_keys",
];

/// Whether there is a backend of this type.
#[must_use]
pub fn is_backend(ty: &str) -> bool {
    TYPES.contains(&ty)
}

/// The first of these arguments that a backend of this type does not have, where its arguments are known here.
#[must_use]
pub fn unexpected_argument<'n>(ty: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let known = known_arguments(ty)?;
    names.into_iter().find(|name| !known.contains(name))
}

/// The arguments of a backend, where they are known here.
fn known_arguments(ty: &str) -> Option<&'static [&'static str]> {
    match ty {
        "s3" => Some(&S3),
        "local" => Some(&LOCAL),
        _ => None,
    }
}

const LOCAL: [&str; 2] = ["path", "workspace_dir"];

/// What a backend of this type cannot do without, but for what may come from the environment.
pub(super) fn required(ty: Name) -> &'static [&'static str] {
    match ty.as_str() {
        "s3" => &["bucket", "key"],
        "gcs" | "cos" | "oss" => &["bucket"],
        "azurerm" => &["storage_account_name", "container_name", "key"],
        "consul" => &["path"],
        "kubernetes" => &["secret_suffix"],
        "remote" => &["organization"],
        _ => &[],
    }
}

/// What `terraform init` would refuse about a backend block.
pub(super) fn check(block: &Block, ty: Name) -> Vec<Diagnostic> {
    let name = ty.as_str();
    if REMOVED.contains(&name) {
        let detail = format!("The {name:?} backend is not supported in Terraform v1.3 or later.");
        return vec![Diagnostic::error("Unsupported backend type", detail, block.header)];
    }
    if !TYPES.contains(&name) {
        let detail = format!("There is no backend type named {name:?}.{}", did_you_mean(name, TYPES));
        return vec![Diagnostic::error("Unsupported backend type", detail, block.header)];
    }
    known_arguments(name).map_or_else(Vec::new, |known| check_arguments(block, known))
}

fn check_arguments(block: &Block, known: &'static [&'static str]) -> Vec<Diagnostic> {
    let unknown = block.body.attributes.iter().filter(|attribute| !known.contains(&attribute.name.as_str()));
    let arguments = unknown.map(|attribute| {
        let name = attribute.name.as_str();
        let hint = did_you_mean(name, known.iter().copied());
        let detail = format!("An argument named {name:?} is not expected here.{hint}");
        Diagnostic::error("Unsupported argument", detail, attribute.name_at)
    });
    let blocks = block.body.blocks.iter().map(|nested| {
        let name = nested.ty.as_str();
        let hint = if known.contains(&name) {
            format!(" Did you mean to define argument {name:?}? If so, use the equals sign to assign it a value.")
        } else {
            String::new()
        };
        let detail = format!("Blocks of type {name:?} are not expected here.{hint}");
        Diagnostic::error("Unsupported block type", detail, nested.header)
    });
    arguments.chain(blocks).collect()
}
