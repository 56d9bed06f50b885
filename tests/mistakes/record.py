#!/usr/bin/env python3
"""Records what `terraform validate -json` says of every mistake in the *.txt files here, each in a .json of the same name.

A case begins with `=== its name`, then come its files, each after a line `--- path`. The root module is the folder itself.
Recorded is every diagnostic: severity, summary, file, line and column of its start and end, detail.

    tests/mistakes/record.py              # everything
    tests/mistakes/record.py --new        # only cases whose text changed or that are new
    RECORD_JOBS=6 tests/mistakes/record.py --new variables.txt    # only of these files, six at once
    tests/mistakes/record.py /tmp/of-mine                         # the files of another folder

Needs terraform 1.11.4 on PATH and a filesystem mirror of the AWS provider 5.100.0 (TF_PLUGIN_DIR). `terraform init` runs once;
every case of the AWS provider then has a link to what that installed."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
LEFT_OUT = ("TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS", "AWS_PROFILE", "AWS_CA_BUNDLE")
ENV = {k: v for k, v in os.environ.items() if k not in LEFT_OUT}
ENV |= {"CHECKPOINT_DISABLE": "1", "TF_INPUT": "0", "AWS_EC2_METADATA_DISABLED": "true"}


def cases(path):
    """Name and text of each case."""
    for part in ("\n" + path.read_text()).split("\n=== ")[1:]:
        name, _, text = part.partition("\n")
        yield name.strip(), text.rstrip("\n") + "\n"


def files(text):
    parts = ("\n" + text).split("\n--- ")[1:]
    return {name.strip(): body for name, _, body in (part.partition("\n") for part in parts)}


def plugins():
    if "TF_PLUGIN_DIR" in os.environ:
        return os.environ["TF_PLUGIN_DIR"]
    find = ["find", "/", "-xdev", "-type", "d", "-path", "*/registry.terraform.io/hashicorp/aws"]
    found = subprocess.run(find, capture_output=True, text=True, check=False).stdout.split("\n")
    return next((f.split("/registry.terraform.io")[0] for f in found if f and "/.terraform/" not in f), "")


def terraform(work, *command):
    return subprocess.run(
        ["terraform", *command], cwd=work, env=ENV, capture_output=True, text=True, check=False, timeout=300
    )


def installed():
    """A folder in which the AWS provider is installed."""
    work = pathlib.Path(tempfile.mkdtemp())
    (work / "main.tf").write_text('provider "aws" {}\n')
    done = terraform(work, "init", f"-plugin-dir={plugins()}")
    return work if done.returncode == 0 else sys.exit(done.stderr)


def shown(diagnostic):
    at = diagnostic.get("range")
    place = [at["filename"], *(at[end][part] for end in ("start", "end") for part in ("line", "column"))] if at else None
    return [diagnostic["severity"], diagnostic["summary"], place, diagnostic.get("detail", "")]


def ask(text, provider):
    work = pathlib.Path(tempfile.mkdtemp())
    for name, body in files(text).items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body.rstrip("\n") + "\n")
    if "aws" in text:
        (work / ".terraform").mkdir()
        (work / ".terraform/providers").symlink_to(provider / ".terraform/providers")
        shutil.copy(provider / ".terraform.lock.hcl", work)
    try:
        if "module" in text:
            terraform(work, "get")
        answer = json.loads(terraform(work, "validate", "-json").stdout)
        return {"valid": answer["valid"], "diagnostics": sorted(map(shown, answer["diagnostics"]), key=str)}
    finally:
        shutil.rmtree(work)


def main():
    provider = installed()
    only = [name for name in sys.argv[1:] if not name.startswith("--")]
    folder = next((pathlib.Path(name) for name in only if pathlib.Path(name).is_dir()), HERE)
    only = [name for name in only if not pathlib.Path(name).is_dir()]
    for path in sorted(folder.glob("*.txt")):
        if path.name == "differences.txt" or (only and path.name not in only):
            continue
        known = path.with_suffix(".json")
        before = json.loads(known.read_text()) if known.exists() and "--new" in sys.argv else {}
        text_of = dict(cases(path))
        digest = {name: hashlib.sha256(text.encode()).hexdigest()[:12] for name, text in text_of.items()}
        todo = [name for name in text_of if before.get(name, {}).get("of") != digest[name]]
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("RECORD_JOBS", os.cpu_count()))) as pool:
            said = pool.map(lambda name: ask(text_of[name], provider), todo)
            answers = before | dict(zip(todo, said))
        lines = (f" {json.dumps(n)}: {json.dumps({'of': digest[n]} | answers[n], ensure_ascii=False)}" for n in text_of)
        known.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    shutil.rmtree(provider)


if __name__ == "__main__":
    main()
