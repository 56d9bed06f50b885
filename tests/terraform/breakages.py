"""Called by record-breakages.sh: runs Terraform on the cases of tests/verdicts/ that fail here."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HEADER = """\
# What Terraform {version} with provider 5.100.0 says of the cases of tests/verdicts/ that fail here: an offline plan with mock
# credentials. Written by tests/terraform/record-breakages.sh.
# rule, case, what infralint says (number and check), what Terraform says
"""

OVERRIDE = """\
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  allowed_account_ids         = []
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  max_retries                 = 1
}
"""


def cases(text):
    for part in text.split("\n=== ")[1:]:
        name, _, body = part.partition("\n")
        files, expected = [], ""
        for section in ("\n" + body).split("\n--- ")[1:]:
            path, _, content = section.partition("\n")
            if path == "expected":
                expected = content
            else:
                files.append((path, content))
        yield name, files, expected


def said(expected):
    """`2 no-replica, 1 no-failover`: failures, not what is undecided; mistakes of the configuration by their summary."""
    found = {}
    for line in expected.splitlines():
        verdict = re.match(r"(error|warning|info) ([a-z0-9.-]+) \(", line)
        mistake = re.match(r"error in the configuration at [^:]*:\d*: ([^:]+):", line)
        name = verdict.group(2) if verdict else mistake.group(1) if mistake else None
        if name:
            found[name] = found.get(name, 0) + 1
    return ", ".join(f"{count} {name}" for name, count in sorted(found.items()))


def root_modules(folder):
    """Folders with configuration that lie in no modules/ folder."""
    folders = {path.parent for pattern in ("*.tf", "*.tf.json") for path in folder.rglob(pattern)}
    inside = lambda path: {"modules", ".terraform"} & set(path.relative_to(folder).parts)
    return sorted(path for path in folders if not inside(path))


def override(root):
    """Mock credentials for every provider configuration that is there, aliased ones too."""
    text = "\n".join(path.read_text() for path in sorted(root.glob("*.tf")))
    blocks = [match.end() for match in re.finditer(r'^provider "aws" \{$', text, re.M)]
    aliases = [re.search(r"alias\s*=\s*\"(\w+)\"", text[at : text.index("\n}", at)]) for at in blocks]
    body = OVERRIDE.split("\n", 1)[1]
    parts = [f'provider "aws" {{\n  alias = "{alias.group(1)}"\n{body}' for alias in aliases if alias]
    plain = any(alias is None for alias in aliases)
    name = "nocloud_override.tf" if blocks else "nocloud.tf"
    if plain or not blocks:
        (root / ("nocloud_override.tf" if plain else "nocloud.tf")).write_text(OVERRIDE)
    if parts:
        (root / "nocloud_alias_override.tf").write_text("\n".join(parts))
    (root / "nobackend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    return name


# For variables that nobody gives a value: something of their type, so that Terraform gets as far as planning.
VALUES = {
    "number": "2",
    "bool": "true",
    "string": "eu-west-1b",
    "list(string)": '["eu-west-1a", "eu-west-1b"]',
    "map(string)": '{ one = "eu-west-1a" }',
    "map(any)": '{ one = "one", two = "two" }',
}


# Where any text will not do.
BY_NAME = {"algorithm": "aws:kms", "engine": "redis", "node_type": "cache.r7g.large", "key": "alias/images"}


def variables(root):
    """`-var` arguments for the variables without a default that no file gives a value."""
    text = "\n".join(path.read_text() for path in sorted(root.glob("*.tf")))
    given = "\n".join(path.read_text() for path in sorted(root.glob("*.tfvars")))
    arguments = []
    for name, body in re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', text, re.M | re.S):
        kind = re.search(r"^\s+type\s*=\s*(.+?)\s*$", body, re.M)
        needed = not re.search(r"^\s+default\s*=", body, re.M) and not re.search(rf"^{name}\s*=", given, re.M)
        if needed and kind and kind.group(1) in VALUES:
            arguments.append(f"-var={name}={BY_NAME.get(name, VALUES[kind.group(1)])}")
    return arguments


def run(root, *arguments):
    command = [os.environ["TERRAFORM"], f"-chdir={root}", *arguments, "-no-color"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def summaries(output):
    """The errors, in the order they are told, each once."""
    found = []
    for error in re.findall(r"^(?:│ )?Error: (.*(?:\n(?:│ )?\S.*)*)", output, re.M):
        first = re.sub(r"\s+", " ", error.split("\n")[0].strip("│ ")).split(": operation error")[0]
        if first not in found:
            found.append(first)
    return "; ".join(found)


def answer(root):
    override(root)
    code, output = run(root, "init", f"-plugin-dir={os.environ['TF_PLUGIN_DIR']}")
    if code:
        return f"init: {summaries(output)}"
    code, output = run(root, "plan", "-refresh=false", *variables(root))
    if code:
        return f"refused: {summaries(output)}"
    warnings = sorted(set(re.findall(r"^(?:│ )?Warning: (.*)", output, re.M)))
    return "planned" + (f", with a warning: {'; '.join(warnings)}" if warnings else "")


def record(name, files):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for path, content in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content + "\n")
        answers = []
        for root in root_modules(folder):
            where = root.relative_to(folder)
            answers.append((f"{where}: " if str(where) != "." else "") + answer(root))
        return "; ".join(answers).replace(temporary, "")


def main():
    repository, only = Path(sys.argv[1]), [word.partition(":") for word in sys.argv[2:]]
    asked = lambda rule, case: not only or any(rule == of and part in case for of, _, part in only)
    table = repository / "tests/terraform/breakages.tsv"
    version = subprocess.run([os.environ["TERRAFORM"], "version"], capture_output=True, text=True).stdout.split()[1]
    kept = table.read_text().splitlines() if table.exists() and only else []
    lines = [line for line in kept if not line.startswith("#") and not asked(*line.split("\t")[:2])]
    for topic in sorted((repository / "tests/verdicts").glob("*.txt")):
        for name, files, expected in cases(topic.read_text()):
            if said(expected) and asked(topic.stem, name):
                told = record(name, files)
                print(f"{topic.stem}: {name}: {told}", file=sys.stderr)
                lines.append("\t".join([topic.stem, name, said(expected), told]))
    lines.sort(key=lambda line: line.split("\t")[:2])
    table.write_text(HEADER.format(version=version.lstrip("v")) + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
