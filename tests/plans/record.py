#!/usr/bin/env python3
"""Records the plans that the real Terraform makes of the cases of tests/verdicts and tests/plans/*.txt, without a cloud.

A case begins with `=== its name`; its files follow lines `--- path`. Every folder that no module call of the case leads to is
a root module. It is planned in a copy, with mock credentials and a local backend put beside it in an override file, and
variables without a value get one by their type. What is recorded, a case a line in recorded/<topic>.json, is what
`terraform show -json` says of changes, configuration, variables and data sources; or the error, where it cannot be planned.

    tests/plans/record.py                    # everything
    tests/plans/record.py --new              # only cases whose text changed or that are new
    tests/plans/record.py --new redis-ha     # of one topic
    tests/plans/record.py --failed           # those as well that could not be planned the last time

Data sources are answered by a moto server on the loopback, with an account in which there is nothing. What cannot be planned
so is listed in not-planned.txt, each with its reason; `cargo test --test plans` says when that list is not true any more.

Needs terraform 1.11.4 on PATH, moto (`moto_server` on PATH, or named by MOTO_SERVER), and a filesystem mirror of the AWS
provider (TF_PLUGIN_DIR)."""

import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
LEFT_OUT = ("TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS", "AWS_PROFILE", "AWS_CA_BUNDLE")
ENV = {k: v for k, v in os.environ.items() if k not in LEFT_OUT}
ENV |= {"CHECKPOINT_DISABLE": "1", "TF_INPUT": "0", "AWS_EC2_METADATA_DISABLED": "true"}
MOCK = """  access_key                  = "mock"
  secret_key                  = "mock"
  allowed_account_ids         = []
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  max_retries                 = 1
"""
# Some resources ask for what is not there again and again.
SECONDS = int(os.environ.get("SECONDS", "180"))


def cases(path):
    """Name, and text of each file, of each case."""
    for part in path.read_text().split("\n=== ")[1:]:
        name, _, text = part.partition("\n")
        sections = ("\n" + text).split("\n--- ")[1:]
        files = {n.strip(): body for n, _, body in (section.partition("\n") for section in sections)}
        files.pop("expected", None)
        yield name.strip(), {n: body.rstrip("\n") + "\n" for n, body in files.items()}


def fingerprint(files):
    whole = "".join(f"{name}\0{text}\0" for name, text in sorted(files.items()))
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def plugins():
    if "TF_PLUGIN_DIR" in os.environ:
        return os.environ["TF_PLUGIN_DIR"]
    find = ["find", "/", "-xdev", "-type", "d", "-path", "*/registry.terraform.io/hashicorp/aws"]
    found = subprocess.run(find, capture_output=True, text=True, check=False).stdout.split("\n")
    return next((f.split("/registry.terraform.io")[0] for f in found if f and "/.terraform/" not in f), "")


def moto():
    """A server on a port of its own: the process, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = os.environ.get("MOTO_SERVER", "moto_server")
    server = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.2)
    server.terminate()
    sys.exit("moto does not start")


def folder(name):
    return str(pathlib.PurePosixPath(name).parent)


def root_modules(files):
    """Folders with configuration that none of the others calls."""
    dirs = sorted({folder(name) for name in files if name.endswith((".tf", ".tf.json"))})
    called = set()
    for name, text in files.items():
        for source in re.findall(r'source\s*=\s*"(\.[^"]*)"', text):
            called.add(os.path.normpath(os.path.join(folder(name), source)))
    # What `terraform init` has installed is called by the source it was installed from.
    return [d for d in dirs if d not in called and ".terraform" not in pathlib.PurePosixPath(d).parts]


def blocks(text, head):
    """Label and body of each block whose header matches."""
    for match in re.finditer(rf'^{head} "([^"]+)" \{{', text, re.MULTILINE):
        depth, at = 1, match.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield match.group(1), text[match.end():at - 1]


def providers_of_json(text):
    """The bodies of the configurations of aws, as far as they matter here."""
    try:
        found = json.loads(text).get("provider", {}).get("aws", [])
    except (AttributeError, ValueError):
        # Terraform says what is wrong with it.
        return
    for one in found if isinstance(found, list) else [found]:
        yield "\n".join(f'{key} = "{one[key]}"' for key in ("alias", "region") if key in one)


def overrides(text, of_json):
    """Mock credentials for each provider configuration, and a local backend; and what has to be added beside them."""
    override, added = [], ""
    if re.search(r'^\s*(backend|cloud)\b', text, re.MULTILINE) or any(re.search(r'"(backend|cloud)"', t) for t in of_json):
        override.append('terraform {\n  backend "local" {}\n}\n')
    own = [body for label, body in blocks(text, "provider") if label == "aws"]
    own += [body for json_text in of_json for body in providers_of_json(json_text)]
    for body in own:
        alias = re.search(r'alias\s*=\s*"([^"]+)"', body)
        lines = f'  alias = "{alias.group(1)}"\n' if alias else ""
        lines += "" if re.search(r"^\s*region\s*=", body, re.MULTILINE) else '  region = "eu-central-1"\n'
        override.append(f'provider "aws" {{\n{lines}{MOCK}}}\n')
    if not any("alias" not in body for body in own):
        added = f'provider "aws" {{\n  region = "eu-central-1"\n{MOCK}}}\n'
    return "\n".join(override), added


def unset(text, given):
    """Values for variables that have none."""
    by_type = {"string": "given", "bool": "true", "number": "2"}
    for label, body in blocks(text, "variable"):
        if re.search(r"^\s*default\s*=", body, re.MULTILINE) or label in given:
            continue
        ty = re.search(r"type\s*=\s*(\w+)(\((.*)\))?", body)
        word = ty.group(1) if ty else "string"
        if word in by_type:
            yield label, by_type[word]
        elif word in ("list", "set") and "string" in (ty.group(3) or ""):
            yield label, '["given"]'
        elif word == "map":
            yield label, "{}"
        else:
            yield label, "null"


def compact(plan):
    kept = {key: plan[key] for key in ("format_version", "terraform_version", "variables", "complete", "errored") if key in plan}
    for change in plan.get("resource_changes", []):
        for key in ("before_sensitive", "before"):
            if not change["change"].get(key):
                change["change"].pop(key, None)
    kept["resource_changes"] = plan.get("resource_changes", [])
    kept["configuration"] = plan["configuration"]

    def data(module):
        resources = [r for r in module.get("resources", []) if r["mode"] == "data"]
        children = [c for c in map(data, module.get("child_modules", [])) if c]
        if not resources and not children:
            return None
        kept = {"resources": resources, "child_modules": children}
        return kept | ({"address": module["address"]} if "address" in module else {})

    found = data(plan.get("prior_state", {}).get("values", {}).get("root_module", {}))
    return kept | ({"prior_state": {"values": {"root_module": found}}} if found else {})


def failure(output):
    for line in output.splitlines():
        if line.startswith("{") and (diagnostic := json.loads(line).get("diagnostic")):
            if diagnostic["severity"] == "error":
                return diagnostic["summary"]
    return "Terraform said nothing"


def plan(files, root, mirror):
    work = pathlib.Path(tempfile.mkdtemp())
    try:
        for name, body in files.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body)
        text = "\n".join(body for name, body in files.items() if folder(name) == root and name.endswith(".tf"))
        of_json = [body for name, body in files.items() if folder(name) == root and name.endswith(".tf.json")]
        override, added = overrides(text, of_json)
        # Without anything of AWS the provider is not needed, which takes seconds to start.
        if not any("aws_" in body or '"aws"' in body for body in files.values()):
            added = ""
        (work / root / "zz_mock_override.tf").write_text(override)
        (work / root / "zz_mock.tf").write_text(added)
        values = "\n".join(b for n, b in files.items() if folder(n) == root and n.endswith(".tfvars"))
        given = set(re.findall(r"^(\w+)\s*=", values, re.MULTILINE))
        args = [f"-var={name}={value}" for name, value in unset(text, given)]
        (work / root / ".terraform").mkdir(exist_ok=True)

        def run(*command):
            process = ["terraform", *command]
            return subprocess.run(
                process, cwd=work / root, env=ENV, capture_output=True, text=True, check=False, timeout=SECONDS,
            )

        first = run("init", "-json", f"-plugin-dir={mirror}")
        if first.returncode:
            return {"failed": failure(first.stdout)}
        second = run("plan", "-json", "-out=plan", *args)
        if second.returncode:
            return {"failed": failure(second.stdout)}
        return {"plan": compact(json.loads(run("show", "-json", "plan").stdout))}
    except subprocess.TimeoutExpired:
        return {"failed": f"it took more than {SECONDS} seconds"}
    finally:
        shutil.rmtree(work)


def main():
    wanted = [a for a in sys.argv[1:] if not a.startswith("--")]
    mirror = plugins()
    texts = sorted((HERE.parent / "verdicts").glob("*.txt")) + [HERE / "links.txt"]
    server, ENV["AWS_ENDPOINT_URL"] = moto()
    try:
        record(wanted, mirror, texts)
    finally:
        server.terminate()


def write(known, answers):
    lines = (f" {json.dumps(n)}: {json.dumps(answer, sort_keys=True)}" for n, answer in answers.items())
    whole = pathlib.Path(f"{known}.new")
    whole.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    whole.replace(known)


def record(wanted, mirror, texts):
    for path in texts:
        if wanted and path.stem not in wanted:
            continue
        known = HERE / "recorded" / f"{path.stem}.json"
        known.parent.mkdir(exist_ok=True)
        again = {"--new", "--failed"}.isdisjoint(sys.argv) or not known.exists()
        before = {} if again else json.loads(known.read_text())
        if "--failed" in sys.argv:
            before = {n: a for n, a in before.items() if not any("failed" in r for r in a["root_modules"].values())}
        of = dict(cases(path))
        digest = {n: fingerprint(f) for n, f in of.items()}
        todo = [(n, root) for n in of if before.get(n, {}).get("of") != digest[n] for root in root_modules(of[n])]
        answers = {n: before[n]["root_modules"] for n in of if before.get(n, {}).get("of") == digest[n]}
        left = collections.Counter(n for n, _ in todo)
        write(known, {n: {"of": digest[n], "root_modules": answers.get(n, {})} for n in of if not left[n]})
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
            for (n, root), answer in zip(todo, pool.map(lambda t: plan(of[t[0]], t[1], mirror), todo)):
                if answer.get("failed", "").startswith("it took more than"):
                    # Said of the machine, not of the case: asked again the next time.
                    print(f"{path.stem}: {n}: {answer['failed']}", flush=True)
                    continue
                answers.setdefault(n, {})[root] = answer
                left[n] -= 1
                # Whoever is stopped goes on with `--new` where he was.
                if not left[n]:
                    write(known, {n: {"of": digest[n], "root_modules": answers.get(n, {})} for n in of if not left[n]})
        failed = [a for r in answers.values() for a in r.values() if "failed" in a]
        print(f"{path.stem}: {sum(map(len, answers.values()))} root modules, {len(failed)} could not be planned", flush=True)


if __name__ == "__main__":
    main()
