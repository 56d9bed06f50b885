#!/usr/bin/env python3
"""Records which values the AWS provider itself refuses, into src/schema/values.tsv: enumerations, bounds, networks, ARNs, documents,
and which arguments exclude or need each other.

Every argument of the platform's resource types is given values that cannot be right, each in a resource of its own whose other
arguments are unknown, and `terraform validate -json` is asked for many of them at once. A second round asks about the answers:
whether an enumeration heeds case, which networks are let in. A third gives resources all their arguments but those that are known to
exclude one of them, until nothing new is said.

    tests/schema/record-values.py              # asks, which takes half an hour
    tests/schema/record-values.py RAW.json     # reads the answers in that file instead, and writes those that are not in it there
    tests/schema/record-values.py --refine     # takes what is in values.tsv for the answers of the first round: minutes
    tests/schema/record-values.py --refine aws_lb aws_vpc    # but asks the first round of these types again

Needs terraform 1.11.4 on PATH and a filesystem mirror of the AWS provider 5.100.0 (TF_PLUGIN_DIR, /opt/tf-plugins by default).
The provider does not tell its patterns, only messages about them: those in PATTERNS say all there is to know."""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

OUT = pathlib.Path(__file__).parent.parent.parent / "src/schema/values.tsv"
VERSION = "5.100.0"
BATCH = 150
PLATFORM = tuple(
    f"aws_{name}"
    for name in """
vpc subnet route lb alb eks_ rds_ db_ elasticache_ opensearch_domain opensearchserverless s3_bucket s3_object s3_access_point
dynamodb_ iam_ kms_ cloudfront_ route53_record route53_zone route53_health route53_query route53_vpc route53_delegation
route53_key route53_resolver_endpoint route53_resolver_rule ebs_ eip instance launch_template security_group network_
nat_gateway internet_gateway egress_only default_ flow_log key_pair acm_certificate autoscaling_ cloudwatch_log_
cloudwatch_metric_alarm cloudwatch_event_ lambda_ sns_ sqs_ secretsmanager_ ssm_parameter ecs_ ecr_ efs_ elb
appautoscaling_ backup_ cloudtrail volume_attachment placement_group customer_gateway ec2_transit ec2_managed_prefix
wafv2_ip_set main_route kinesis_stream sfn_state guardduty_detector docdb_ ec2_capacity budgets_budget
""".split()
)
LONG = "x" * 5000
TEXTS = ["!infralint!", "", LONG]
NUMBERS = ["-99999", "99999999", "0"]
NETWORKS = ["10.0.0.1/16", "10.0.0.0/1", "10.0.0.0/16", "10.0.0.0/32", "2001:db8::1/64", "2000::/4", "2001:db8::/64", "2001:db8::1/128"]
ENV = {k: v for k, v in os.environ.items() if k not in ("TF_CLI_CONFIG_FILE", "AWS_CA_BUNDLE", "TF_DATA_DIR")}
ENV |= {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}


def terraform(*command, cwd):
    return subprocess.run(["terraform", *command], cwd=cwd, env=ENV, capture_output=True, text=True, check=False).stdout


def scalar(ty):
    return ty if isinstance(ty, str) else scalar(ty[1]) if ty[0] in ("list", "set", "map") else None


def written(ty, text):
    if isinstance(ty, str):
        return text
    inner = written(ty[1], text)
    return f"{{ a = {inner} }}" if ty[0] == "map" else f"[{inner}]"


def configurable(attribute):
    return attribute.get("optional") or attribute.get("required")


def leaves(block, path=()):
    """The arguments of a block and of the blocks in it that are texts or numbers, with their types."""
    for name, attribute in sorted(block.get("attributes", {}).items()):
        is_own = not path and name in ("id", "tags", "tags_all")
        if configurable(attribute) and not is_own and scalar(attribute["type"]) in ("string", "number"):
            yield (*path, name), attribute["type"]
    for name, nested in sorted(block.get("block_types", {}).items()):
        if name != "timeouts" and len(path) < 3:
            yield from leaves(nested["block"], (*path, name))


def body(block, given, indent="  "):
    """What must be there, unknown, and what is given: texts by path. Lines, each with the path that it gives."""
    lines = []
    for name, attribute in sorted(block.get("attributes", {}).items()):
        if (name,) in given:
            lines.append((f"{indent}{name} = {given[(name,)]}", (name,)))
        elif attribute.get("required"):
            lines.append((f"{indent}{name} = var.any", None))
    for name, nested in sorted(block.get("block_types", {}).items()):
        inner = {path[1:]: text for path, text in given.items() if path[0] == name and len(path) > 1}
        is_given = (name,) in given or inner
        for i in range(max(nested.get("min_items", 0), 1 if is_given else 0)):
            lines.append((f"{indent}{name} {{", (name,)))
            within = body(nested["block"], {} if i else inner, indent + "  ")
            lines += [(text, (name, *path) if path else None) for text, path in within]
            lines.append((f"{indent}}}", None))
    return lines


def ask(provider, schemas, part):
    """What is said of resources: type and what is given; each as path, summary, detail."""
    work = pathlib.Path(tempfile.mkdtemp())
    (work / ".terraform").mkdir()
    (work / ".terraform/providers").symlink_to(provider / ".terraform/providers")
    shutil.copy(provider / ".terraform.lock.hcl", work)
    lines, owner = ['variable "any" {', "}"], {}
    for i, (ty, given) in enumerate(part):
        lines.append(f'resource "{ty}" "r{i}" {{')
        owner[len(lines)] = (i, None)
        for text, path in body(schemas[ty]["block"], given):
            lines.append(text)
            owner[len(lines)] = (i, path)
        lines.append("}")
    (work / "main.tf").write_text("\n".join(lines) + "\n")
    answer = json.loads(terraform("validate", "-json", cwd=work))
    shutil.rmtree(work)
    said = [[] for _ in part]
    for diagnostic in answer["diagnostics"]:
        at = diagnostic.get("range", {}).get("start", {}).get("line")
        if at in owner and diagnostic["severity"] == "error":
            i, path = owner[at]
            said[i].append([".".join(path or ()), diagnostic["summary"], diagnostic.get("detail", "")])
    print(len(part), "asked", flush=True)
    return said


class Answers:
    """What was said, kept in a file where one is named."""

    def __init__(self, provider, schemas, file):
        self.provider, self.schemas, self.file = provider, schemas, file
        self.known = json.loads(file.read_text()) if file and file.exists() else {}

    def of(self, resources):
        key = lambda ty, given: json.dumps([ty, sorted((".".join(path), text) for path, text in given.items())]).replace(LONG, "<LONG>")
        todo = [(ty, given) for ty, given in resources if key(ty, given) not in self.known]
        parts = [todo[at : at + BATCH] for at in range(0, len(todo), BATCH)]
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count()))) as pool:
            for part, said in zip(parts, pool.map(lambda part: ask(self.provider, self.schemas, part), parts)):
                for (ty, given), of_it in zip(part, said):
                    short = [[text.replace(LONG, "<LONG>") for text in one] for one in of_it]
                    self.known[key(ty, given)] = short
                if self.file:
                    self.file.write_text(json.dumps(self.known))
        return [self.known[key(ty, given)] for ty, given in resources]


def main():
    work = pathlib.Path(tempfile.mkdtemp())
    (work / "main.tf").write_text('provider "aws" {}\n')
    terraform("init", f"-plugin-dir={os.environ.get('TF_PLUGIN_DIR', '/opt/tf-plugins')}", cwd=work)
    recorded = os.environ.get("INFRALINT_SCHEMA_JSON")
    text = pathlib.Path(recorded).read_text() if recorded else terraform("providers", "schema", "-json", cwd=work)
    schemas = json.loads(text)["provider_schemas"]["registry.terraform.io/hashicorp/aws"]["resource_schemas"]
    raw = [pathlib.Path(argument) for argument in sys.argv[1:] if not argument.startswith(("--", "aws_"))]
    answers = Answers(work, schemas, raw[0] if raw else None)
    types = [ty for ty in sorted(schemas) if ty.startswith(PLATFORM)]
    arguments = {(ty, path): kind for ty in types for path, kind in leaves(schemas[ty]["block"])}
    known = written_rows() if "--refine" in sys.argv else None
    rows = values(answers, arguments, known) | together(answers, schemas, types, known)
    rows = {row for row in rows if row[2] != "needs"} | fields(answers, schemas, types)
    head = """# Values that the AWS provider refuses, and arguments that exclude or need each other. Written by tests/schema/record-values.py.
# resource type, path, kind, what it is about, message, source
"""
    OUT.write_text(head + "".join("\t".join((*row, f"aws {VERSION}")) + "\n" for row in sorted(rows)))
    print(len(rows), "rows of", len({row[0] for row in rows}), "types")


TOGETHER = ("conflicts", "all", "at-least-one", "exactly-one")


def written_rows():
    """The rows that are there, as the first round has them."""
    rows = {tuple(line.split("\t")[:5]) for line in OUT.read_text().splitlines() if not line.startswith("#")}
    first = {"one-of-any-case": "one-of"}
    # Once a value of 0 was taken for an index.
    rows = {row for row in rows if ".{}." not in row[4]}
    return {(ty, path, first.get(kind, kind), asks(kind, about, message), message) for ty, path, kind, about, message in rows}


def asks(kind, about, message):
    return ("asks" if "is not a valid CIDR block" in message else "-") if kind == "network" else about


def values(answers, arguments, known):
    found = collections.defaultdict(list)
    again = [argument for argument in sys.argv[1:] if argument.startswith("aws_")]
    if known:
        for row in sorted(known):
            path = tuple(row[1].split("."))
            if row[2] not in TOGETHER and (row[0], path) in arguments and row[0] not in again:
                found[row[0], path].append(row)
    probes = []
    for (ty, path), kind in arguments.items():
        if known and ty not in again:
            continue
        texts = [json.dumps(text) for text in TEXTS] if scalar(kind) == "string" else NUMBERS
        probes += [(ty, path, text, {path: written(kind, text)}) for text in texts]
    said = collections.defaultdict(dict)
    for (ty, path, text, _), of_it in zip(probes, answers.of([(ty, given) for ty, _, _, given in probes])):
        said[ty, path][text] = of_it
    for (ty, path), by_value in said.items():
        found[ty, path] += rows_of(ty, path, by_value)
    return {row for row in refined(answers, arguments, found)}


def template(message, value, leaf):
    """The message with the value and the indexes of lists taken out."""
    shown = json.loads(value).replace(LONG, "<LONG>") if value.startswith('"') else value
    name = re.compile(rf"((?:\w+\.0\.)+{leaf}|\b{leaf}\.0\b|\b{leaf}\b)")
    out = message.replace("{", "(").replace("}", ")")
    # Indexes first: the value may be 0 too.
    out = name.sub(lambda found: found[0].replace(".0", ".{#}"), out, count=1)
    return out.replace(shown, "{}") if shown else out


VALUE = r"(?:\{\})"
KINDS = [
    ("one-of", rf'expected \S+ to be one of \["[^\t]*"\], got {VALUE}', lambda m: "-"),
    ("numbers", rf"expected \S+ to be one of \[[-0-9 ]+\], got {VALUE}", lambda m: "-"),
    ("range", rf"expected \S+ to be in the range \((-?\d+) - (-?\d+)\), got {VALUE}", lambda m: f"{m[1]}..{m[2]}"),
    ("range", rf"expected \S+ to be at least \((-?\d+)\), got {VALUE}", lambda m: f"{m[1]}.."),
    ("range", rf"expected \S+ to be at most \((-?\d+)\), got {VALUE}", lambda m: f"..{m[1]}"),
    ("length", rf"expected length of \S+ to be in the range \((\d+) - (\d+)\), got {VALUE}", lambda m: f"{m[1]}..{m[2]}"),
    ("length", r'"\S+" cannot be longer than (\d+) characters.*', lambda m: f"..{m[1]}"),
    ("length", r'"\S+" cannot be shorter than (\d+) characters?.*', lambda m: f"{m[1]}.."),
    ("port", rf'expected "\S+" to be a valid port number, got: {VALUE}', lambda m: "-"),
    ("arn", rf'"\S+" \({VALUE}\) is an invalid ARN: arn: invalid prefix', lambda m: "-"),
    ("network", rf"expected \S+ to contain a valid Value, got: {VALUE} with err: invalid CIDR address: {VALUE}", lambda m: "-"),
    ("network", rf'"{VALUE}" is not a valid CIDR block: invalid CIDR address: {VALUE}', lambda m: "asks"),
    ("policy", r'"\S+" contains an invalid JSON policy: not a JSON object', lambda m: "-"),
]
# By the end of the message: the kind, and what it is about, as the message says it in words.
PATTERNS = {
    "(must begin with alphabetic character)": ("begins", "A-Za-z"),
    'first character of "{name}" must be a letter': ("begins", "A-Za-z"),
    'only lowercase alphanumeric characters and hyphens allowed in "{name}"': ("only", "0-9a-z-"),
    'only alphanumeric characters and hyphens allowed in "{name}"': ("only", "0-9A-Za-z-"),
    "(must only contain alphanumeric characters and hyphens)": ("only", "0-9A-Za-z-"),
}


def rows_of(ty, path, by_value):
    """The rows an argument gives by what was said of its values."""
    dotted, leaf, by_message = ".".join(path), path[-1], collections.defaultdict(set)
    for value, said in by_value.items():
        for at, summary, detail in said:
            if words := re.search(r'value must be one of: \["(.*)"\], got', detail):
                by_message[summary + "\t" + words[1].replace('" "', " ")].add(value)
            elif at == dotted or leaf in summary:
                # Everything else is said of the rest, whatever the value.
                by_message[template(summary, value, leaf)].add(value)
    worded = lambda message: any(message.endswith(end.replace("{name}", leaf)) for end in PATTERNS)
    for message, values in sorted(by_message.items()):
        # Where one of several tests may do they are told together, and none of them alone decides.
        if any(values == others and not (worded(message) and worded(other)) for other, others in by_message.items() if other != message):
            continue
        if "\t" in message:
            summary, _, words = message.partition("\t")
            yield ty, dotted, "one-of", words, summary
            continue
        if "\n" in message:
            continue
        for kind, pattern, about in KINDS:
            if found := re.fullmatch(pattern, message):
                yield ty, dotted, kind, about(found), message
                break
        else:
            for end, (kind, about) in PATTERNS.items():
                if message.endswith(end.replace("{name}", leaf)):
                    yield ty, dotted, kind, about, message
                    break


def refined(answers, arguments, found):
    """The rows, with what a second question about some of them tells."""
    asked = []
    for (ty, path), rows in found.items():
        for row in rows:
            if row[2] == "one-of" and row[3] != "-":
                asked += [(row, path, [])]
            elif row[2] == "one-of":
                values = re.search(r'\["(.*)"\]', row[4])[1].split('" "')
                other = next((v.swapcase() for v in values if v.swapcase() not in values), None)
                asked += [(row, path, [other] if other else [])]
            elif row[2] == "network":
                asked += [(row, path, [*NETWORKS, ""])]
            else:
                asked += [(row, path, [])]
    resources = [
        (row[0], {path: written(arguments[row[0], path], json.dumps(text))}) for row, path, texts in asked for text in texts
    ]
    said = iter(answers.of(resources))
    for row, _, texts in asked:
        of_texts = {text: " ".join(summary for _, summary, _ in next(said)) for text in texts}
        if row[2] == "one-of":
            heeds = not texts or all("to be one of" in answer for answer in of_texts.values())
            yield (*row[:2], "one-of" if heeds else "one-of-any-case", *row[3:])
        elif row[2] == "network":
            yield (*row[:3], network(row, of_texts), row[4])
        else:
            yield row


def network(row, said):
    """What a network must be, by what was said of those asked about."""
    words = [word for word in row[3].split() if word != "-"]
    bits = {found.groups() for answer in said.values() if (found := re.search(r"between (\d+) and (\d+) significant", answer))}
    is_let_in = {family: not bits and not said[text] for family, text in (("4", "10.0.0.0/16"), ("6", "2001:db8::/64"))}
    if not said[""]:
        words.append("empty")
    if sum(is_let_in.values()) == 1:
        words += [family for family, let_in in is_let_in.items() if let_in]
    if not any("expected 10.0.0.0/16" in answer or "did you mean" in answer or "expected 2001" in answer for answer in said.values()):
        words.append("host-bits")
    words += [f"{low}-{high}" for low, high in sorted(bits)]
    return " ".join(words) or "-"


def told(details):
    """Rows by what was said of arguments, also of those in blocks: path, kind, about, message."""
    for _, summary, detail in details:
        detail = re.sub(r"\.0\b", "", detail)
        if found := re.fullmatch(r'"([a-z_0-9.]+)": conflicts with ([a-z_0-9.]+)', detail):
            yield found[1], "conflicts", found[2], summary
        elif found := re.fullmatch(r'"([a-z_0-9.]+)": all of `([a-z_0-9.,]+)` must be specified', detail):
            yield found[1], "all", found[2], summary
        elif found := re.fullmatch(r'"([a-z_0-9.]+)": one of `([a-z_0-9.,]+)` must be specified', detail):
            kind = "exactly-one" if summary == "Invalid combination of arguments" else "at-least-one"
            yield found[1], kind, found[2], summary
        elif found := re.fullmatch(r'"([a-z_0-9.]+)": only one of `([a-z_0-9.,]+)` can be specified.*', detail):
            yield found[1], "exactly-one", found[2], summary


def together(answers, schemas, types, known):
    """Which arguments exclude or need each other."""
    rows, excluded = set(), collections.defaultdict(lambda: collections.defaultdict(set))
    if known:
        rows = {row for row in known if row[2] in TOGETHER and row[2] != "conflicts"}
    every = {ty: dict(given_all(schemas[ty]["block"])) for ty in types}
    alone = [] if known else [(ty, {path: text}) for ty in types for path, text in every[ty].items()] + [(ty, {}) for ty in types]
    wanted = [(ty, every[ty], None) for ty in types]
    for (ty, _), said in zip(alone, answers.of(alone)):
        rows |= {(ty, *row) for row in told(said) if row[1] != "conflicts"}
    while wanted:
        further = []
        for (ty, given, of), said in zip(wanted, answers.of([(ty, given) for ty, given, _ in wanted])):
            for path, kind, about, summary in told(said):
                if kind != "conflicts":
                    rows.add((ty, path, kind, about, summary))
                elif (of is None or of == path) and about not in excluded[ty][path]:
                    excluded[ty][path].add(about)
                    further.append((ty, path))
        wanted = []
        for ty, path in further:
            out = excluded[ty][path]
            given = {at: text for at, text in every[ty].items() if not any(".".join(at[: i + 1]) in out for i in range(len(at)))}
            wanted.append((ty, given, path))
    rows |= {
        (ty, path, "conflicts", ",".join(sorted(others)), "Conflicting configuration arguments")
        for ty, by_path in excluded.items()
        for path, others in by_path.items()
    }
    of_schema = {(ty, ".".join(path)) for ty in types for path in every[ty]}
    return {row for row in rows if known or (row[0], row[1]) in of_schema}


def fields(answers, schemas, types):
    """What objects must have of which the type says that everything may be null."""
    asked = []
    for ty in types:
        for name, attribute in sorted(schemas[ty]["block"].get("attributes", {}).items()):
            kind = attribute["type"]
            if configurable(attribute) and kind[0] in ("list", "set") and kind[1][0] == "object":
                empty = ", ".join(f"{field} = null" for field in sorted(kind[1][1]))
                asked.append((ty, name, {(name,): f"[{{ {empty} }}]"}))
    rows = set()
    for (ty, name, _), said in zip(asked, answers.of([(ty, given) for ty, _, given in asked])):
        found = [re.search(rf'The argument "{name}\.\d+\.([a-z_0-9]+)" is required', detail) for _, _, detail in said]
        if needed := sorted({each[1] for each in found if each}):
            rows.add((ty, name, "needs", ",".join(needed), "Missing required argument"))
    return rows


def given_all(block, path=()):
    """Every argument and block, each with some value, and the arguments of these blocks."""
    for name, attribute in sorted(block.get("attributes", {}).items()):
        kind = attribute["type"]
        is_own = not path and name in ("id", "tags_all")
        if configurable(attribute) and not is_own and not attribute.get("deprecated") and scalar(kind):
            text = {"string": '"!infralint!"', "number": "1", "bool": "true"}.get(scalar(kind))
            if text:
                yield (*path, name), written(kind, text)
    for name, nested in sorted(block.get("block_types", {}).items()):
        if name != "timeouts" and not path:
            yield (name,), ""
            yield from given_all(nested["block"], (name,))


if __name__ == "__main__":
    main()
