#!/usr/bin/env python3
"""Records anew what Terraform says: errors.json, json_errors.json and templates.json beside this file.

The inputs are taken from the recorded files themselves: add a case with an empty answer and run this.
`terraform` must be on PATH; nothing is sent anywhere.
"""
import base64
import json
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
ENV = dict(os.environ, CHECKPOINT_DISABLE="1")
# What a file is told for having arguments where only blocks belong says nothing about its syntax.
OF_THE_SCHEMA = {"Unsupported argument", "Unsupported block type", "Reference to undeclared resource"}


def terraform(files, arguments, stdin=None):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", newline="", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run(["terraform", *arguments], cwd=folder, input=stdin, capture_output=True, text=True, env=ENV)
        return done.stdout


def errors(name, kept):
    path = HERE / name
    file = "main.tf.json" if "json_" in name else "main.tf"
    recorded = []
    for text, _ in json.loads(path.read_text(encoding="utf-8")):
        found = json.loads(terraform({file: text}, ["validate", "-json"]))["diagnostics"]
        rows = []
        for it in found:
            if kept(it["summary"]):
                place = it.get("range") or {"start": {}, "end": {}}
                rows.append([it["summary"], it["detail"], place["start"].get("byte"), place["end"].get("byte")])
        recorded.append([text, rows])
    path.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def templates():
    path = HERE / "templates.json"
    cases = [case["expr"] for case in json.loads(path.read_text(encoding="utf-8"))]
    lines = [f"  c{i} = {case}\n" for i, case in enumerate(cases)]
    values = ",".join(f"base64encode(jsonencode(local.c{i}))" for i in range(len(cases)))
    answer = terraform({"main.tf": "locals {\n" + "".join(lines) + "}\n"}, ["console"], f"jsonencode([{values}])\n")
    answers = [json.loads(base64.b64decode(value)) for value in json.loads(json.loads(answer))]
    recorded = [{"expr": case, "value": value} for case, value in zip(cases, answers)]
    path.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    errors("errors.json", lambda summary: summary not in OF_THE_SCHEMA)
    errors("json_errors.json", lambda summary: True)
    templates()
