#!/usr/bin/env python3
"""Records what the real Terraform says to every expression of cases.txt, in recorded.json.

Each expression goes to a `terraform console` of its own, since only that shows types, and messages of errors.
A line of cases.txt is one expression; empty lines and lines that start with `##` are left out.
Needs terraform 1.11.4 on PATH. Takes about two minutes for a thousand expressions on two cores."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).parent
ENV = {k: v for k, v in os.environ.items() if k != "TF_CLI_CONFIG_FILE"} | {"CHECKPOINT_DISABLE": "1"}
LOCAL = threading.local()


def directory():
    """A copy of the files for this thread: a console locks the state in its directory."""
    if not hasattr(LOCAL, "path"):
        LOCAL.path = tempfile.mkdtemp() + "/files"
        shutil.copytree(HERE / "files", LOCAL.path)
        subprocess.run(["terraform", "init"], cwd=LOCAL.path, env=ENV, capture_output=True, check=True)
    return LOCAL.path


def error_of(text):
    """Summary and detail of the first error, unwrapped."""
    lines = [line.strip("│╷╵ ").rstrip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith(("on <console-input>", "(source code"))]
    summary, detail = lines[0].removeprefix("Error: "), []
    for line in lines[1:]:
        if line.startswith("Error: "):
            break
        detail.append(line)
    return f"{summary}: {' '.join(detail)}".replace(directory(), "<files>")


def ask(expression):
    run = subprocess.run(
        ["terraform", "console", "-no-color"], input=f"{expression}\n".encode(), capture_output=True, env=ENV,
        cwd=directory(), check=False,
    )
    out, err = run.stdout.decode(), run.stderr.decode()
    if "state lock" in err:
        sys.exit(f"{expression}: {err}")
    if run.returncode:
        return {"error": error_of(err)}
    return {"value": out.removesuffix("\n").replace(directory(), "<files>")}


def main():
    cases = [line.strip() for line in (HERE / "cases.txt").read_text().splitlines()]
    cases = list(dict.fromkeys(line for line in cases if line and not line.startswith("##")))
    known = HERE / "recorded.json"
    before = json.loads(known.read_text()) if known.exists() and "--new" in sys.argv else {}
    todo = [case for case in cases if case not in before]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = before | dict(zip(todo, pool.map(ask, todo)))
    text = json.dumps({case: answers[case] for case in cases}, indent=1, ensure_ascii=False)
    known.write_text(text + "\n")


if __name__ == "__main__":
    main()
