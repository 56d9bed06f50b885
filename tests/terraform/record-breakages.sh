#!/bin/sh
# Records what the real Terraform says of the cases of tests/verdicts/ that fail here: of each root module of a case `init` and an
# offline `plan` with mock credentials, without any cloud.
#
#   tests/terraform/record-breakages.sh [RULE...]      writes tests/terraform/breakages.tsv
#
# Needs terraform (TERRAFORM), python3, and a filesystem mirror of the AWS provider (TF_PLUGIN_DIR, or one is looked for). With
# rules named, only their lines are recorded again; CASES is a regular expression that picks cases of them by name.
set -eu

repository=$(cd "$(dirname "$0")/../.." && pwd -P)
terraform=${TERRAFORM:-terraform}
die() { echo "record-breakages: $1" >&2; exit 2; }
command -v "$terraform" >/dev/null 2>&1 || die "$terraform not found; name one in TERRAFORM"
command -v python3 >/dev/null 2>&1 || die "python3 not found"

if [ -z "${TF_PLUGIN_DIR:-}" ]; then
    provider=$(find / -xdev -type d -path '*/registry.terraform.io/hashicorp/aws' 2>/dev/null | grep -v '/\.terraform/' | head -n 1)
    [ -n "$provider" ] || die "no mirror of the AWS provider found; name one in TF_PLUGIN_DIR"
    TF_PLUGIN_DIR=${provider%/registry.terraform.io/hashicorp/aws}
fi
export TF_PLUGIN_DIR

unset TF_CLI_CONFIG_FILE AWS_PROFILE AWS_CA_BUNDLE AWS_ENDPOINT_URL TF_DATA_DIR TF_WORKSPACE TF_CLI_ARGS
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0 AWS_EC2_METADATA_DISABLED=true

TERRAFORM=$terraform exec python3 "$repository/tests/terraform/breakages.py" "$repository" "$@"
