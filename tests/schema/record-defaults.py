#!/usr/bin/env python3
"""Measures the defaults the AWS provider fills in, and writes src/schema/defaults.tsv.

    tests/schema/record-defaults.py            writes the table
    tests/schema/record-defaults.py --report   also says which resources could not be planned, and why

Writes one resource with its required arguments for each type, and one more for each optional block with the arguments
that the block requires; plans them together, offline and with mock credentials; and takes every attribute that
is known in the plan though it was not configured. What the provider refuses is repaired from what its message says, or
dropped. Needs terraform on PATH and a filesystem mirror (INFRALINT_MIRROR, /opt/tf-plugins by default).
"""

import collections
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

VERSION = "5.100.0"
HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE.parent.parent / "src" / "schema" / "defaults.tsv"
MIRROR = os.environ.get("INFRALINT_MIRROR", "/opt/tf-plugins")
DEPTH = 3
ROUNDS = 25
REPAIRS = 6

# Types of the platform. A trailing * stands for any ending.
TYPES = """
vpc default_vpc subnet default_subnet default_security_group default_route_table default_network_acl route route_table
route_table_association main_route_table_association nat_gateway eip eip_association internet_gateway
egress_only_internet_gateway network_acl network_acl_rule network_interface security_group security_group_rule
vpc_security_group_* flow_log vpc_endpoint vpc_endpoint_* vpc_peering_connection* vpc_dhcp_options*
vpc_ipv4_cidr_block_association ec2_transit_gateway ec2_transit_gateway_vpc_attachment ec2_transit_gateway_route*
ec2_transit_gateway_peering_attachment ec2_managed_prefix_list* eks_* rds_cluster* rds_global_cluster rds_integration
db_instance* db_subnet_group db_parameter_group db_option_group db_proxy* db_snapshot db_event_subscription
db_cluster_snapshot elasticache_* opensearch_* opensearchserverless_* s3_bucket* s3_object s3_account_public_access_block
s3_access_point cloudfront_* route53_zone* route53_record route53_health_check route53_query_log
route53_key_signing_key route53_hosted_zone_dnssec route53_vpc_association_authorization route53_resolver_* dynamodb_*
iam_* kms_* lb lb_* alb* cloudwatch_log_* cloudwatch_metric_alarm cloudwatch_dashboard cloudwatch_composite_alarm
cloudwatch_event_* ecr_* ssm_parameter ssm_document ssm_maintenance_window ssm_association secretsmanager_* sns_* sqs_*
launch_template launch_configuration autoscaling_* appautoscaling_* memorydb_* docdb_* neptune_* acm_certificate*
instance ebs_* key_pair lambda_* ecs_* cloudtrail config_* guardduty_* securityhub_account efs_* backup_* wafv2_ip_set
wafv2_web_acl_association wafv2_web_acl_logging_configuration kinesis_stream kinesis_firehose_delivery_stream msk_*
mq_broker redshift_cluster redshift_subnet_group redshift_parameter_group service_discovery_* api_gateway_rest_api
api_gateway_stage api_gateway_deployment api_gateway_domain_name apigatewayv2_api apigatewayv2_stage sfn_state_machine
placement_group vpn_gateway vpn_connection customer_gateway globalaccelerator_* budgets_budget ec2_tag ami
volume_attachment networkfirewall_firewall networkfirewall_firewall_policy
""".split()

ARN = "arn:aws:iam::123456789012:role/infralint"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                     "Principal": {"Service": "ec2.amazonaws.com"}}]})
IDENTITY_POLICY = json.dumps({"Version": "2012-10-17",
                              "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
MARK = "infralint"

# Values by `type.path`, by the attribute's name, or by a pattern of its name; the first that fits holds.
# A key that begins with + also asks for the blocks on its path.
VALUES = json.loads((HERE / "values.json").read_text())
EXACT = {key.removeprefix("+"): value for key, value in VALUES.items()}
FORCED = [key[1:] for key in VALUES if key.startswith("+")]
PATTERNS = [
    (r"^(arn|.*_arn|.*_arns|arns|role)$", ARN),
    (r"^assume_role_policy$", POLICY),
    (r"^(policy|.*_policy|policy_document|inline_policy)$", IDENTITY_POLICY),
    (r"ipv6_cidr", "2001:db8::/56"),
    (r"cidr", "10.20.0.0/16"),
    (r"^vpc_id$|_vpc_id$", "vpc-0123456789abcdef0"),
    (r"^subnet_ids?$|_subnet_ids?$|^subnets$", "subnet-0123456789abcdef0"),
    (r"security_group", "sg-0123456789abcdef0"),
    (r"^kms_key_id$", "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"),
    (r"account_id$|^aws_account|account$", "210987654321"),
    (r"region", "eu-west-1"),
    (r"availability_zone", "us-east-1a"),
    (r"password", "infralint-Password1"),
    (r"email", "infralint@example.com"),
    (r"(domain|dns|host)_?(name)?$|^domain$", "infralint.example.com"),
    (r"url$|^location$|endpoint$", "https://infralint.example.com/"),
    (r"^protocol$|_protocol$", "tcp"),
    (r"port$", 8080),
    (r"_id$|_ids$|^id$", "id-0123456789abcdef0"),
    (r"name$|identifier$|^bucket$|prefix$", MARK),
]


def run(directory, *arguments, check=True):
    done = subprocess.run(["terraform", *arguments], cwd=directory, capture_output=True, text=True, env=environment())
    if check and done.returncode:
        sys.exit(f"terraform {' '.join(arguments)}\n{done.stdout}{done.stderr}")
    return done.stdout


def environment():
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    # Nothing listens there: what asks AWS while planning is refused at once.
    return kept | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_EC2_METADATA_DISABLED": "true",
                   "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


ROOT = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": VERSION}}},
    "provider": {"aws": {"region": "us-east-1", "access_key": "mock", "secret_key": "mock", "max_retries": 1,
                         "skip_credentials_validation": True, "skip_requesting_account_id": True,
                         "skip_metadata_api_check": True, "skip_region_validation": True}},
}


def wanted(ty):
    plain = ty.removeprefix("aws_")
    return any(plain.startswith(t[:-1]) if t.endswith("*") else plain == t for t in TYPES)


# --- configurations ---------------------------------------------------------------------------------------------------

def exact(ty, path):
    for key in (f"{ty}.{path}", path.rsplit(".", 1)[-1]):
        if key in EXACT:
            return EXACT[key]
    return None


def scalar(kind, ty, path):
    value = exact(ty, path)
    if value is not None and not isinstance(value, (list, dict)):
        return value
    if kind == "bool":
        return True
    name = path.rsplit(".", 1)[-1]
    for pattern, value in PATTERNS:
        if re.search(pattern, name):
            if kind == "string":
                return str(value)
            return value if isinstance(value, int) else 7
    return 7 if kind == "number" else MARK


def value_of(kind, ty, path):
    given = exact(ty, path)
    if given is not None and (isinstance(given, (list, dict)) == isinstance(kind, list)):
        return given
    if isinstance(kind, str):
        return scalar(kind, ty, path)
    outer, inner = kind[0], kind[1]
    if outer in ("list", "set"):
        return [value_of(inner, ty, path)]
    if outer == "map":
        return {MARK: value_of(inner, ty, path)}
    return {name: value_of(field, ty, f"{path}.{name}") for name, field in inner.items()}


def body(block, ty, path, extra):
    """The required arguments and blocks of a block, and the optional block that `extra` leads to."""
    out = {}
    for name, attribute in block.get("attributes", {}).items():
        at = f"{path}{name}"
        if attribute.get("required") or f"{ty}.{at}" in EXACT:
            out[name] = value_of(attribute["type"], ty, at)
    for name, nested in block.get("block_types", {}).items():
        led = extra[1:] if extra and extra[0] == name else None
        given = any(key.startswith(f"{ty}.{path}{name}.") for key in FORCED)
        if nested.get("min_items") or led is not None or given:
            inner = body(nested["block"], ty, f"{path}{name}.", led)
            out[name] = inner if nested["nesting_mode"] == "single" else [inner]
    return out


def optional_blocks(block, path=()):
    for name, nested in block.get("block_types", {}).items():
        if name == "timeouts":
            continue
        if not nested.get("min_items"):
            yield (*path, name)
        if len(path) + 1 < DEPTH:
            yield from optional_blocks(nested["block"], (*path, name))


def instances(schemas):
    """One resource per type, and one more for each optional block, as (type, name) -> arguments."""
    out = {}
    for ty in filter(wanted, schemas):
        block = schemas[ty]["block"]
        out[ty, "base"] = body(block, ty, "", None)
        for path in optional_blocks(block):
            out[ty, "with__" + "__".join(path)] = body(block, ty, "", path)
    return out


# --- repairs ----------------------------------------------------------------------------------------------------------

CHOICE = re.compile(r"expected (\S+?) to be one of \[(.*?)\], got (.*?)(?:: )?$", re.S)
RANGE = re.compile(r"expected (\S+?) to be in the range \((-?\d+) - |Attribute (\S+?) value must be (?:between|at least) (\d+)")
LEAST = re.compile(r"expected (\S+?) to be at least \((-?\d+)\)")
LENGTH = re.compile(r"expected length of (\S+?) to be in the range \((\d+) - (\d+)\)")
ENUM = re.compile(r"Attribute (\S+?) value must be one of: \[(.*?)\]", re.S)
GIVEN = re.compile(r"Path: (\S+)\nGiven Value: .*?\nValid Values: \[(\S+)", re.S)
NO_ARN = re.compile(r"\"(\S+)\" \((.*?)\) is an invalid ARN|Path: (\S+)\nValue: (\S+)$")
NO_ACCOUNT = re.compile(r"\"(\S+)\" doesn't look like AWS Account ID")
NO_JSON = re.compile(r"\"(\S+)\" contains an invalid JSON")
ONE_OF = re.compile(r"one of `([\w.,]+)` must be specified|of these attributes must be configured: \[([\w.,]+)\]")
ALL_OF = re.compile(r"all of `([\w.,]+)` must be specified|(?:Block|for the) (\S+)(?: attribute)? (?:must have a configuration value )?as the")
ONLY_ONE = re.compile(r"only one of `\S+` can be specified, but `(\S+)` were|(?:\"\w+\": conflicts with (\w+))")
AT_LEAST = re.compile(r"At least (\d+) \"(\w+)\" blocks are required")
TOO_FEW = re.compile(r"Attribute (\w+) requires (\d+) item minimum")


def steps(path):
    return [int(step) if step.isdigit() else step for step in re.sub(r"\[(\d+)\]", r".\1", path).split(".")]


def put(config, path, value):
    """Sets what is at a path already; says whether it was there."""
    node = config
    *way, last = steps(path)
    for step in way:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return False
    if isinstance(last, int):
        node[last] = value
        return True
    if last not in node:
        return False
    node[last] = [value] if isinstance(node[last], list) else value
    return True


def replace(node, name, old, new):
    """Sets attributes of a name, at any depth, that have the value which was refused."""
    if isinstance(node, list):
        return any([replace(item, name, old, new) for item in node])
    if not isinstance(node, dict):
        return False
    changed = any([replace(value, name, old, new) for value in node.values()])
    if name in node and str(node[name] if not isinstance(node[name], list) else node[name][0]) == old:
        return put(node, name, new)
    return changed


def group(match):
    return next(group for group in match.groups() if group is not None)


def repair(ty, schema, config, wanted_block, text):
    """Changes the arguments as the message asks; says whether it could."""
    if match := CHOICE.search(text):
        choices = re.findall(r'"([^"]+)"', match[2]) or [int(number) for number in re.findall(r"\d+", match[2])]
        return bool(choices) and (put(config, match[1], choices[0]) if "." in match[1] else
                                  replace(config, match[1], match[3].strip(), choices[0]))
    if match := ENUM.search(text):
        return put(config, match[1], re.findall(r'"([^"]+)"', match[2])[0])
    if match := GIVEN.search(text):
        return put(config, match[1], match[2])
    if match := RANGE.search(text):
        return put(config, match[1] or match[3], int(match[2] or match[4]))
    if match := LEAST.search(text):
        return put(config, match[1], int(match[2]))
    if match := LENGTH.search(text):
        return put(config, match[1], (MARK * 30)[:max(int(match[2]), min(9, int(match[3])))])
    if match := NO_ARN.search(text):
        path, value = match[1] or match[3], match[2] or match[4]
        return value != ARN and (put(config, path, ARN) or replace(config, path, value, ARN))
    if match := NO_ACCOUNT.search(text):
        return put(config, match[1], "210987654321")
    if match := NO_JSON.search(text):
        return put(config, match[1], "{}")
    if match := AT_LEAST.search(text):
        return repeat(config, match[2], int(match[1]))
    if match := TOO_FEW.search(text):
        return repeat(config, match[1], int(match[2]))
    if match := ONLY_ONE.search(text):
        # The block this resource is there for stays.
        given = [name for name in group(match).split(",") if name in config and name != wanted_block]
        return any([config.pop(name) is not None for name in given])
    if match := ALL_OF.search(text):
        return any([add(ty, schema, config, name) for name in group(match).split(",")])
    if match := ONE_OF.search(text):
        return add(ty, schema, config, group(match).split(",")[0])
    return False


def repeat(node, name, times):
    if isinstance(node, list):
        return any([repeat(item, name, times) for item in node])
    if not isinstance(node, dict):
        return False
    if isinstance(node.get(name), list) and len(node[name]) < times:
        node[name] = [copy.deepcopy(node[name][0]) for _ in range(times)]
        return True
    return any([repeat(value, name, times) for value in node.values()])


def add(ty, schema, config, path):
    node, block, way, at = config, schema["block"], steps(path), ""
    for step in way[:-1]:
        if isinstance(step, int):
            node = node[step] if isinstance(node, list) and len(node) > step else {}
            continue
        block, at = block.get("block_types", {}).get(step, {}).get("block", {}), f"{at}{step}."
        node = node.get(step, {}) if isinstance(node, dict) else {}
    node = node[0] if isinstance(node, list) and node else node
    last = way[-1]
    if not isinstance(node, dict) or last in node:
        return False
    if last in block.get("attributes", {}):
        node[last] = value_of(block["attributes"][last]["type"], ty, at + last)
    elif last in block.get("block_types", {}):
        node[last] = [body(block["block_types"][last]["block"], ty, f"{at}{last}.", None)]
    else:
        return False
    return True


# --- planning ---------------------------------------------------------------------------------------------------------

class Recorder:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        (self.directory / "root.tf.json").write_text(json.dumps(ROOT))
        run(directory, "init", "-no-color", f"-plugin-dir={MIRROR}")
        document = json.loads(run(directory, "providers", "schema", "-json"))
        self.schemas = document["provider_schemas"]["registry.terraform.io/hashicorp/aws"]["resource_schemas"]
        self.configs = instances(self.schemas)
        self.dropped = {}
        self.written = {}
        self.repairs = collections.Counter()

    def write(self):
        for (ty, name), config in self.configs.items():
            text = json.dumps({"resource": {ty: {name: config}}})
            if self.written.get((ty, name)) != text:
                (self.directory / f"{ty}.{name}.resource.tf.json").write_text(text)
                self.written[ty, name] = text

    def settle(self, diagnostics):
        """Repairs or drops each resource that a diagnostic names; says whether anything changed."""
        messages = collections.defaultdict(list)
        for diagnostic in diagnostics:
            if diagnostic["severity"] == "error":
                messages[self.named(diagnostic)].append(f"{diagnostic['summary']}: {diagnostic.get('detail', '')}")
        for key, texts in messages.items():
            if key is None:
                print(f"an error that names no resource: {texts}", file=sys.stderr)
                continue
            ty, name = key
            led = name.split("__")[1] if "__" in name else None
            self.repairs[key] += 1
            if self.repairs[key] > REPAIRS or not any([repair(ty, self.schemas[ty], self.configs[key], led, text) for text in texts]):
                self.drop(key, texts)
        print(f"{len(self.configs)} resources, {len(messages)} with errors, {len(self.dropped)} dropped", file=sys.stderr)
        return any(key is not None for key in messages)

    def named(self, diagnostic):
        if address := diagnostic.get("address"):
            return tuple(address.split("."))
        file = diagnostic.get("range", {}).get("filename", "")
        key = tuple(file.removesuffix(".resource.tf.json").split("."))
        return key if key in self.configs else None

    def drop(self, key, texts):
        self.dropped[key] = texts
        del self.configs[key]
        (self.directory / f"{key[0]}.{key[1]}.resource.tf.json").unlink()

    def plan(self):
        for _ in range(ROUNDS):
            self.write()
            answer = json.loads(run(self.directory, "validate", "-json", check=False))
            if not self.settle(answer["diagnostics"]):
                break
        for _ in range(ROUNDS):
            self.write()
            lines = run(self.directory, "plan", "-json", "-refresh=false", "-out=plan", check=False).splitlines()
            events = [json.loads(line) for line in lines if line.startswith("{")]
            if not self.settle([event["diagnostic"] for event in events if "diagnostic" in event]):
                break
        plan = json.loads(run(self.directory, "show", "-json", "plan"))
        return plan["resource_changes"]

    def defaults(self):
        found = collections.defaultdict(set)
        for change in self.plan():
            ty, config = change["type"], self.configs[change["type"], change["name"]]
            for path, value in known(self.schemas[ty]["block"], change["change"]["after"], config, ""):
                found[ty, path].add(json.dumps(value))
        return found


def known(block, after, config, path):
    """Attributes with a value that was not configured."""
    for name, attribute in block.get("attributes", {}).items():
        # What is not known is not in the plan. A null says something only where the provider could have left it open.
        there = name in after and (after[name] is not None or attribute.get("computed"))
        if name not in config and there and name != "tags_all" and plain(attribute["type"]):
            yield path + name, after[name]
    for name, nested in block.get("block_types", {}).items():
        value, given = after.get(name), config.get(name)
        values = value if isinstance(value, list) else [value] if value else []
        givens = given if isinstance(given, list) else [given] if given else []
        # A block the provider adds by itself has no arguments.
        for index, inner in enumerate(values):
            own = givens[index] if index < len(givens) else {}
            yield from known(nested["block"], inner, own, f"{path}{name}.")


def plain(kind):
    return isinstance(kind, str) or isinstance(kind[1], str)


def rows(found):
    for (ty, path), values in sorted(found.items()):
        # Null where another argument is given in its place, and a value where none is: the value is the default.
        values = values - {"null"} or values
        text = " ".join(values)
        # What is made of other arguments, of the region or the account is no default.
        if len(values) == 1 and not re.search(r"infralint|us-east-1|0123456789|123456789012|10\.20\.|2087", text):
            yield f"{ty}\t{path}\t{text}\t{VERSION}\tterraform plan"


HEADER = f"""# Defaults the AWS provider fills in: known in a plan though not configured. Written by tests/schema/record-defaults.py.
# resource type, attribute, value as JSON, provider version measured, how
"""


def main():
    with tempfile.TemporaryDirectory() as directory:
        recorder = Recorder(directory)
        found = recorder.defaults()
    table = list(rows(found))
    TABLE.write_text(HEADER + "".join(row + "\n" for row in table))
    bases = sum(1 for _, name in recorder.configs if name == "base")
    print(f"{len(table)} defaults of {len({row.split(chr(9))[0] for row in table})} types; planned {bases} types and "
          f"{len(recorder.configs) - bases} optional blocks; {len(recorder.dropped)} refused", file=sys.stderr)
    if "--report" in sys.argv:
        for (ty, name), texts in sorted(recorder.dropped.items(), key=lambda item: (item[0][1] != "base", item)):
            print(f"{ty}.{name}: {texts[0][:400]!r}", file=sys.stderr)
        for (ty, path), values in sorted(found.items()):
            if len(values) > 1:
                print(f"differs: {ty}.{path}: {sorted(values)}", file=sys.stderr)


if __name__ == "__main__":
    main()
