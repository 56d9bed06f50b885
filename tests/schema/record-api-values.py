#!/usr/bin/env python3
"""Writes src/schema/values-api.tsv: values that the provider lets through and AWS refuses, as far as that is data.

    pip download botocore --no-deps -d DIR && tests/schema/record-api-values.py DIR/botocore-*.whl

The models of AWS's API in botocore (Apache-2.0) say which members of a request are enumerations, have a pattern or bounds. An argument
that is called like a member is held against what its model says, where the provider has no row in src/schema/values.tsv itself. What
the models do not say (classes of databases, zones) is in DOCUMENTED, each with the page that does. Lists grow: what is in
none is told as a warning."""

import gzip
import json
import os
import pathlib
import re
import sys
import zipfile

HERE = pathlib.Path(__file__).parent
OUT = HERE.parent.parent / "src/schema/values-api.tsv"
# Resource type: service, shape of the request that makes one.
REQUESTS = {
    "aws_acm_certificate": ("acm", "RequestCertificateRequest"),
    "aws_autoscaling_group": ("autoscaling", "CreateAutoScalingGroupType"),
    "aws_cloudwatch_log_group": ("logs", "CreateLogGroupRequest"),
    "aws_cloudwatch_metric_alarm": ("cloudwatch", "PutMetricAlarmInput"),
    "aws_db_instance": ("rds", "CreateDBInstanceMessage"),
    "aws_dynamodb_table": ("dynamodb", "CreateTableInput"),
    "aws_ebs_volume": ("ec2", "CreateVolumeRequest"),
    "aws_ecr_repository": ("ecr", "CreateRepositoryRequest"),
    "aws_ecs_service": ("ecs", "CreateServiceRequest"),
    "aws_efs_file_system": ("efs", "CreateFileSystemRequest"),
    "aws_eks_addon": ("eks", "CreateAddonRequest"),
    "aws_eks_cluster": ("eks", "CreateClusterRequest"),
    "aws_eks_fargate_profile": ("eks", "CreateFargateProfileRequest"),
    "aws_eks_node_group": ("eks", "CreateNodegroupRequest"),
    "aws_elasticache_cluster": ("elasticache", "CreateCacheClusterMessage"),
    "aws_elasticache_replication_group": ("elasticache", "CreateReplicationGroupMessage"),
    "aws_iam_group": ("iam", "CreateGroupRequest"),
    "aws_iam_instance_profile": ("iam", "CreateInstanceProfileRequest"),
    "aws_iam_policy": ("iam", "CreatePolicyRequest"),
    "aws_iam_role": ("iam", "CreateRoleRequest"),
    "aws_iam_user": ("iam", "CreateUserRequest"),
    "aws_instance": ("ec2", "RunInstancesRequest"),
    "aws_kms_alias": ("kms", "CreateAliasRequest"),
    "aws_kms_key": ("kms", "CreateKeyRequest"),
    "aws_lambda_function": ("lambda", "CreateFunctionRequest"),
    "aws_lb": ("elbv2", "CreateLoadBalancerInput"),
    "aws_lb_listener": ("elbv2", "CreateListenerInput"),
    "aws_lb_target_group": ("elbv2", "CreateTargetGroupInput"),
    "aws_nat_gateway": ("ec2", "CreateNatGatewayRequest"),
    "aws_opensearch_domain": ("opensearch", "CreateDomainRequest"),
    "aws_rds_cluster": ("rds", "CreateDBClusterMessage"),
    "aws_route53_health_check": ("route53", "HealthCheckConfig"),
    "aws_route53_record": ("route53", "ResourceRecordSet"),
    "aws_route53_zone": ("route53", "CreateHostedZoneRequest"),
    "aws_s3_bucket": ("s3", "CreateBucketRequest"),
    "aws_secretsmanager_secret": ("secretsmanager", "CreateSecretRequest"),
    "aws_sns_topic": ("sns", "CreateTopicInput"),
    "aws_sqs_queue": ("sqs", "CreateQueueRequest"),
    "aws_subnet": ("ec2", "CreateSubnetRequest"),
    "aws_vpc": ("ec2", "CreateVpcRequest"),
    "aws_vpc_endpoint": ("ec2", "CreateVpcEndpointRequest"),
}
# Arguments of the provider that are called otherwise in a request.
CALLED = {"aws_eks_node_group": {"node_group_name": "nodegroupName", "node_role_arn": "nodeRole"}}
# Arguments that are no plain copy of the member: the provider makes another value of them.
LEFT_OUT = {
    ("aws_route53_zone", "name"),
    ("aws_route53_record", "name"),
    ("aws_iam_policy", "policy"),
    ("aws_iam_role", "assume_role_policy"),
    ("aws_sqs_queue", "policy"),
    ("aws_lambda_function", "function_name"),
    ("aws_lambda_function", "role"),
    ("aws_lambda_function", "filename"),
}
USER_GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html"
CACHE_GUIDE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html"
ZONES = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html"
AURORA = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.html"
DOCUMENTED = [
    ("aws_db_instance", "instance_class", "class", "db", "is no class of DB instances, like db.t4g.micro", USER_GUIDE),
    ("aws_rds_cluster", "db_cluster_instance_class", "class", "db", "is no class of DB instances, like db.r6gd.large", USER_GUIDE),
    ("aws_rds_cluster_instance", "instance_class", "class", "db", "is no class of DB instances, like db.r6g.large", AURORA),
    ("aws_elasticache_cluster", "node_type", "class", "cache", "is no type of cache nodes, like cache.t4g.micro", CACHE_GUIDE),
    ("aws_elasticache_replication_group", "node_type", "class", "cache", "is no type of cache nodes, like cache.t4g.micro", CACHE_GUIDE),
    *[
        (ty, path, "zone", "-", "is no availability zone, like eu-central-1a", ZONES)
        for ty, path in [
            ("aws_subnet", "availability_zone"),
            ("aws_instance", "availability_zone"),
            ("aws_ebs_volume", "availability_zone"),
            ("aws_default_subnet", "availability_zone"),
            ("aws_db_instance", "availability_zone"),
            ("aws_rds_cluster", "availability_zones"),
            ("aws_rds_cluster_instance", "availability_zone"),
            ("aws_elasticache_cluster", "availability_zone"),
            ("aws_elasticache_cluster", "preferred_availability_zones"),
            ("aws_elasticache_replication_group", "preferred_cache_cluster_azs"),
            ("aws_autoscaling_group", "availability_zones"),
        ]
    ],
    *[
        (ty, path, "region", "-", "is no region, like eu-central-1", ZONES)
        for ty, path in [
            ("aws_dynamodb_table", "replica.region_name"),
            ("aws_secretsmanager_secret", "replica.region"),
            ("aws_vpc_peering_connection", "peer_region"),
            ("aws_route53_zone", "vpc.vpc_region"),
            ("aws_route53_health_check", "cloudwatch_alarm_region"),
        ]
    ],
]


def models(wheel):
    whole = zipfile.ZipFile(wheel)
    names = sorted(whole.namelist())

    def of(service):
        name = [n for n in names if re.match(rf"botocore/data/{service}/[^/]+/service-2\.json", n)][-1]
        data = whole.read(name)
        return json.loads(gzip.decompress(data) if name.endswith(".gz") else data)

    return of


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def lines(*columns):
    assert all("\t" not in column and "\n" not in column for column in columns), columns
    return "\t".join(columns)


def of_shape(ty, path, shape, source):
    """The rows a member's model gives."""
    if shape.get("enum"):
        values = [value for value in shape["enum"] if value and " " not in value]
        if len(values) == len(shape["enum"]):
            yield lines(ty, path, "one-of", " ".join(values), f"\"{{}}\" is none of the values AWS has for {path}.", source)
        return
    pattern = shape.get("pattern", "")
    if pattern.startswith("^") and pattern.endswith("$") and "\\u" not in pattern and "(?!" not in pattern and "(?=" not in pattern:
        yield lines(ty, path, "matches", pattern, f"\"{{}}\" does not have the form AWS has for {path}.", source)
    if shape["type"] == "string" and ("min" in shape or "max" in shape):
        bounds = f"{shape.get('min', '')}..{shape.get('max', '')}"
        yield lines(ty, path, "length", bounds, f"\"{{}}\" does not have the length AWS has for {path} ({bounds}).", source)
    if shape["type"] in ("integer", "long") and ("min" in shape or "max" in shape):
        bounds = f"{shape.get('min', '')}..{shape.get('max', '')}"
        yield lines(ty, path, "range", bounds, f"{{}} is outside what AWS has for {path} ({bounds}).", source)


def instance_types(model):
    """All types: families of the same sizes together, `m4,m5=large,xlarge`."""
    sizes = {}
    for name in model["shapes"]["InstanceType"]["enum"]:
        family, _, size = name.partition(".")
        sizes.setdefault(family, set()).add(size)
    families = {}
    for family, of_family in sizes.items():
        families.setdefault(tuple(sorted(of_family)), []).append(family)
    return " ".join(sorted(f"{','.join(sorted(names))}={','.join(of_them)}" for of_them, names in families.items()))


def main():
    wheel = sys.argv[1]
    version = re.search(r"botocore-([0-9.]+)-", wheel)[1]
    model = models(wheel)
    text = pathlib.Path(os.environ["INFRALINT_SCHEMA_JSON"]).read_text()
    schemas = json.loads(text)["provider_schemas"]["registry.terraform.io/hashicorp/aws"]["resource_schemas"]
    known = {tuple(row.split("\t")[:2]) for row in (OUT.parent / "values.tsv").read_text().splitlines()}
    rows = set()
    for ty, (service, request) in REQUESTS.items():
        shapes = model(service)["shapes"]
        members = {snake(name): member for name, member in shapes[request]["members"].items()}
        members |= {ours: shapes[request]["members"][theirs] for ours, theirs in CALLED.get(ty, {}).items()}
        for name, attribute in schemas[ty]["block"]["attributes"].items():
            if name not in members or (ty, name) in known | LEFT_OUT or not (attribute.get("optional") or attribute.get("required")):
                continue
            shape = shapes[members[name]["shape"]]
            if attribute["type"] in ("string", "number") and shape["type"] in ("string", "integer", "long"):
                if name not in ("instance_type", "availability_zone"):
                    rows |= set(of_shape(ty, name, shape, f"botocore {version}: {service} {members[name]['shape']}"))
    documentation = model("rds")["shapes"]["CreateDBInstanceMessage"]["members"]["Engine"]["documentation"]
    engines = " ".join(re.findall(r"<code>([a-z0-9-]+)</code>", documentation))
    source = f"botocore {version}: rds CreateDBInstance"
    rows.add(lines("aws_db_instance", "engine", "one-of", engines, '"{}" is none of the engines RDS has.', source))
    types = instance_types(model("ec2"))
    for ty, path in [("aws_instance", "instance_type"), ("aws_launch_template", "instance_type"), ("aws_eks_node_group", "instance_types")]:
        source = f"botocore {version}: ec2 InstanceType"
        rows.add(lines(ty, path, "instance-type", types, '"{}" is none of the instance types EC2 has.', source))
    rows |= {lines(ty, path, kind, about, f'"{{}}" {what}.', source) for ty, path, kind, about, what, source in DOCUMENTED}
    head = """# Values that the provider lets through and AWS refuses. Written by tests/schema/record-api-values.py.
# resource type, path, kind, what it is about, message, source
"""
    OUT.write_text(head + "".join(row + "\n" for row in sorted(rows)))
    print(len(rows), "rows")


if __name__ == "__main__":
    main()
