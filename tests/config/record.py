#!/usr/bin/env python3
"""Records what `terraform validate -json` says about the cases of declarations.txt into declarations.json.

    tests/config/record.py

A case is `=== name`, then main.tf, then further files after `--- path`.
"""
import json, os, pathlib, subprocess, tempfile

HERE = pathlib.Path(__file__).parent
ENV = {k: v for k, v in os.environ.items() if k not in ("TF_CLI_CONFIG_FILE", "AWS_CA_BUNDLE")}
ENV.update(CHECKPOINT_DISABLE="1", TF_IN_AUTOMATION="1", TF_INPUT="0")


def cases():
    found, files, path = {}, None, None
    for line in (HERE / "declarations.txt").read_text().splitlines(keepends=True):
        if line.startswith("=== "):
            files, path = {"main.tf": ""}, "main.tf"
            found[line[4:].strip()] = files
        elif line.startswith("--- "):
            path = line[4:].strip()
            files[path] = ""
        else:
            files[path] += line
    return found


def validate(files):
    with tempfile.TemporaryDirectory() as dir:
        for path, text in files.items():
            file = pathlib.Path(dir, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        done = subprocess.run(["terraform", "validate", "-json"], cwd=dir, env=ENV, capture_output=True, text=True)
        answer = json.loads(done.stdout)
    said = []
    for d in answer["diagnostics"]:
        place = d.get("range")
        said.append({
            "level": d["severity"],
            "summary": d["summary"],
            "detail": d.get("detail", ""),
            "file": place and place["filename"],
            "line": place and place["start"]["line"],
        })
    return sorted(said, key=lambda d: (d["file"] or "", d["line"] or 0, d["summary"], d["detail"]))


recorded = {name: validate(files) for name, files in cases().items()}
(HERE / "declarations.json").write_text(json.dumps(recorded, indent=1) + "\n")
