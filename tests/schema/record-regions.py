#!/usr/bin/env python3
"""Asks the AWS provider what it knows of partitions and regions by itself, and writes src/schema/regions.tsv.

    tests/schema/record-regions.py

Each data source that answers without the account is read for every region; where it refuses one there is a `-`. Of services
the table has only those whose principals do not end in amazonaws.com everywhere, looked for among the services that the
provider's resources are named after. Needs terraform on PATH and a filesystem mirror (TF_PLUGIN_DIR, /opt/tf-plugins by
default)."""

import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE.parent.parent / "src" / "schema" / "regions.tsv"
MIRROR = os.environ.get("TF_PLUGIN_DIR", "/opt/tf-plugins")
LEFT_OUT = ("TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS", "AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_REGION")
ENV = {k: v for k, v in os.environ.items() if k not in LEFT_OUT}
ENV |= {"CHECKPOINT_DISABLE": "1", "TF_INPUT": "0", "AWS_EC2_METADATA_DISABLED": "true"}

# Names of regions, also of some that there may be; the provider says which it knows.
REGIONS = [
    f"{area}-{where}-{n}"
    for area in ("af", "ap", "ca", "cn", "eu", "eu-isoe", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov", "us-iso", "us-isob", "us-isof")
    for where in ("central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west")
    for n in range(1, 8)
]

# Data source, other arguments, and the attribute that is kept.
COLUMNS = [
    ("aws_service_principal", 'service_name = "x"', "suffix"),
    ("aws_service", 'service_id = "x"', "partition"),
    ("aws_elb_service_account", "", "id"),
    ("aws_elb_hosted_zone_id", "", "id"),
    ("aws_lb_hosted_zone_id", 'load_balancer_type = "network"', "id"),
    ("aws_redshift_service_account", "", "id"),
    ("aws_cloudtrail_service_account", "", "id"),
    ("aws_elastic_beanstalk_hosted_zone", "", "id"),
    ("aws_apprunner_hosted_zone_id", "", "id"),
    ("aws_cloudfront_log_delivery_canonical_user_id", "", "id"),
]

# Services whose principals are not named like their resources.
MORE_SERVICES = "codedeploy elasticmapreduce events lambda states logs config workspaces ssm sqs sns es kinesis firehose".split()


class Terraform:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.write("eu-central-1", "")
        self.run("init", f"-plugin-dir={MIRROR}")

    def run(self, *command):
        return subprocess.run(["terraform", *command], cwd=self.folder, env=ENV, capture_output=True, text=True, check=False).stdout

    def write(self, region, text):
        (self.folder / "main.tf").write_text(f"""
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "5.100.0"
    }}
  }}
}}
provider "aws" {{
  region                      = "{region}"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}}
{text}""")

    def plan(self, region, text):
        """The output `all`, or the addresses that were refused."""
        self.write(region, text)
        said = self.run("plan", "-json", "-out=plan")
        refused = set()
        for line in said.splitlines():
            diagnostic = json.loads(line).get("diagnostic") if line.startswith("{") else None
            if diagnostic and diagnostic["severity"] == "error":
                refused.add(diagnostic.get("address") or diagnostic["summary"] + diagnostic["detail"])
        if refused:
            return None, refused
        return json.loads(self.run("show", "-json", "plan"))["planned_values"]["outputs"]["all"]["value"], set()

    def each(self, ty, argument, keys, arguments):
        """The data source for every key that the provider does not refuse."""
        keys = list(keys)
        while True:
            text = f"""
data "{ty}" "a" {{
  for_each = toset({json.dumps(keys)})
  {argument} = each.key
  {arguments}
}}
output "all" {{
  value = data.{ty}.a
}}
"""
            found, refused = self.plan("eu-central-1", text)
            if found is not None:
                return found
            left = [key for key in keys if f'data.{ty}.a["{key}"]' not in refused]
            if left == keys:
                raise SystemExit(f"{ty}: {refused}")
            keys = left


def main():
    terraform = Terraform()
    regions = terraform.each("aws_region", "name", REGIONS, "")
    of = {ty: terraform.each(ty, "region", regions, arguments) for ty, arguments, _ in COLUMNS}
    lines = [
        "# What the AWS provider 5.100.0 knows of partitions and regions by itself. Written by tests/schema/record-regions.py.",
        "# partition, its DNS suffix, its prefix of reverse DNS names",
    ]
    by_partition = {}
    for region in sorted(regions):
        by_partition.setdefault(of["aws_service"][region]["partition"], region)
    for partition, region in sorted(by_partition.items()):
        found, _ = terraform.plan(region, 'data "aws_partition" "a" {}\noutput "all" {\n  value = data.aws_partition.a\n}\n')
        lines.append("\t".join(["partition", partition, found["dns_suffix"], found["reverse_dns_prefix"]]))
    lines.append("# region, partition, description, endpoint of EC2, then by column: " + " ".join(ty for ty, _, _ in COLUMNS[2:]))
    for name, region in sorted(regions.items()):
        row = [of[ty].get(name, {}).get(attribute, "-") for ty, _, attribute in COLUMNS[1:]]
        lines.append("\t".join(["region", name, row[0], region["description"], region["endpoint"], *row[1:]]))
    schema = json.loads(terraform.run("providers", "schema", "-json"))["provider_schemas"]
    types = next(iter(schema.values()))["resource_schemas"]
    services = sorted({ty.split("_")[1] for ty in types} | set(MORE_SERVICES))
    lines.append("# service, partition, the suffix of its principal where that is not amazonaws.com")
    for region in sorted(by_partition.values()):
        found = terraform.each("aws_service_principal", "service_name", services, f'region = "{region}"')
        for service, principal in sorted(found.items()):
            if principal["suffix"] != "amazonaws.com":
                partition = of["aws_service"][region]["partition"]
                lines.append("\t".join(["principal", service, partition, principal["suffix"]]))
    billing, _ = terraform.plan("eu-central-1", 'data "aws_billing_service_account" "a" {}\noutput "all" {\n  value = data.aws_billing_service_account.a\n}\n')
    lines.append("# the account of billing reports")
    lines.append("\t".join(["billing", billing["id"]]))
    TABLE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
