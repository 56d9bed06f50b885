#!/usr/bin/env python3
"""Records what the real Terraform plans for every case of the *.txt files here, each in a .json of the same name.

A case begins with `=== its name`, then come `args: -var a=1` and `env: TF_VAR_a=1` where it has them, then its files, each
after a line `--- path`. The root module is the folder itself. Recorded are the outputs (value, type, what is unknown and what
is sensitive), the resource instances, or the errors: summary, file, line and column. Warnings are recorded of checks only.

    tests/configurations/record.py              # everything
    tests/configurations/record.py --new        # only cases whose text changed or that are new
    tests/configurations/record.py FOLDER       # cases of your own; CONFIGURATIONS=FOLDER cargo test --test configurations

Needs terraform 1.11.4 on PATH, and for cases of the AWS provider a filesystem mirror of it (TF_PLUGIN_DIR)."""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
LEFT_OUT = ("TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS", "AWS_PROFILE", "AWS_CA_BUNDLE")
ENV = {k: v for k, v in os.environ.items() if k not in LEFT_OUT}
ENV |= {"CHECKPOINT_DISABLE": "1", "TF_INPUT": "0", "AWS_EC2_METADATA_DISABLED": "true"}
MOCK = """
provider "aws" {
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
"""


def cases(path):
    """Name and text of each case."""
    for part in path.read_text().split("\n=== ")[1:]:
        name, _, text = part.partition("\n")
        yield name.strip(), text.rstrip("\n") + "\n"


def files(text):
    directives, *parts = ("\n" + text).split("\n--- ")
    args, env = [], {}
    for line in directives.split("\n"):
        if line.startswith("args: "):
            args += shlex.split(line[6:])
        if line.startswith("env: "):
            env |= dict(pair.split("=", 1) for pair in shlex.split(line[5:]))
    return args, env, {name.strip(): body for name, _, body in (part.partition("\n") for part in parts)}


@functools.cache
def plugins():
    if "TF_PLUGIN_DIR" in os.environ:
        return os.environ["TF_PLUGIN_DIR"]
    find = ["find", "/", "-xdev", "-type", "d", "-path", "*/registry.terraform.io/hashicorp/aws"]
    found = subprocess.run(find, capture_output=True, text=True, check=False).stdout.split("\n")
    return next((f.split("/registry.terraform.io")[0] for f in found if f and "/.terraform/" not in f), "")


def numbers(value):
    """Numbers that a double does not hold as text, so that no reader rounds them."""
    match value:
        case dict():
            return {k: numbers(v) for k, v in value.items()}
        case list():
            return [numbers(v) for v in value]
        case str() if value.startswith("\0number:"):
            return {"number": value[8:]}
        case int() if abs(value) > 2**53:
            return {"number": str(value)}
    return value


def read(text):
    whole = lambda text: "\0number:-0" if text == "-0" else int(text)
    return numbers(json.loads(text, parse_float=lambda text: "\0number:" + text, parse_int=whole))


def diagnostics(output):
    found = []
    for line in output.splitlines():
        if not line.startswith("{"):
            continue
        diagnostic = json.loads(line).get("diagnostic")
        if diagnostic:
            at = diagnostic.get("range") or {"filename": "", "start": {"line": 0, "column": 0}}
            start = at["start"]
            place = [diagnostic["severity"], diagnostic["summary"], at["filename"], start["line"], start["column"]]
            initialising = place[1].startswith("Terraform encountered problems during initialisation")
            if place[0] == "error" and not initialising or place[1] == "Check block assertion failed":
                found.append(place)
    return sorted(found)


def instances(module):
    for resource in module.get("resources", []):
        yield resource["address"]
    for child in module.get("child_modules", []):
        yield from instances(child)


def planned(plan):
    outputs = {}
    for name, change in (plan.get("output_changes") or {}).items():
        shown = plan["planned_values"]["outputs"].get(name, {})
        outputs[name] = {
            "type": shown.get("type"), "value": change.get("after"), "unknown": change["after_unknown"],
            "sensitive": change["after_sensitive"],
        }
    resources = {}
    for change in plan.get("resource_changes", []):
        if change["mode"] == "managed" and change["change"]["after"] is not None:
            after = change["change"]
            resources[change["address"]] = {
                "value": after["after"], "unknown": after["after_unknown"], "sensitive": after["after_sensitive"],
            }
    return {"outputs": outputs, "resources": resources}


def ask(text):
    args, env, content = files(text)
    work = tempfile.mkdtemp()
    for name, body in content.items():
        path = pathlib.Path(work, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body.rstrip("\n") + "\n")
    init = ["init"]
    if '"aws_' in text:
        # The region is the case's own where it names one.
        own = re.search(r'^provider "aws" \{[^}]*region', content.get("main.tf", ""), re.MULTILINE)
        region = "" if own else '  region = "eu-central-1"\n'
        pathlib.Path(work, "zz_mock_override.tf").write_text(MOCK.replace("{\n", "{\n" + region))
        init.append(f"-plugin-dir={plugins()}")

    def run(*command):
        return subprocess.run(
            ["terraform", *command], cwd=work, env=ENV | env, capture_output=True, text=True, check=False, timeout=120,
        )

    try:
        first = run(*init, "-json")
        if first.returncode:
            return {"diagnostics": diagnostics(first.stdout) or sys.exit(f"{text}\n{first.stdout}{first.stderr}")}
        second = run("plan", "-json", "-out=plan", *args)
        said = diagnostics(second.stdout)
        if second.returncode:
            return {"diagnostics": said or sys.exit(f"{text}\n{second.stdout}{second.stderr}")}
        return {"diagnostics": said} | planned(read(run("show", "-json", "plan").stdout))
    finally:
        shutil.rmtree(work)


def main():
    folders = [pathlib.Path(arg) for arg in sys.argv[1:] if not arg.startswith("--")]
    for path in sorted((folders or [HERE])[0].glob("*.txt")):
        if path.name in ("differences.txt", "columns.txt"):
            continue
        known = path.with_suffix(".json")
        before = json.loads(known.read_text()) if known.exists() and "--new" in sys.argv else {}
        text_of = dict(cases(path))
        digest = {name: hashlib.sha256(text.encode()).hexdigest()[:12] for name, text in text_of.items()}
        todo = [name for name in text_of if before.get(name, {}).get("of") != digest[name]]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = before | dict(zip(todo, pool.map(lambda name: ask(text_of[name]), todo)))
        lines = (f" {json.dumps(n)}: {json.dumps({'of': digest[n]} | answers[n], ensure_ascii=False)}" for n in text_of)
        known.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
