#!/usr/bin/env python3
"""Records how the real Terraform computes, converts, unifies, compares and prints values.

    python3 tests/value/record.py        writes the *.json beside it; needs `terraform` on PATH, takes a few minutes; with names, only those

Types are in cty's JSON form ("string", ["list", "number"], ["object", {"a": "bool"}, ["a"]] with the optional
attributes last), values are JSON.
"""
import base64, itertools, json, os, pathlib, random, re, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).parent
ENV = {k: v for k, v in os.environ.items() if k != "TF_CLI_CONFIG_FILE"}
ENV |= {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
RNG = random.Random(20)


def terraform(directory, *arguments, stdin=""):
    run = subprocess.run(["terraform", *arguments], cwd=directory, env=ENV, input=stdin.encode(), capture_output=True)
    # Not as text: Python would turn carriage returns into newlines.
    return subprocess.CompletedProcess(run.args, run.returncode, run.stdout.decode(), run.stderr.decode())


def write(name, cases):
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")
    print(f"{name}: {len(cases)}")


def quoted(text):
    escape = lambda c: f"\\u{ord(c):04x}" if c < " " or "\u007f" <= c <= "\ufeff" and c not in "é" else "\\" + c if c in '"\\' else c
    return '"' + "".join(map(escape, text)).replace("${", "$${").replace("%{", "%%{") + '"'


def expression(value):
    """A JSON value as an HCL expression."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(expression, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)} = {expression(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


def constraint(ty):
    if isinstance(ty, str):
        return {"dynamic": "any"}.get(ty, ty)
    match ty:
        case ["object", fields, *optional]:
            optional = optional[0] if optional else []
            wrap = lambda k, t: f"optional({constraint(t)})" if k in optional else constraint(t)
            return "object({" + ", ".join(f"{k} = {wrap(k, t)}" for k, t in fields.items()) + "})"
        case ["tuple", items]:
            return "tuple([" + ", ".join(map(constraint, items)) + "])"
        case [kind, element]:
            return f"{kind}({constraint(element)})"


def console(expressions, directory="."):
    """The value of each expression, as JSON; "!ERR" where it has none."""
    out, chunk = [], []

    def flush():
        if not chunk:
            return
        line = "base64encode(jsonencode([" + ",".join(f'try({e},"!ERR")' for e in chunk) + "]))\n"
        run = terraform(directory, "console", stdin=line)
        assert run.returncode == 0 and run.stdout.strip(), run.stderr + run.stdout
        out.extend(json.loads(base64.b64decode(run.stdout.strip().strip('"'))))
        chunk.clear()

    for e in expressions:
        chunk.append(e)
        if sum(map(len, chunk)) > 40_000:
            flush()
    flush()
    return out


# --- numbers

WRITTEN = """0 1 -1 2 3 7 10 100 255 -0 1.5 -1.5 0.5 -0.5 0.1 0.2 0.3 -0.3 2.5 3.5 1e3 1E3 1e+3 1e-3 1.5e2 1p3 1P-1 1.5p1 010 +5 .5 5.
9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551616 1e18 1e19 1e20
4611686018427387904 3037000500 9007199254740993 123456789012345678901234567890 0.30000000000000004 1e30 1e100 1e-100 1e300
1e400 -1e400 1e-400 100000000000000000000000.5 99999999999999999999.999999999999 0.000001 1e-7 3.14159265358979323846264338327950288
1e154 13407807929942597099574024998205846127479365820592393377723561443721764030073546976801874298166903427690031858186486050853753882811946569946433649006084096
0.99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999
inf Inf +Inf -inf""".split()
NOT_NUMBERS = ["", " 1", "1 ", "abc", "0x10", "1_000", "1e", "1e+", ".", "-", "+", "e5", "1.2.3", "Infinity", "NaN", "0b1", "--1", "1e1.5", "INF", "١", "1,5", "1p", "0x1p3"]


def random_number():
    digits = str(RNG.randrange(10 ** RNG.choice([1, 2, 5, 10, 18, 19, 25, 60])))
    shape = RNG.randrange(4)
    if shape == 1:
        digits += "." + str(RNG.randrange(10 ** RNG.choice([1, 3, 10, 40])))
    if shape == 2:
        digits += f"e{RNG.randrange(-60, 60)}"
    if shape == 3:
        digits = f"{digits[0]}.{digits[1:] or 0}e{RNG.randrange(-700, 700) if RNG.random() < 0.2 else RNG.randrange(-90, 90)}"
    return RNG.choice(["", "-"]) + digits


def numbers():
    written = WRITTEN + NOT_NUMBERS + [random_number() for _ in range(150)]
    cases = [["parse", text] for text in written]
    good = [t for t in written if t not in NOT_NUMBERS]
    cases += [[f, text] for f in ("neg", "floor", "ceil", "abs") for text in good]
    some = ["0", "-0", "1", "-1", "3", "-7", "0.1", "2.5", "-1.5", "inf", "-inf", "1e400", "9223372036854775807", "-9223372036854775808", "1e-7"]
    pairs = list(itertools.product(some, some)) + [RNG.sample(good, 2) for _ in range(250)]
    cases += [[op, a, b] for op in ("+", "-", "*", "/", "%", "<", "==") for a, b in pairs]
    small = ["0", "1", "-1", "2", "0.5", "10", "60", "-2", "1000", "1e400", "inf", "2.5"]
    cases += [[f, a, b] for f in ("pow", "log") for a in small for b in small]
    cases += [["chain", a, b] for a in ("0.5", "1.5", "0.1", "7.3") for b in ("0.5", "1.5")]

    def text(case):
        n = [f'tonumber("{t}")' for t in case[1:]]
        match case[0]:
            case "parse": return f"tostring({n[0]})"
            case "neg": return f"tostring(-{n[0]})"
            case "floor" | "ceil" | "abs": return f"tostring({case[0]}({n[0]}))"
            case "pow" | "log": return f"tostring({case[0]}({n[0]}, {n[1]}))"
            case "chain": return f"tostring(pow(2, {n[0]}) * pow(3, {n[1]}) / pow(2, {n[0]}) + pow(2, {n[0]}) - pow(3, {n[1]}))"
            case op: return f"tostring({n[0]} {op} {n[1]})"

    # Infinities make cty panic in places, which `try` does not catch: ask those one by one.
    answers = console(map(text, cases))
    write("numbers", [[*case, None if a == "!ERR" else a] for case, a in zip(cases, answers)])


# --- types and values

def opt(fields, *optional):
    return ["object", fields, list(optional)]


def obj(**fields):
    return ["object", fields]


S, N, B, ANY = "string", "number", "bool", "dynamic"
L, T, M, U = (lambda t: ["list", t]), (lambda t: ["set", t]), (lambda t: ["map", t]), (lambda *t: ["tuple", list(t)])

TYPES = [S, N, B, ANY, L(S), L(N), T(S), T(N), M(S), M(N), L(ANY), T(ANY), M(ANY), U(S, N), U(S), U(), obj(a=S), obj(a=N, b=S), obj(),
         opt({"a": S, "b": N}, "b"), L(obj(a=S)), M(obj(a=S)), L(L(ANY)), M(L(N)), obj(a=obj(b=S)), L(opt({"a": S, "b": L(S)}, "a", "b")),
         T(L(S)), T(obj(a=N, b=S)), M(T(S)), obj(a=ANY, b=L(ANY)), L(M(ANY)), L(B), M(B)]
VALUES = [None, "", "a", "1", "0", "1.50", "true", "false", "True", "FALSE", "yes", 0, 1, 2.5, 1e30, True, False, [], {}, ["a"], ["a", "b", "a"],
          [1, 2], [2, 10, 1], ["2", "10", "1"], ["1", 1, True], [True, False], [None], ["a", None], [[]], [[1], ["a"]], [[1, 2], [3]], [["a", True], [3]],
          [1, []], [{"a": 1}], [{"a": 1}, {"a": "x"}], [{"a": 1}, {"b": "x"}], [{"a": []}], [{}], [{"a": 1}, {}], [None, {"a": 1}], [None, [1]],
          {"a": 1}, {"a": "x"}, {"a": "x", "b": 2}, {"a": "x", "b": "y"}, {"a": None}, {"a": None, "b": {"c": 1}}, {"a": [], "b": []}, {"a": {"b": "x"}},
          {"a": {"b": []}}, {"a": {}}, {"b": 1}, {"a": ["x"]}, {"a": [1], "b": ["x"]}, {"a": 1, "b": [1, "x"]}, {"a b": ["x"]}, {"k": {"a": 1}, "l": {"a": "2"}},
          {"k": {"a": 1}, "l": {"b": 2}}, {"x": True, "y": "no"}, ["x", [1]], [["b"], ["a", "z"], ["a"], ["A"], ["aa"]],
          [{"a": 2, "b": "x"}, {"a": 10, "b": "x"}, {"a": 1, "b": "y"}, {"a": 1, "b": "a"}], {"a": "1", "b": "z", "c": 3}]
MORE = [(obj(a=S, b=S), {}), (obj(a=S, b=S, c=S), {}), (obj(a=S, b=N), {"a": []}), (obj(a=N, b=S), {"b": []}), (obj(a=L(M(obj(b=B)))), {"a": [{"k": {"b": "x"}}]}),
        (L(obj(a=S, b=N)), [{"a": "x"}]), (T(obj(a=S)), [{"a": 1}, {"a": "1"}]), (U(L(S)), [[[]]]), (U(obj(a=N)), [{"a": "x"}]), (U(S, ANY), [[], 1]),
        (L(U(S)), [["a", "b"]]), (L(U(S)), [[1], ["b"]]), (obj(a=M(S)), {"a": ["x"]}), (L(M(S)), [{"a": "x"}, ["y"]]), (L(L(ANY)), [["a"], "b"]),
        (opt({"a": opt({"b": S}, "b")}, "a"), {}), (opt({"a": opt({"b": S}, "b")}, "a"), {"a": {}}), (M(opt({"a": N, "b": ANY}, "b")), {"x": {"a": "1"}, "y": {"a": 2, "b": 3}}),
        (T(S), ["b", "a", "B", "é", "ab", "", "Z", "10", "9"]), (T(N), [10, 9, -1, 1.5, 1e30]), (T(B), [True, False, "true"]), (T(S), ["1", 1, "b", None]),
        (T(U(N)), [[1234567890123], [11], [12345678901], [1.5], [-1], [1e-7], [100], [1e30]]), (T(U(S)), [["\u00a0"], ["\u2028"], ["b"], ["\u0301"], ["\t"], ["\u007f"], ["😀"], ["\ue000"], ["\""], ["a b"], ["a\nb"]]),
        (T(M(N)), [{"a": 2}, {"b": 1}, {"a": 1, "c": 3}, {}]), (T(T(S)), [["b", "a"], ["a"], ["c"]]), (T(L(N)), [[2], [10, 1], [10]]), (T(U(B)), [[True], [False]]),
        (T(obj(a=L(N), b=B)), [{"a": [2], "b": True}, {"a": [10], "b": False}, {"a": None, "b": True}]), (L(T(S)), [["b", "a"], ["c"]]), (M(ANY), {"a": "x", "b": []}),
        (M(ANY), {"a": {"x": 1}, "b": {"y": 2}}), (M(ANY), {"a": {"x": 1}, "b": {"x": "2"}}), (L(ANY), [{"a": 1}, {"a": []}]), (L(ANY), ["a", {}]), (T(ANY), [1, []]), (T(ANY), [None, {"a": 1}]),
        (L(ANY), [[None], [1]]), (L(ANY), [{"a": None}, {"a": 1}]), (L(ANY), [{"a": None}, {"b": 1}]), (ANY, {"a": [1, "x", None, {}]})]


class Root:
    """A root module with typed variables, given in a variable file, one a line."""

    def __init__(self, variables):
        self.directory = tempfile.mkdtemp()
        self.path = pathlib.Path(self.directory)
        self.write("main.tf", (f'variable "x{i}" {{ type = {constraint(ty)} }}' for i, (ty, _) in enumerate(variables)))
        self.write("terraform.tfvars", (f"x{i} = {expression(value)}" for i, (_, value) in enumerate(variables)))

    def write(self, name, lines):
        (self.path / name).parent.mkdir(exist_ok=True)
        (self.path / name).write_text("\n".join(lines) + "\n")

    def diagnostics(self):
        for line in terraform(self.directory, "plan", "-json").stdout.splitlines():
            if diagnostic := json.loads(line).get("diagnostic"):
                yield diagnostic

    def outputs(self):
        run = terraform(self.directory, "plan", "-out=plan")
        assert run.returncode == 0, run.stderr
        plan = json.loads(terraform(self.directory, "show", "-json", "plan").stdout, parse_float=str, parse_int=str)
        return plan["planned_values"]["outputs"]


UNSUITABLE = re.compile(r"The given value is not suitable for (?:module\.m\.)?var\.x(\d+) declared at [^:]*:\d+,\d+-\d+: (.*)\.$", re.S)


def errors_of(root):
    errors = {}
    for diagnostic in root.diagnostics():
        match = UNSUITABLE.match(diagnostic["detail"].replace("\n", " "))
        assert match, diagnostic
        errors[int(match[1])] = match[2]
    return errors


def answers(cases, make=Root, reference="var.x"):
    """Of each case its error, or its type and value as an output shows them."""
    found = []
    for start in range(0, len(cases), 60):
        found += answers_of_few(cases[start:start + 60], make, reference)
    return found


def answers_of_few(cases, make, reference):
    found, left = {}, list(range(len(cases)))
    # Terraform looks at values only when all types are right: again until nothing is wrong.
    while errors := errors_of(root := make([cases[i] for i in left])):
        # Of several mistakes it names any one: see all it may name.
        several = {n for n, error in errors.items() if '"' in error}
        seen = [errors] + ([errors_of(root) for _ in range(12)] if several else [])
        found |= {left[n]: {"errors": sorted({e[n] for e in seen})} for n in errors}
        left = [i for i in left if i not in found]
    root = make([cases[i] for i in left])
    root.write("outputs.tf", (f'output "o{n}" {{ value = jsonencode({reference}{n}) }}\noutput "t{n}" {{ value = {{ v = {reference}{n} }} }}' for n in range(len(left))))
    outputs = root.outputs()
    for n, i in enumerate(left):
        found[i] = {"type": outputs[f"t{n}"]["type"][1]["v"], "json": outputs[f"o{n}"]["value"]}
    return [found[i] for i in range(len(cases))]


def convert():
    cases = [(ty, value) for ty in TYPES for value in VALUES] + MORE
    write("convert", [{"to": ty, "value": value, **answer} for (ty, value), answer in zip(cases, answers(cases))])


def reconvert():
    """From a typed value to another type: an argument of a module."""
    values = [(L(S), ["b", "a", "1"]), (L(N), [2, 1, 2]), (T(S), ["b", "a"]), (T(N), [10, 9]), (M(S), {"a": "x", "b": "1"}), (M(N), {"a": 1, "b": 2}), (L(ANY), []), (M(ANY), {}),
              (L(obj(a=N)), [{"a": 1}]), (M(obj(a=N)), {"k": {"a": 1}}), (U(S, N), ["1", 2]), (obj(a=N, b=S), {"a": 1, "b": "2"}), (L(L(S)), [["1"], []]), (S, "1"), (N, 1), (B, True), (S, None),
              (L(S), None), (obj(a=N), None), (M(L(S)), {"a": ["1"]}), (M(S), {"b": "1"})]
    cases = [(value, ty, to) for ty, value in values for to in TYPES]

    def call(chosen):
        root = Root([(ty, value) for value, ty, _ in chosen])
        root.write("call.tf", ['module "m" {', '  source = "./m"'] + [f"  x{i} = var.x{i}" for i in range(len(chosen))] + ["}"])
        lines = [f'variable "x{i}" {{ type = {constraint(to)} }}' for i, (*_, to) in enumerate(chosen)]
        root.write("m/main.tf", lines + [f'output "o{i}" {{ value = var.x{i} }}' for i in range(len(chosen))])
        assert terraform(root.directory, "init").returncode == 0
        return root

    found = answers(cases, call, "module.m.o")
    write("reconvert", [{"value": value, "from": ty, "to": to, **answer} for (value, ty, to), answer in zip(cases, found)])


def parse_type(text):
    """What `type()` prints in the console, as cty's JSON."""
    tokens = re.findall(r"[A-Za-z_]\w*|[({\[\])}:,]", text)
    at = 0

    def take(expected=None):
        nonlocal at
        token = tokens[at]
        assert expected in (None, token), (expected, token, text)
        at += 1
        return token

    def parse():
        word = take()
        if word in ("list", "set", "map"):
            take("(")
            element = parse()
            if tokens[at] == ",":
                take()
            take(")")
            return [word, element]
        if word == "tuple":
            take("("), take("[")
            items = []
            while tokens[at] != "]":
                items.append(parse())
                if tokens[at] == ",":
                    take()
            take("]"), take(")")
            return ["tuple", items]
        if word == "object":
            take("(")
            if tokens[at] == ")":
                take()
                return ["object", {}]
            take("{")
            fields = {}
            while tokens[at] != "}":
                name = take()
                take(":")
                fields[name] = parse()
                if tokens[at] == ",":
                    take()
            take("}"), take(")")
            return ["object", fields]
        return word

    return parse()


def unify():
    """The type of the first arm of a conditional, converted: nulls, so that no value stands in the way."""
    types = [S, N, B, L(ANY), M(ANY), T(ANY), U(ANY), obj(a=ANY), L(L(ANY)), L(S), L(N), T(S), T(B), M(S), M(N), U(S), U(N, N), U(), obj(a=S), obj(a=N), obj(a=N, b=S), obj(), M(obj(a=S)), obj(a=U(N)), obj(a=U(N, N)), L(obj(a=N)),
             L(obj(b=S)), U(obj(a=N)), L(T(N)), L(L(S)), U(L(N), S), obj(a=obj(b=N)), obj(a=obj(c=S)), obj(a=L(S), b=N), M(L(N))]
    pairs = list(itertools.product(types, types))
    out = []
    root = Root([(ty, None) for ty in types])
    for a, b in pairs:
        run = terraform(root.directory, "console", stdin=f"type(true ? var.x{types.index(a)} : var.x{types.index(b)})\n")
        out.append({"types": [a, b], "unified": parse_type(run.stdout) if run.returncode == 0 else None})
    write("unify", out)


def equal():
    values = [(ty, v) for ty, v in itertools.product(TYPES, [None, "a", "1", 1, True, [], {}, ["a"], ["1"], [1], {"a": 1}, {"a": "1"}, [None], {"a": None}, [["1"]], [{"a": "1"}]])]
    values = [v for v, answer in zip(values, answers(values)) if "errors" not in answer]
    pairs = [RNG.sample(range(len(values)), 2) for _ in range(1500)] + [[i, i] for i in range(len(values))]
    root = Root(values)
    found = console([f"var.x{a} == var.x{b}" for a, b in pairs], root.directory)
    write("equal", [{"a": values[a], "b": values[b], "equal": e} for (a, b), e in zip(pairs, found)])


STRINGS = ["", "a", "a\nb", "a\nb\n", "\n", 'a"b\\c\td', "${x} %{y}", "EOT\nx", "  EOT\ny", "xEOTy\nz", "a\rb\r\n", "\u0001", "é\u200b", "<a&b>'", "\u2028\u2029", "\u007f\u0080", "😀\u0301 \u00a0", "\ufeff", "e\u0301", "\b\f\u000b", "/", "\u0000"]


def printed():
    """What the console prints, and what jsonencode gives."""
    cases = [(ANY, s) for s in STRINGS] + [(ANY, [s]) for s in STRINGS] + [(ANY, {s: s}) for s in STRINGS if s]
    cases += [(ty, None) for ty in TYPES] + [(L(L(ANY)), [[]]), (L(ANY), []), (M(ANY), {}), (T(ANY), []), (ANY, {"a b": 1, "c": {"d": [2, {}]}}), (L(obj(a=N)), [{"a": 1}, {"a": 2}]), (M(obj(a=S)), {"k": {"a": "x\ny"}}),
              (T(obj(a=S)), [{"a": "x\ny"}]), (ANY, [1e30, 0.1, -3, True, None]), (opt({"a": S, "b": L(S)}, "a", "b"), {})]
    root = Root(cases)
    out = []
    encoded = console([f"jsonencode(var.x{i})" for i in range(len(cases))], root.directory)
    for i, (ty, value) in enumerate(cases):
        run = terraform(root.directory, "console", stdin=f"var.x{i}\n")
        assert run.returncode == 0, run.stderr
        out.append({"type": ty, "value": value, "printed": run.stdout.removesuffix("\n"), "json": encoded[i]})
    write("printed", out)


DOCUMENTS = ["", " ", "null", "true", "1", "-0", "1.50", "1e3", "1E-2", "0.1", "123456789012345678901234567890", "1e400", '"a"', '"\\u0041\\n\\/"', '"\\ud83d\\ude00"', '"\\ud800"', "[]", "{}", "[1,\"a\",null]", '{"b":1,"a":2}', '{"a":1,"a":2}',
             ' [ 1 , 2 ] ', "[1,]", "[1", "{", '{"a"}', '{"a":}', '{"a":1,}', "{a:1}", "tru", "nul", "01", "1.", ".5", "+1", "1 2", "[] x", "'a'", '"a', '"\\x"', '"a\nb"', "NaN", "[1 2]", '{"a" 1}', '{"a":1 "b":2}', "\ufeff1", "-", "1e", '{"a":1}}', "]", '{1:2}', '"\t"', '[[[1]]]', '{"e\u0301":"e\u0301"}', '"\\u00e"', "[,1]", "// c\n1", "trx", "nulL", "1.x", "-x", "1ex", "1e+", "[1x]", "[]]", "{}] x", "1]", ":", "{,", '{"a":1,,', "[1,,2]", '"\\', '"\\u12', '"\\ud83dx"', '"\\ud83d\\u0041"', "é", "\u0000", '{"a":tru}', '["a" "b"]', "\u00a01", '"a" x', "truex", "[truex]", "1true"]


def documents():
    """Errors come from the console one by one, so that their words are seen."""
    with tempfile.TemporaryDirectory() as directory:
        found = console([f"jsonencode(jsondecode({quoted(d)}))" for d in DOCUMENTS], directory)
        out = []
        for document, answer in zip(DOCUMENTS, found):
            if answer != "!ERR":
                out.append({"text": document, "json": answer})
                continue
            (pathlib.Path(directory) / "main.tf").write_text(f'output "x" {{ value = jsondecode({quoted(document)}) }}\n')
            details = [json.loads(line).get("diagnostic", {}).get("detail", "") for line in terraform(directory, "plan", "-json").stdout.splitlines()]
            error = next(d for d in details if "jsondecode" in d)
            out.append({"text": document, "error": error.split('"jsondecode" failed: ')[-1].removesuffix(".")})
            (pathlib.Path(directory) / "main.tf").unlink()
        write("documents", out)


if __name__ == "__main__":
    everything = (numbers, convert, reconvert, unify, equal, printed, documents)
    for record in everything:
        if record.__name__ in sys.argv[1:] or not sys.argv[1:]:
            record()
