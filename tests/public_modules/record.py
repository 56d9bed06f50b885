#!/usr/bin/env python3
"""Asks the real Terraform about public modules and their examples, for `cargo test --test public_modules -- --ignored`.

    tests/public_modules/record.py REPOSITORIES WORK [--only TEXT]... [--again]
    PUBLIC_MODULES=WORK cargo test --test public_modules -- --ignored --nocapture

REPOSITORIES is a folder of checkouts, none of which is ever committed; WORK gets a copy of it that can be planned without any
provider, and an answer of Terraform for every root module. Every folder with *.tf files is one, a module with made up values
for the variables that have no default. It is asked once more with every bool turned round (`flipped`).

What is changed in the copy, for Terraform and for infralint alike:
- modules of registries and of git become the folders of REPOSITORIES that are called so (`terraform-aws-vpc`, or with an owner before);
- every resource, data source and other module call is a `terraform_data` with its `count` or `for_each`, whose arguments are
  evaluated (`triggers_replace`) and whose attributes are not known, not even their types: its instances stand in a local value,
  to which what refers to them refers;
- `plantimestamp()`, which is another at each plan, is `timestamp()`, which is not known;
- provider configurations, backends and what speaks of addresses (`moved`, `import`, `depends_on`) are left out;
- every local value, variable and module call is an output too, from every module up to the root module.

So what is compared is the language as public code uses it: local values, variables and their types, outputs, arguments,
repetition, modules in modules. Needs terraform 1.11.4 on PATH, and nothing else."""

import collections
import concurrent.futures
import hashlib
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
_spec = importlib.util.spec_from_file_location("record", HERE.parent / "configurations" / "record.py")
recorder = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(recorder)

# A block at the beginning of a line, as formatted files have it.
BLOCK = r"^{kind}[ \t]+{labels}[ \t]*\{{(?:[^\n]*\}}[ \t]*$|(?:\n|[^\n]*\n)(?:(?!\}}).*\n)*\}})"
LABEL = r'"?([\w-]+)"?'


def pattern(kind, labels):
    return re.compile(BLOCK.format(kind=kind, labels=r"[ \t]+".join([LABEL] * labels)), re.MULTILINE)


def blocks(text, kind, labels):
    return pattern(kind, labels).finditer(text)


def replaced(text, kind, labels, make):
    return pattern(kind, labels).sub(make, text)


def arguments(block):
    """The arguments of a block, each with its name: nested blocks are left out."""
    lines = iter(block.split("\n")[1:-1])
    for line in lines:
        found = re.match(r"  (\w+)[ \t]*=(?!=)", line)
        if not found:
            continue
        text, ends = [line], None
        while True:
            heredoc = re.search(r"<<-?\s*(\w+)\s*$", text[-1]) if ends is None else None
            if heredoc:
                ends = heredoc[1]
            elif ends and text[-1].strip() == ends:
                ends = None
            bare = re.sub(r'"(?:\\.|[^"\\])*"|(?:#|//).*', "", "\n".join(text))
            if ends is None and sum(map(bare.count, "([{")) <= sum(map(bare.count, ")]}")):
                break
            following = next(lines, None)
            if following is None:
                break
            text.append(following)
        yield found[1], "\n".join(text)


class Corpus:
    """The copy of the repositories."""

    def __init__(self, source, work):
        self.folder = work / "repositories"
        self.named = {}
        if not self.folder.exists():
            keep_out = shutil.ignore_patterns(".git", ".terraform*", "*.tfstate", "*.tftest.hcl", "*.auto.tfvars", "terraform.tfvars")
            shutil.copytree(source, self.folder, ignore_dangling_symlinks=True, ignore=keep_out)
            self.named = self.names()
            for folder in self.roots():
                self.prepare(folder)

    def names(self):
        named = {}
        for path in sorted(self.folder.iterdir()):
            owner, _, name = path.name.rpartition("+")
            named[name] = path
            named[f"{owner}/{name}"] = path
        return named

    def roots(self):
        return sorted({path.parent for path in self.folder.rglob("*.tf")})

    def prepare(self, folder):
        paths = [path for path in sorted(folder.glob("*.tf")) if path.is_file()]
        texts = {path: path.read_text(errors="replace") for path in paths}
        opaque = set()

        def module(block):
            local = self.local(folder, block[0])
            if local is None:
                opaque.add(f"module.{block[1]}")
                return stand_in(f"module__{block[1]}", block[0], {"source", "version", "providers"})
            return re.sub(r"^  providers[ \t]*=[ \t]*\{[^}]*\}\n", "", local, flags=re.MULTILINE)

        def resource(prefix):
            def make(block):
                if block[1] == "terraform_data" and not prefix:
                    return block[0]
                opaque.add(f"{prefix}{block[1]}.{block[2]}")
                return stand_in(f"{prefix.replace('.', '__')}{block[1]}__{block[2]}", block[0], {"provider"})
            return make

        for path, text in texts.items():
            for kind, labels in [("provider", 1), ("moved", 0), ("import", 0), ("removed", 0), ("terraform", 0), ("check", 1)]:
                text = replaced(text, kind, labels, "")
            text = text.replace("plantimestamp()", "timestamp()")
            text = re.sub(r"^ *depends_on[ \t]*=[ \t]*\[[^\]]*\]\n", "", text, flags=re.MULTILINE)
            text = replaced(text, "module", 1, module)
            text = replaced(text, "resource", 2, resource(""))
            texts[path] = replaced(text, "data", 2, resource("data."))
        for path, text in texts.items():
            path.write_text(referring(text, opaque))
        complete(folder, "\n".join(texts.values()))

    def local(self, folder, block):
        """A call of a module that is here; nothing if it is not."""
        found = re.search(r'^  source[ \t]*=[ \t]*"([^"]+)"', block, re.MULTILINE)
        if not found:
            return None
        if found[1].startswith("."):
            return block if (folder / found[1]).exists() else None
        path = self.resolved(found[1])
        if not path or not path.exists():
            return None
        relative = os.path.relpath(path, folder)
        relative = relative if relative.startswith(".") else "./" + relative
        block = block.replace(found[0], f'  source = "{relative}"')
        return re.sub(r"^  version[ \t]*=.*\n", "", block, flags=re.MULTILINE)

    def resolved(self, source):
        registry = re.fullmatch(r"([\w-]+)/([\w-]+)/(\w+)(?://(.*))?", source)
        if registry:
            owner, name, provider, below = registry.groups()
            repository = f"terraform-{provider}-{name}"
            found = self.named.get(f"{owner}/{repository}") or self.named.get(repository)
            return found and found / (below or "")
        address = r"(?:git::)?(?:https://|ssh://)?(?:git@)?github\.com[/:]([\w-]+)/([\w.-]+?)(?:\.git)?(?://([^?]*))?(?:\?|$)"
        git = re.match(address, source)
        found = git and self.named.get(f"{git[1]}/{git[2]}")
        return found and found / (git[3] or "")


def stand_in(name, block, without):
    """A `terraform_data` with the arguments of a block, and the local value that is referred to in its place."""
    given = dict(arguments(block))
    repeated = [given.pop(key) for key in ("count", "for_each") if key in given]
    by_key = any(text.startswith("  for_each") for text in repeated)
    inner = "\n".join(f"  {text}" for key, text in given.items() if key not in without)
    instances = f"terraform_data.{name}"
    all_of = f"{{ for k, r in {instances} : k => r.output }}" if by_key else f"[for r in {instances} : r.output]"
    return "\n".join([
        f'resource "terraform_data" "{name}" {{', *repeated, "  input = jsondecode(terraform_data.zz_later.id)",
        f"  triggers_replace = {{\n{inner}\n  }}", "}",
        f"locals {{\n  zz_{name} = {all_of if repeated else f'{instances}.output'}\n}}",
    ])


def referring(text, opaque):
    """The text with references to the local values that stand for these."""
    for address in sorted(opaque, key=len, reverse=True):
        local = "zz_" + address.replace("data.", "data__", 1).replace(".", "__")
        text = re.sub(rf"(?<![\w.\"-]){re.escape(address)}(?![\w-])", f"local.{local}", text)
    return text


def complete(folder, text):
    """The outputs that make everything visible."""
    out = ['resource "terraform_data" "zz_later" {}\n']
    names = {name for block in blocks(text, "locals", 0) for name, _ in arguments(block[0])}
    out += [output(f"zz_local_{name}", f"local.{name}") for name in sorted(names) if not name.startswith("zz_")]
    for block in blocks(text, "variable", 1):
        if not re.search(r"^  ephemeral\s*=\s*true", block[0], re.MULTILINE):
            out.append(output(f"zz_var_{block[1]}", f"var.{block[1]}"))
    out += [output(f"zz_module_{block[1]}", f"module.{block[1]}") for block in blocks(text, "module", 1)]
    (folder / "zz_outputs.tf").write_text("\n".join(out))


def output(name, value):
    return f'output "{name}" {{\n  value     = {value}\n  sensitive = true\n}}\n'


def text_of(folder):
    return "\n".join(path.read_text(errors="replace") for path in sorted(folder.glob("*.tf")) if path.is_file())


def made_up(name, kind):
    """A value of a type, as HCL's JSON has it."""
    kind = re.sub(r"\s+", " ", re.sub(r"(#|//).*", "", kind)).strip()
    inner = re.match(r"(list|set|map|optional)\((.*)\)$", kind)
    if inner and inner[1] == "map":
        return {"one": made_up(name, inner[2])}
    if inner and inner[1] == "optional":
        return made_up(name, inner[2].split(",")[0])
    if inner:
        return [made_up(name, inner[2])]
    if kind.startswith("object("):
        fields = re.findall(r"(\w+) *= *(string|number|bool|list\(string\)|map\(string\)|set\(string\))(?![\w(])", kind)
        return {field: made_up(field, of) for field, of in fields}
    if kind == "number":
        return 1
    if kind == "bool":
        return True
    if "arn" in name:
        return "arn:aws:iam::123456789012:role/mock"
    if "cidr" in name:
        return "10.0.0.0/16"
    for part in ("vpc", "subnet", "sg", "ami"):
        if name.startswith(part) and "id" in name:
            return f"{part}-12345678"
    if name in ("region", "aws_region"):
        return "eu-central-1"
    return {} if kind == "any" else "mock"


def variables(text):
    """Values for variables that have none, and bools turned round."""
    needed, flipped = {}, {}
    for block in blocks(text, "variable", 1):
        given = {name: value.split("=", 1)[1].strip() for name, value in arguments(block[0])}
        kind = given.get("type", "any")
        if "default" not in given:
            needed[block[1]] = made_up(block[1], kind)
        elif kind == "bool" and given["default"] in ("true", "false"):
            flipped[block[1]] = given["default"] == "false"
    return needed, flipped


def ask(root, variant, values):
    env = recorder.ENV | {"TF_DATA_DIR": str(root / f".terraform-{variant}")}
    var_file = root / f"zz_{variant}.tfvars.json"
    var_file.write_text(json.dumps(values))

    def run(*command):
        return subprocess.run(
            ["terraform", *command], cwd=root, env=env, capture_output=True, text=True, check=False, timeout=120,
        )

    plan = root / f"zz_{variant}.plan"
    try:
        first = run("init", "-json")
        if first.returncode:
            return {"stage": "init", "diagnostics": recorder.diagnostics(first.stdout)}
        second = run("plan", "-json", "-lock=false", f"-out={plan}", f"-var-file={var_file.name}")
        said = recorder.diagnostics(second.stdout)
        if second.returncode:
            return {"stage": "plan", "diagnostics": said}
        shown = run("show", "-json", plan.name)
        return {"stage": "planned", "diagnostics": said} | recorder.planned(recorder.read(shown.stdout))
    except subprocess.TimeoutExpired:
        return {"stage": "timeout", "diagnostics": []}
    finally:
        plan.unlink(missing_ok=True)
        shutil.rmtree(root / f".terraform-{variant}", ignore_errors=True)


def main():
    source, work, *rest = sys.argv[1:]
    only = [rest[i + 1] for i, arg in enumerate(rest) if arg == "--only"]
    work = pathlib.Path(work).resolve()
    answers = work / "answers"
    answers.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(pathlib.Path(source), work)
    stages = collections.Counter()

    def one(root):
        relative = str(root.relative_to(corpus.folder))
        needed, flipped = variables(text_of(root))
        for variant, values in [("default", needed), *([("flipped", needed | flipped)] if flipped else [])]:
            answer = answers / f"{hashlib.sha256(relative.encode()).hexdigest()[:10]}-{variant}.json"
            if "--again" not in rest and answer.exists():
                continue
            told = ask(root, variant, values)
            answer.write_text(json.dumps({"root": relative, "variant": variant} | told))
            stages[told["stage"]] += 1

    roots = [root for root in corpus.roots() if not only or any(text in str(root) for text in only)]
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        list(pool.map(one, roots))
    print(dict(stages))


if __name__ == "__main__":
    main()
