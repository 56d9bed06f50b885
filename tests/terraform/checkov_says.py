"""Called by record-checkov.sh: runs checkov on the cases of tests/verdicts/ that fail here."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from breakages import cases, said

HEADER = """\
# What checkov {version} says of the cases of tests/verdicts/ that fail here: which of its checks about the same property fail
# somewhere in the case. Written by tests/terraform/record-checkov.sh.
# rule, case, what infralint says (number and check), checks of checkov
"""

# Checks of checkov that ask for what a check here asks for, whether they look at it as closely or not. Those that are not named
# have none.
PUBLIC = {"CKV2_AWS_6", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"}
ABOUT = {
    "no-failover": {"CKV2_AWS_50"},
    "no-multi-az": {"CKV2_AWS_50"},
    "no-replica": {"CKV2_AWS_50"},
    "db-instance-single-az": {"CKV_AWS_157"},
    "no-explicit-encryption": {"CKV_AWS_19", "CKV_AWS_145"},
    "not-kms": {"CKV_AWS_145", "CKV_AWS_186"},
    "kms-key-not-rotated": {"CKV_AWS_7"},
    "kms-key-disabled": {"CKV_AWS_227"},
    "no-block": PUBLIC,
    "not-blocked": PUBLIC,
    "no-tls-only-policy": {"CKV_AWS_379"},
    "not-versioned": {"CKV_AWS_21"},
    "no-lifecycle": {"CKV2_AWS_61"},
    "no-access-logs": {"CKV_AWS_18"},
    "acls-enabled": {"CKV2_AWS_65"},
    "not-protected": {"CKV_AWS_139"},
    "short-retention": {"CKV_AWS_133"},
    "not-encrypted": {"CKV_AWS_96"},
    "state-bucket-unversioned": {"CKV_AWS_21"},
    "state-bucket-public": PUBLIC,
    "lock-table-unprotected": {"CKV_AWS_28"},
    "not-installed": {"CKV_TF_1", "CKV_TF_2"},
}


def written(folder, number, files):
    for path, content in files:
        file = folder / str(number) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content + "\n")


def failed(folder):
    """The checks that fail in each case."""
    command = [os.environ["CHECKOV"], "-d", str(folder), "--framework", "terraform", "--output", "json", "--compact", "--quiet"]
    command += ["--soft-fail", "--download-external-modules", "false"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    report = json.loads(done.stdout)
    found = {}
    for result in report["results"]["failed_checks"]:
        number = re.match(r"/?(\d+)/", result["file_path"]).group(1)
        found.setdefault(int(number), set()).add(result["check_id"])
    return report["summary"]["checkov_version"], found


def main():
    repository = Path(sys.argv[1])
    failing = []
    with tempfile.TemporaryDirectory() as temporary:
        for topic in sorted((repository / "tests/verdicts").glob("*.txt")):
            for name, files, expected in cases(topic.read_text()):
                if said(expected):
                    written(Path(temporary), len(failing), files)
                    failing.append((topic.stem, name, said(expected)))
        version, found = failed(Path(temporary))
    lines = []
    for number, (rule, name, ours) in enumerate(failing):
        about = set().union(*(ABOUT.get(check.split(" ", 1)[1], set()) for check in ours.split(", ")))
        told = ", ".join(sorted(about & found.get(number, set()))) or "nothing"
        lines.append("\t".join([rule, name, ours, told]))
    lines.sort(key=lambda line: line.split("\t")[:2])
    table = repository / "tests/terraform/checkov.tsv"
    table.write_text(HEADER.format(version=version) + "\n".join(lines) + "\n")


main()
