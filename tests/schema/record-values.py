#!/usr/bin/env python3
"""Records which values the AWS provider itself refuses, into src/schema/values.tsv: enumerations, ranges, patterns by their
message, and which arguments exclude or need each other. Every argument of the platform's resource types is given a value that
cannot be right, in a resource of its own, and `terraform validate -json` is asked once for all of them.

    tests/schema/record-values.py

Needs terraform 1.11.4 on PATH and a filesystem mirror of the AWS provider 5.100.0 (TF_PLUGIN_DIR, /opt/tf-plugins by default)."""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
VERSION = "5.100.0"
TYPES = """
aws_acm_certificate aws_alb aws_autoscaling_group aws_autoscaling_policy aws_backup_plan aws_cloudfront_distribution
aws_cloudwatch_log_group aws_cloudwatch_metric_alarm aws_db_instance aws_db_parameter_group aws_db_subnet_group aws_dynamodb_table
aws_ebs_volume aws_ecr_repository aws_ecs_cluster aws_ecs_service aws_ecs_task_definition aws_efs_file_system aws_efs_mount_target
aws_eip aws_eks_addon aws_eks_cluster aws_eks_fargate_profile aws_eks_node_group aws_elasticache_cluster
aws_elasticache_parameter_group aws_elasticache_replication_group aws_elasticache_subnet_group aws_elasticache_user
aws_flow_log aws_iam_group aws_iam_instance_profile aws_iam_openid_connect_provider aws_iam_policy aws_iam_role
aws_iam_role_policy aws_iam_role_policy_attachment aws_iam_user aws_instance aws_internet_gateway aws_kms_alias aws_kms_key
aws_lambda_function aws_lambda_permission aws_launch_template aws_lb aws_lb_listener aws_lb_listener_rule aws_lb_target_group
aws_lb_target_group_attachment aws_nat_gateway aws_network_acl_rule aws_opensearch_domain aws_rds_cluster aws_rds_cluster_instance
aws_rds_cluster_parameter_group aws_rds_global_cluster aws_route aws_route53_health_check aws_route53_record aws_route53_zone
aws_route_table aws_s3_bucket_acl aws_s3_bucket_object_lock_configuration aws_s3_bucket_ownership_controls
aws_s3_bucket_policy aws_s3_bucket_public_access_block aws_s3_bucket_server_side_encryption_configuration
aws_s3_bucket_versioning aws_secretsmanager_secret aws_security_group aws_security_group_rule aws_sns_topic
aws_sns_topic_subscription aws_sqs_queue aws_ssm_parameter aws_subnet aws_vpc aws_vpc_dhcp_options aws_vpc_endpoint
aws_vpc_ipv4_cidr_block_association aws_vpc_peering_connection aws_volume_attachment aws_wafv2_ip_set
""".split()
BOGUS = "!infralint!"


def run(*command, cwd):
    env = {k: v for k, v in os.environ.items() if k not in ("TF_CLI_CONFIG_FILE", "AWS_CA_BUNDLE", "TF_DATA_DIR")}
    env |= {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    return done.stdout if done.stdout.startswith("{") or not done.returncode else exit(done.stderr or done.stdout)


def value(ty):
    match ty:
        case "string":
            return json.dumps(BOGUS)
        case "number":
            return "-99999"
        case "bool":
            return "true"
        case ["list" | "set", inner] if isinstance(inner, str):
            return f"[{value(inner)}]"
        case ["map", inner] if isinstance(inner, str):
            return "{ a = " + value(inner) + " }"
    return None


def configurable(attribute):
    return (attribute.get("optional") or attribute.get("required")) and not attribute.get("deprecated")


def paths(block, path=(), depth=0):
    """The arguments of a block and of the blocks in it: their paths, and their types."""
    for name, attribute in sorted(block.get("attributes", {}).items()):
        if configurable(attribute) and not (depth == 0 and name in ("id", "tags_all")) and value(attribute["type"]):
            yield (*path, name), attribute["type"]
    for name, nested in sorted(block.get("block_types", {}).items()):
        if name != "timeouts" and depth < 1 and not nested["block"].get("deprecated"):
            yield from paths(nested["block"], (*path, name), depth + 1)


def body(block, wanted, indent):
    """What must be there, and the wanted paths; each argument on a line of its own, with a path to find it by."""
    lines = []
    heads = {path[0] for path in wanted}
    for name, attribute in sorted(block.get("attributes", {}).items()):
        is_wanted = (name,) in wanted
        if is_wanted or (attribute.get("required") and value(attribute["type"])):
            lines.append((f"{indent}{name} = {value(attribute['type'])}", (name,) if is_wanted else None))
    for name, nested in sorted(block.get("block_types", {}).items()):
        if name in heads and (name,) not in wanted or nested.get("min_items"):
            inner = {path[1:] for path in wanted if path[0] == name and len(path) > 1}
            lines.append((f"{indent}{name} {{", None))
            lines += [(text, (name, *path) if path else None) for text, path in body(nested["block"], inner, indent + "  ")]
            lines.append((f"{indent}}}", None))
    return lines


def main():
    work = pathlib.Path(tempfile.mkdtemp())
    (work / "main.tf").write_text(
        f'terraform {{\n  required_providers {{\n    aws = {{\n      source  = "hashicorp/aws"\n      version = "{VERSION}"\n    }}\n  }}\n}}\n'
    )
    run("terraform", "init", f"-plugin-dir={os.environ.get('TF_PLUGIN_DIR', '/opt/tf-plugins')}", cwd=work)
    cached = os.environ.get("SCHEMA_JSON")
    text = pathlib.Path(cached).read_text() if cached else run("terraform", "providers", "schema", "-json", cwd=work)
    schemas = json.loads(text)["provider_schemas"]["registry.terraform.io/hashicorp/aws"]["resource_schemas"]
    rows = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        # A graph of thousands of resources takes Terraform longer than many small ones.
        for found in pool.map(lambda ty: ask(work, ty, schemas[ty]["block"]), TYPES):
            rows |= found
    out = HERE.parent.parent / "src/schema/values.tsv"
    head = "# Values that the AWS provider refuses, as it says it.\n# resource type, path, kind, the name in the message, what is allowed, source\n"
    text = "".join("\t".join((*columns, f"aws {VERSION}")) + "\n" for columns in sorted(rows))
    out.write_text(head + text)
    print(len(rows), "rows")


def ask(provider, ty, block):
    """The rows of one resource type."""
    work = pathlib.Path(tempfile.mkdtemp())
    (work / ".terraform").mkdir()
    (work / ".terraform/providers").symlink_to(provider / ".terraform/providers")
    shutil.copy(provider / ".terraform.lock.hcl", work)
    lines, asked = [], {}
    every = list(paths(block))
    tops = {path for path, _ in every if len(path) == 1}
    for i, wanted in enumerate([{path} for path, _ in every] + [set(), tops]):
        lines.append(f'resource "{ty}" "r{i}" {{')
        first, only = len(lines), next(iter(wanted)) if len(wanted) == 1 else None
        for text, path in body(block, wanted, "  "):
            lines.append(text)
            if path and only:
                asked[len(lines)] = (only, True)
        lines.append("}")
        for line in range(first, len(lines) + 1):
            asked.setdefault(line, (only, False))
    (work / "main.tf").write_text("\n".join(lines) + "\n")
    rows = set()
    for diagnostic in json.loads(run("terraform", "validate", "-json", cwd=work))["diagnostics"]:
        at = diagnostic.get("range")
        if at and diagnostic["severity"] == "error":
            path, exact = asked.get(at["start"]["line"], (None, False))
            rows |= set(row(ty, path, exact, diagnostic))
    shutil.rmtree(work)
    print(ty, len(lines), len(rows), flush=True)
    return rows


def row(ty, path, exact, diagnostic):
    summary, detail = diagnostic["summary"], diagnostic.get("detail", "")
    # Arguments that exclude or need each other, whichever was asked about.
    if found := re.fullmatch(r'"([a-z_0-9]+)": conflicts with ([a-z_0-9]+)', detail):
        yield ty, found[1], "conflicts", found[1], found[2]
    if found := re.fullmatch(r'"([a-z_0-9]+)": one of `([a-z_0-9,]+)` must be specified', detail):
        yield ty, found[1], "one-needed", found[1], found[2]
    if found := re.fullmatch(r'"([a-z_0-9]+)": only one of `([a-z_0-9,]+)` can be specified.*', detail):
        yield ty, found[1], "one-only", found[1], found[2]
    if found := re.fullmatch(r'"([a-z_0-9]+)": all of `([a-z_0-9,]+)` must be specified', detail):
        yield ty, found[1], "all-needed", found[1], found[2]
    if not path:
        return
    dotted, leaf = ".".join(path), path[-1]
    names = "|".join(re.escape(name) for name in (leaf, re.sub(r"\.(?=.)", ".0.", dotted)))
    patterns = {
        "one-of": rf'expected ({names}) to be one of \[(".*")\], got {BOGUS}',
        "one-of-numbers": rf"expected ({names}) to be one of \[([0-9 ]+)\], got -99999",
        "range": rf"expected ({names}) to be in the range \((-?[0-9]+ - -?[0-9]+)\), got -99999",
        "at-least": rf"expected ({names}) to be at least \((-?[0-9]+)\), got -99999",
        "port": rf'expected "({names})" to be a valid port number, got: -99999()',
        "arn": rf'"({names})" \({BOGUS}\) is an invalid ARN: arn: invalid prefix()',
        "network": rf"expected ({names}) to contain a valid Value, got: {BOGUS} with err: invalid CIDR address: {BOGUS}()",
    }
    for kind, pattern in patterns.items():
        if found := re.fullmatch(pattern, summary):
            where = "value" if exact else "body"
            yield ty, dotted, f"{kind}@{where}", found[1], found[2]
    if re.fullmatch(rf'"{BOGUS}" is not a valid CIDR block: invalid CIDR address: {BOGUS}', summary):
        yield ty, dotted, f"cidr@{'value' if exact else 'body'}", leaf, ""


if __name__ == "__main__":
    main()
