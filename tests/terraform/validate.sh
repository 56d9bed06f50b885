#!/usr/bin/env bash
# Formats, validates and plans the infrastructure with the real Terraform, and compares the plans with the recorded ones.
#
#   tests/terraform/validate.sh
#
# Needs terraform 1.11 on the path and a filesystem mirror of the AWS provider (TF_PLUGIN_DIR names it). Without them it says
# what it could not run and ends with 3.
set -euo pipefail
unset TF_CLI_CONFIG_FILE
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0

repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() { echo "NOT RUN: $1, so terraform fmt, validate and the comparison with real plans did not run" >&2; exit 3; }

command -v terraform >/dev/null || skip "terraform is not on the path"
mirror=${TF_PLUGIN_DIR:-$(find / -xdev -type d -path '*/registry.terraform.io/hashicorp/aws' 2>/dev/null | head -n 1)}
mirror=${mirror%%/registry.terraform.io*}
[ -n "$mirror" ] || skip "there is no filesystem mirror of the AWS provider"
export TF_PLUGIN_DIR=$mirror

cd "$repository"
terraform fmt -check -recursive stages modules

cp -r stages modules "$work"
for directory in "$work"/modules/* "$work"/stages/test "$work"/stages/test/bootstrap "$work"/stages/test/main; do
    # The lock file is for real use; a mirror knows one platform's hash only.
    (
        cd "$directory"
        TF_DATA_DIR=$work/data terraform init -backend=false -plugin-dir="$mirror" >/dev/null
        TF_DATA_DIR=$work/data terraform validate >/dev/null
    )
    rm -rf "$work/data"
    echo "valid: ${directory#"$work"/}"
done

for root_module in bootstrap main; do
    tests/terraform/record-plan.sh "stages/test/$root_module" "$work/$root_module-plan.json"
    diff -q "tests/terraform/recorded/$root_module-plan.json" "$work/$root_module-plan.json"
    echo "planned as recorded: stages/test/$root_module"
done
