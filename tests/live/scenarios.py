"""What `check --live` and `facts pull` must do, against moto. Usage: scenarios.py INFRALINT FOLDER"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import boto3

from front import Front

INFRALINT, WORK = sys.argv[1], Path(sys.argv[2])
OWN, OTHER, REGION = "123456789012", "222222222222", "eu-west-1"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


PORT = free_port()
MOTO = subprocess.Popen(
    [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(PORT)],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
FRONT = Front(PORT)
DIRECT = f"http://127.0.0.1:{PORT}"
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
ENVIRONMENT = {
    **os.environ,
    "AWS_ENDPOINT_URL": FRONT.url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(WORK / "no-config"),
    "AWS_SHARED_CREDENTIALS_FILE": str(WORK / "credentials"),
    "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0",
}


def wait_for_moto():
    for _ in range(100):
        try:
            return urllib.request.urlopen(DIRECT + "/moto-api/", timeout=1).close()
        except OSError:
            time.sleep(0.1)
    sys.exit("moto does not start")


def reset():
    urllib.request.urlopen(urllib.request.Request(DIRECT + "/moto-api/reset", method="POST")).close()
    FRONT.requests.clear()
    FRONT.refused.clear()
    FRONT.silent.clear()


def ec2(**keys):
    return boto3.client("ec2", region_name=REGION, endpoint_url=DIRECT, **(keys or KEYS))


def vpc(client, cidr, **tags):
    made = client.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    if tags:
        client.create_tags(Resources=[made], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    return made


def repository(name, **files):
    root = WORK / name
    shutil.rmtree(root, ignore_errors=True)
    (root / ".git").mkdir(parents=True)
    for stage, text in files.items():
        folder = root / "stages" / stage / "main"
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(text)
    return root


def provider(account=OWN, more=""):
    return f'provider "aws" {{\n  region = "{REGION}"\n  allowed_account_ids = ["{account}"]\n  {more}\n}}\n'


def infralint(root, *arguments):
    return subprocess.run([INFRALINT, *arguments], cwd=root, env=ENVIRONMENT, capture_output=True, text=True)


def check(root, *arguments):
    done = infralint(root, "check", ".", "--format", "json", *arguments)
    assert done.stdout, f"exit {done.returncode}: {done.stderr}"
    return json.loads(done.stdout), done.returncode


def found(report, check_id, verdict="fail"):
    return [f for f in report["findings"] if f["check"] == check_id and f["verdict"] == verdict]


def overlaps(report):
    return [f for f in report["findings"] if f["check"].startswith("cidr-overlap/")]


PEERED = provider() + """
resource "aws_vpc" "planned" {
  cidr_block = "10.0.128.0/17"
  tags       = { Name = "planned" }
}
data "aws_vpc" "legacy" {
  filter {
    name   = "tag:Name"
    values = ["leg*"]
  }
}
resource "aws_vpc_peering_connection" "to_legacy" {
  vpc_id      = aws_vpc.planned.id
  peer_vpc_id = data.aws_vpc.legacy.id
}
"""


def unmanaged_and_peered():
    vpc(ec2(), "10.0.0.0/16", Name="legacy")
    report, code = check(repository("peered", test=PEERED), "--live")
    [finding] = found(report, "cidr-overlap/peered-overlap")
    assert code == 1 and "10.0.0.0/16" in finding["message"] and OWN in finding["message"], finding
    alone = PEERED.split('data "aws_vpc"')[0]
    report, _ = check(repository("unpeered", test=alone), "--live")
    [finding] = overlaps(report)
    assert finding["check"] == "cidr-overlap/unrelated-overlap" and finding["level"] == "warning", finding
    report, _ = check(repository("unpeered", test=alone))
    assert overlaps(report) == []


def zones_and_free_addresses():
    legacy = vpc(ec2(), "10.0.0.0/16", Name="legacy")
    ec2().create_subnet(VpcId=legacy, CidrBlock="10.0.1.0/24")
    text = provider() + """
data "aws_availability_zones" "all" { state = "available" }
data "aws_vpc" "legacy" { tags = { Name = "legacy" } }
data "aws_subnets" "of_legacy" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.legacy.id]
  }
}
data "aws_subnet" "first" { id = data.aws_subnets.of_legacy.ids[0] }
resource "aws_eip" "each_zone" { count = length(data.aws_availability_zones.all.names) }
resource "aws_eip" "if_free" { count = data.aws_subnet.first.available_ip_address_count > 200 ? 1 : 0 }
resource "aws_subnet" "taken" {
  vpc_id     = data.aws_vpc.legacy.id
  cidr_block = "10.0.1.128/25"
}
resource "aws_subnet" "free" {
  vpc_id     = data.aws_vpc.legacy.id
  cidr_block = "10.0.2.0/24"
}
resource "aws_subnet" "outside" {
  vpc_id     = data.aws_vpc.legacy.id
  cidr_block = "10.1.0.0/24"
}
"""
    report, _ = check(repository("zones", test=text), "--live")
    # Three zones, one more since there is room, three subnets.
    assert report["summary"]["resource_instances"] == 7, report["summary"]
    assert [f["address"] for f in found(report, "cidr-overlap/subnet-overlap")] == ["aws_subnet.taken"], overlaps(report)
    assert [f["address"] for f in found(report, "cidr-overlap/subnet-outside-vpc")] == ["aws_subnet.outside"]
    assert report["diagnostics"] == [d for d in report["diagnostics"] if d["level"] != "error"], report["diagnostics"]


MANAGED = provider() + """
resource "aws_vpc" "main" {
  cidr_block = "10.7.0.0/16"
  tags       = { Name = "main" }
}
resource "aws_subnet" "main" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.7.1.0/24"
  tags       = { Name = "main" }
}
"""


def managed_is_itself():
    client = ec2()
    main = vpc(client, "10.7.0.0/16", Name="main")
    subnet = client.create_subnet(VpcId=main, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    client.create_tags(Resources=[subnet], Tags=[{"Key": "Name", "Value": "main"}])
    root = repository("managed", test=MANAGED)
    report, _ = check(root, "--live")
    assert overlaps(report) == [], overlaps(report)
    # Of the same range and with other tags: only the state tells.
    report, _ = check(repository("managed", test=MANAGED.replace('Name = "main"', 'Name = "new"')), "--live")
    [finding] = found(report, "cidr-overlap/unrelated-overlap", "undecided")
    assert main in finding["undecided"]["what"], finding


def applied_by_terraform():
    mirror = os.environ.get("TF_PLUGIN_DIR", "/opt/tf-plugins")
    if not shutil.which("terraform") or not Path(mirror).is_dir():
        return "NOT RUN: terraform or its provider is missing"
    # Tags that AWS does not have: only the id in the state tells that it is the same.
    root = repository("applied", test=MANAGED.replace('  tags       = { Name = "main" }\n', ""))
    folder = root / "stages/test/main"
    (folder / "test_override.tf").write_text('provider "aws" {\n  max_retries = 2\n  skip_metadata_api_check = true\n}\n')
    run = lambda *words: subprocess.run(
        ["terraform", *words], cwd=folder, env={**ENVIRONMENT, "AWS_ENDPOINT_URL": DIRECT}, capture_output=True, text=True
    )
    for words in (["init", f"-plugin-dir={mirror}"], ["apply", "-auto-approve"], ["plan", "-out=tfplan"]):
        done = run(*words)
        assert done.returncode == 0, f"terraform {words[0]}: {done.stderr}"
    (root / "plan.json").write_text(run("show", "-json", "tfplan").stdout)
    report, _ = check(root, "--live")
    assert [f["verdict"] for f in overlaps(report)] == ["undecided"], overlaps(report)
    report, _ = check(root, "--live", "--plan", "plan.json")
    assert overlaps(report) == [], overlaps(report)


def two_accounts():
    role = f"arn:aws:iam::{OTHER}:role/reader"
    sts = boto3.client("sts", region_name=REGION, endpoint_url=DIRECT, **KEYS)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    other = dict(
        aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    (WORK / "credentials").write_text(
        "[one]\naws_access_key_id = test\naws_secret_access_key = test\n[two]\n"
        + "".join(f"{key} = {value}\n" for key, value in other.items())
    )
    vpc(ec2(), "10.1.0.0/16", Name="legacy")
    vpc(ec2(**other), "10.2.0.0/16", Name="legacy")
    stage = lambda account, profile, cidr: provider(account, f'profile = "{profile}"') + (
        f'resource "aws_vpc" "planned" {{\n  cidr_block = "{cidr}"\n}}\n'
    )
    root = repository("accounts", test=stage(OWN, "one", "10.2.128.0/17"), prod=stage(OTHER, "two", "10.2.0.0/17"))
    report, _ = check(root, "--live")
    assert [(site["account"]) for site in report["facts"][0]["sites"]] == [OWN, OTHER], report["facts"]
    levels = {(f["root_module"], f["level"]) for f in overlaps(report)}
    # In its own account it is near; from the other stage it is only told.
    assert ("stages/prod/main", "warning") in levels and ("stages/test/main", "info") in levels, overlaps(report)
    wrong = repository("wrong", test=stage(OTHER, "one", "10.2.0.0/17"))
    done = infralint(wrong, "check", "--live")
    assert done.returncode == 2 and OWN in done.stderr and OTHER in done.stderr, done.stderr
    assert {action for _, action, _ in FRONT.requests[-2:]} <= {
        "DescribeVpcBlockPublicAccessOptions", "DescribeSecurityGroups"
    }, FRONT.requests[-2:]


def pages():
    client = ec2()
    many = vpc(client, "10.0.0.0/16", Name="legacy")
    default = len(client.describe_subnets()["Subnets"])
    for i in range(1100):
        client.create_subnet(VpcId=many, CidrBlock=f"10.0.{i // 16}.{i % 16 * 16}/28")
    FRONT.requests.clear()
    done = infralint(repository("pages", test=PEERED), "facts", "pull")
    [site] = json.loads(done.stdout)["sites"]
    assert len(site["subnets"]) == 1100 + default, len(site["subnets"])
    asked = [fields for _, action, fields in FRONT.requests if action == "DescribeSubnets"]
    assert len(asked) == 2 and "NextToken" in asked[1], asked


def denied_and_failing():
    vpc(ec2(), "10.0.0.0/16", Name="legacy")
    root = repository("denied", test=PEERED)
    # A peering here that overlaps for certain would fail whatever others there are.
    unpeered = repository("denied-unpeered", test=PEERED.split('data "aws_vpc"')[0])
    # So would an overlap that is there.
    apart = repository("denied-apart", test=PEERED.split('data "aws_vpc"')[0].replace("10.0.128.0/17", "10.77.0.0/16"))
    cases = [
        ("DescribeVpcs", 403, "UnauthorizedOperation", "ec2:DescribeVpcs is not permitted"),
        ("DescribeVpcs", 400, "RequestExpired", "expired"),
        ("DescribeVpcs", 401, "AuthFailure", "not enabled"),
        ("DescribeVpcs", 500, "InternalError", "ec2:DescribeVpcs failed: InternalError"),
        ("DescribeVpcPeeringConnections", 403, "UnauthorizedOperation", "ec2:DescribeVpcPeeringConnections is not permitted"),
        ("DescribeTransitGatewayAttachments", 403, "UnauthorizedOperation", "ec2:DescribeTransitGatewayAttachments is not permitted"),
        ("DescribeIpamPools", 403, "UnauthorizedOperation", "ec2:DescribeIpamPools is not permitted"),
    ]
    for action, status, code, words in cases:
        FRONT.refused = {action: (status, code)}
        where = {"DescribeVpcs": root, "DescribeIpamPools": apart}.get(action, unpeered)
        report, exit_code = check(where, "--live", "--undecided", "fail")
        undecided = [f for f in overlaps(report) if f["verdict"] == "undecided"]
        assert exit_code == 1 and undecided, (action, code, report)
        assert any(words in f["undecided"]["what"] for f in undecided), (words, undecided)
        assert any(words in d["detail"] for d in report["diagnostics"]), report["diagnostics"]
    FRONT.refused = {"DescribeVpcBlockPublicAccessOptions": (403, "UnauthorizedOperation"), "DescribeSecurityGroups": (403, "UnauthorizedOperation")}
    done = infralint(root, "check", "--live")
    assert done.returncode == 2 and "ec2:DescribeSecurityGroups is not permitted" in done.stderr, done.stderr


ADDING = provider() + """
resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = "VPC"
  cidr_block = "10.4.0.0/16"
}
"""


def routes_that_exist():
    client = ec2()
    legacy = vpc(client, "10.0.0.0/16", Name="legacy")
    root = repository("routes", test=ADDING.replace("VPC", legacy))
    report, _ = check(root, "--live")
    assert overlaps(report) == [], overlaps(report)
    [table] = client.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [legacy]}])["RouteTables"]
    gateway = client.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=legacy)
    offices = client.create_managed_prefix_list(
        PrefixListName="offices", AddressFamily="IPv4", MaxEntries=2, Entries=[{"Cidr": "10.4.16.0/24"}]
    )["PrefixList"]["PrefixListId"]
    to_list = dict(RouteTableId=table["RouteTableId"], DestinationPrefixListId=offices)
    client.create_route(GatewayId=gateway, **to_list)
    report, _ = check(root, "--live")
    [finding] = found(report, "cidr-overlap/association-vs-route")
    assert "10.4.16.0/24" in finding["message"], finding
    for action in ("GetManagedPrefixListEntries", "DescribeManagedPrefixLists", "DescribeRouteTables"):
        FRONT.refused = {action: (403, "UnauthorizedOperation")}
        report, _ = check(root, "--live")
        [finding] = found(report, "cidr-overlap/association-vs-route", "undecided")
        assert f"ec2:{action} is not permitted" in finding["undecided"]["what"], finding
    FRONT.refused = {}
    client.delete_route(**to_list)
    client.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="10.4.8.0/24", GatewayId=gateway)
    report, _ = check(root, "--live")
    [finding] = found(report, "cidr-overlap/association-vs-route")
    assert "10.4.8.0/24" in finding["message"], finding


def attached():
    """Both are attached to one gateway: one here, the other in the account."""
    client = ec2()
    legacy = vpc(client, "10.0.0.0/16", Name="legacy")
    subnet = client.create_subnet(VpcId=legacy, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = client.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    client.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=legacy, SubnetIds=[subnet])
    text = PEERED.split('data "aws_vpc"')[0] + f"""
resource "aws_ec2_transit_gateway_vpc_attachment" "planned" {{
  vpc_id             = aws_vpc.planned.id
  transit_gateway_id = "{gateway}"
  subnet_ids         = ["subnet-1"]
}}
"""
    root = repository("attached", test=text)
    report, _ = check(root, "--live")
    at_gateway = [f for f in overlaps(report) if f["check"] == "cidr-overlap/transit-overlap"]
    assert at_gateway and legacy in json.dumps(at_gateway), overlaps(report)
    for action in ("DescribeTransitGatewayAttachments", "GetTransitGatewayRouteTablePropagations"):
        FRONT.refused = {action: (403, "UnauthorizedOperation")}
        report, _ = check(root, "--live")
        [finding] = found(report, "cidr-overlap/transit-overlap", "undecided")
        assert f"ec2:{action} is not permitted" in finding["undecided"]["what"], finding


def silent():
    """What does not answer is given up after its time, and everything else is told."""
    vpc(ec2(), "10.0.0.0/16", Name="legacy")
    FRONT.silent = {"DescribeTransitGatewayAttachments", "DescribeVpcPeeringConnections"}
    begin = time.monotonic()
    report, _ = check(repository("silent", test=PEERED.split('data "aws_vpc"')[0]), "--live")
    assert 60 < time.monotonic() - begin < 150, time.monotonic() - begin
    undecided = [f["undecided"]["what"] for f in overlaps(report) if f["verdict"] == "undecided"]
    for action in FRONT.silent:
        assert any(f"ec2:{action} did not answer in time" in what for what in undecided), (action, undecided)
    [told] = found(report, "cidr-overlap/unrelated-overlap")
    assert "10.0.0.0/16" in told["message"], told


def recorded_equals_live():
    legacy = vpc(ec2(), "10.0.0.0/16", Name="legacy")
    ec2().create_subnet(VpcId=legacy, CidrBlock="10.0.1.0/24")
    root = repository("recorded", test=PEERED)
    for refused in ({}, {"DescribeSubnets": (403, "UnauthorizedOperation")}):
        FRONT.refused = refused
        done = infralint(root, "facts", "pull", "--stage", "test", "-o", "facts.json")
        assert done.returncode == 0, done.stderr
        live, live_code = check(root, "--live")
        FRONT.requests.clear()
        recorded, code = check(root, "--facts", "facts.json")
        assert FRONT.requests == [], "--facts asks nobody"
        assert (live.pop("facts")[0]["source"], recorded.pop("facts")[0]["source"]) == ("live", "facts.json")
        assert code == live_code and json.dumps(live) == json.dumps(recorded)
    first = (root / "facts.json").read_text().splitlines()
    infralint(root, "facts", "pull", "--stage", "test", "-o", "again.json")
    again = (root / "again.json").read_text().splitlines()
    time_aside = lambda lines: [line for line in lines if "recorded_at" not in line]
    assert time_aside(first) == time_aside(again)


def only_reads(requests):
    policy = json.loads(infralint(WORK, "live", "policy").stdout)
    allowed = set(policy["Statement"][0]["Action"])
    asked = {f"{service}:{action}" for service, action, _ in requests}
    assert asked and asked <= allowed, asked - allowed
    return ", ".join(sorted(action for action in asked))


SCENARIOS = [
    unmanaged_and_peered, zones_and_free_addresses, managed_is_itself, applied_by_terraform, two_accounts, pages,
    denied_and_failing, routes_that_exist, attached, silent, recorded_equals_live,
]

try:
    wait_for_moto()
    everything = []
    wanted = sys.argv[3:]
    for scenario in SCENARIOS:
        if wanted and scenario.__name__ not in wanted:
            continue
        reset()
        keep, FRONT.requests = FRONT.requests, []
        begin = time.monotonic()

        class Recording(list):
            """Remembers what is cleared."""

            def append(self, request):
                everything.append(request)
                super().append(request)

        FRONT.requests = Recording()
        said = scenario()
        print(f"{scenario.__name__.replace('_', ' ')}: {said or 'as it must be'} ({time.monotonic() - begin:.1f} s)", flush=True)
    print("requests that left the process: " + only_reads(everything))
finally:
    MOTO.terminate()
