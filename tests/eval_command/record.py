#!/usr/bin/env python3
"""Records what `terraform console` answers to every line of cases.txt in root/, in recorded.json.

A value is recorded as it is printed, a mistake as the summary of its first error. Each expression goes to a console of
its own, since one that reads a pipe prints only the last value. Empty lines and lines that start with `##` are left out.
Needs terraform 1.11.4 on PATH; takes about half a minute on two cores."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading

HERE = pathlib.Path(__file__).parent
LEFT_OUT = ("TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS")
ENV = {k: v for k, v in os.environ.items() if k not in LEFT_OUT} | {"CHECKPOINT_DISABLE": "1"}
LOCAL = threading.local()


def directory():
    """A copy of the root module for this thread: a console locks the state in its directory."""
    if not hasattr(LOCAL, "path"):
        LOCAL.path = tempfile.mkdtemp() + "/root"
        shutil.copytree(HERE / "root", LOCAL.path)
        subprocess.run(["terraform", "init"], cwd=LOCAL.path, env=ENV, capture_output=True, check=True)
    return LOCAL.path


def ask(expression):
    run = subprocess.run(
        ["terraform", "console", "-no-color", "-var", "given=7"], input=f"{expression}\n".encode(),
        capture_output=True, env=ENV, cwd=directory(), check=False,
    )
    if run.returncode == 0:
        return {"value": run.stdout.decode().removesuffix("\n")}
    lines = [line.strip("│╷╵ ") for line in run.stderr.decode().splitlines()]
    return {"error": next(line for line in lines if line.startswith("Error: ")).removeprefix("Error: ")}


def main():
    cases = [line for line in (HERE / "cases.txt").read_text().splitlines() if line and not line.startswith("##")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = dict(zip(cases, pool.map(ask, cases)))
    (HERE / "recorded.json").write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
