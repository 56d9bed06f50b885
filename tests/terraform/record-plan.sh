#!/bin/sh
# Records the plan of a root module as JSON, without any cloud: mock credentials, a local backend, no network.
#
#   tests/terraform/record-plan.sh stages/test/main tests/terraform/recorded/main-plan.json
#
# The repository is copied to a temporary folder first, and the provider configuration overridden there; the working tree
# stays as it is. Needs terraform (TERRAFORM), python3, and a filesystem mirror of the AWS provider (TF_PLUGIN_DIR, or one is
# looked for). Other arguments go to `terraform plan`: ... out.json -var database_engine=aurora-postgresql
set -eu

[ $# -ge 2 ] || { echo "usage: $0 ROOT_MODULE OUTPUT [plan arguments]" >&2; exit 2; }
root_module=$1
output=$2
shift 2

die() { echo "record-plan: $1" >&2; exit 2; }

repository=$(cd "$(dirname "$0")/../.." && pwd -P)
terraform=${TERRAFORM:-terraform}
[ -d "$repository/$root_module" ] || die "no root module $root_module in $repository"
command -v "$terraform" >/dev/null 2>&1 || die "$terraform not found; name one in TERRAFORM"

if [ -z "${TF_PLUGIN_DIR:-}" ]; then
    provider=$(find / -xdev -type d -path '*/registry.terraform.io/hashicorp/aws' 2>/dev/null | grep -v '/\.terraform/' | head -n 1)
    [ -n "$provider" ] || die "no mirror of the AWS provider found; name one in TF_PLUGIN_DIR"
    TF_PLUGIN_DIR=${provider%/registry.terraform.io/hashicorp/aws}
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Only what Terraform reads; no .terraform, state or plan of the working tree.
(cd "$repository" && tar -cf - --exclude=.terraform --exclude='*.tfstate*' --exclude=tfplan lib modules stages) | tar -xf - -C "$work"

cat >"$work/$root_module/nocloud_override.tf" <<'HCL'
terraform {
  backend "local" {}
}

provider "aws" {
  access_key                  = "mock"
  secret_key                  = "mock"
  allowed_account_ids         = []
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  max_retries                 = 1
}
HCL

unset TF_CLI_CONFIG_FILE AWS_PROFILE AWS_CA_BUNDLE AWS_ENDPOINT_URL TF_DATA_DIR TF_WORKSPACE TF_CLI_ARGS
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0 AWS_EC2_METADATA_DISABLED=true

run() { "$terraform" -chdir="$work/$root_module" "$@"; }
run init -no-color -plugin-dir="$TF_PLUGIN_DIR" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
run plan -no-color -out="$work/plan" "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
grep -E '^(Plan:|No changes)' "$work/log" >&2 || true

# Sorted, also the one list that Terraform puts out in the order of a hash map, and without the time it was made at: two
# recordings differ only if the plans do.
run show -json "$work/plan" | python3 -c '
import json, sys
plan = json.load(sys.stdin)
del plan["timestamp"]
plan["relevant_attributes"].sort(key=json.dumps)
json.dump(plan, sys.stdout, indent=2, sort_keys=True)
print()
' >"$work/json"
mv "$work/json" "$output"
