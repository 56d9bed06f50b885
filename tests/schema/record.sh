#!/bin/sh
# Regenerates src/schema/aws.schema from the AWS provider itself.
#
#   tests/schema/record.sh              compiles into src/schema/aws.schema
#   tests/schema/record.sh schema.json  only writes the provider's schema JSON there
#
# Needs terraform on PATH and a filesystem mirror with the provider (INFRALINT_MIRROR, /opt/tf-plugins by default).
set -eu
version=5.100.0
mirror=${INFRALINT_MIRROR:-/opt/tf-plugins}
repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

unset TF_CLI_CONFIG_FILE
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0
cat >"$work/main.tf" <<EOF
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "$version"
    }
  }
}
EOF
terraform -chdir="$work" init -no-color -plugin-dir="$mirror" >"$work/init.log" || { cat "$work/init.log" >&2; exit 1; }
json=${1:-$work/schema.json}
terraform -chdir="$work" providers schema -json >"$json"
[ $# -gt 0 ] && exit 0
cargo run --quiet --manifest-path "$repository/Cargo.toml" --example compile-schema -- \
    "$json" hashicorp/aws "$version" "$repository/src/schema/aws.schema"
