#!/bin/sh
# Records plans that change what exists, as `terraform show -json` writes them: recorded/changes/NAME.json. The first ones are of
# terraform_data, which is applied for real; the last one is of AWS resources whose state is written by hand and not refreshed.
# The values in them that are marked sensitive all begin with "planted".
#
#   tests/plans/record-changes.sh
#
# Needs terraform 1.11.4 on PATH, python3, and a filesystem mirror of the AWS provider (TF_PLUGIN_DIR, or one is looked for).
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
out=$here/recorded/changes
mkdir -p "$out"
if [ -z "${TF_PLUGIN_DIR:-}" ]; then
    provider=$(find / -xdev -type d -path '*/registry.terraform.io/hashicorp/aws' 2>/dev/null | grep -v '/\.terraform/' | head -n 1)
    TF_PLUGIN_DIR=${provider%/registry.terraform.io/hashicorp/aws}
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset TF_CLI_CONFIG_FILE AWS_PROFILE AWS_CA_BUNDLE AWS_ENDPOINT_URL TF_DATA_DIR TF_WORKSPACE TF_CLI_ARGS
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0 AWS_EC2_METADATA_DISABLED=true

# The plan under a name, without what differs from one recording to the next.
show() {
    terraform show -json plan | python3 -c '
import json, re, sys
text = sys.stdin.read()
for i, found in enumerate(dict.fromkeys(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text))):
    text = text.replace(found, f"00000000-0000-0000-0000-{i:012d}")
plan = json.loads(text)
del plan["timestamp"]
plan.get("relevant_attributes", []).sort(key=json.dumps)
json.dump(plan, sys.stdout, sort_keys=True)
print()
' >"$out/$1.json"
}

mkdir "$work/data"
cd "$work/data"
cp "$here/changes/before.tf" main.tf
terraform init >/dev/null
terraform apply -auto-approve >/dev/null
cp "$here/changes/after.tf" main.tf
terraform plan -out=plan -var trigger=2 >/dev/null
show mixed
terraform plan -out=plan -destroy >/dev/null
show destroy
cp "$here/changes/before.tf" main.tf
terraform plan -out=plan -refresh-only >/dev/null
show refresh-only
terraform plan -out=plan -replace=terraform_data.first -target=terraform_data.first >/dev/null
show target

mkdir "$work/aws"
cd "$work/aws"
cp "$here/changes/aws.tf" main.tf
cp "$here/changes/aws.tfstate" terraform.tfstate
terraform init -plugin-dir="$TF_PLUGIN_DIR" >/dev/null
terraform plan -refresh=false -out=plan >/dev/null
show aws
ls -l "$out"
