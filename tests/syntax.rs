//! Text to tree: every construct, by its dump.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use infralint::{
    source::FileId,
    syntax::{self, ExprKind, Part},
};

fn expr(text: &str) -> String {
    let (tree, id, diagnostics) = syntax::parse_expression(FileId(0), text);
    assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    tree.dump_expr(id)
}

#[test]
fn expressions() {
    let cases = [
        ("null", "null"),
        ("true", "true"),
        ("- 5", "(- 5)"),
        ("-5.50e+3", "(- 5.50e+3)"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"),
        ("a < b == c && !d || e", "(|| (&& (== (< a b) c) (! d)) e)"),
        ("(a + b) * c", "(* (p (+ a b)) c)"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("var.x[0].y[\"k\"].1", "var.x[0].y[\"k\"][1]"),
        ("a.*.b.c[0].d", "(splat a *.b.c)[0].d"),
        ("a[*].b[0].c", "(splat a *.b[0].c)"),
        ("a[*].b[*].c", "(splat a (splat *.b *.c))"),
        ("a.*.b[*].c", "(splat (splat a *.b) *.c)"),
        ("a[*].b.*.c[0]", "(splat a (splat *.b *.c)[0])"),
        ("a.*.0", "(splat a *[0])"),
        ("f(a, b...)", "f(a, b...)"),
        ("provider::aws::arn_parse(x)", "provider::aws::arn_parse(x)"),
        ("[1, [2], ]", "[1, [2]]"),
        ("{ a = 1, \"b\" : 2, (c) = 3, true = 4, null = 5 }", "{a = 1, \"b\" = 2, (p c) = 3, true = 4, null = 5}"),
        ("[for v in c : v]", "(for v in c : v)"),
        ("{for k, v in c : k => v... if v != null}", "(for k, v in c : k => v... if (!= v null))"),
    ];
    for (text, expected) in cases {
        assert_eq!(expr(text), expected, "{text}");
    }
}

#[test]
fn templates() {
    let cases = [
        (r#""""#, r#""""#),
        (r#""a\n\"b\"\u00e9 $${x} %%{y} $x""#, r#""a\n\"b\"é ${x} %{y} $x""#),
        ("\"e\u{301}\"", "\"\u{e9}\""),
        (r#""${x}""#, "t(($ x))"),
        (r#"" ${~ x}""#, r#"t("" ($ x))"#),
        (r#""a ${~ x ~} b""#, r#"t("a" ($ x) "b")"#),
        (r#""%{ if a }b%{ else }c${d}%{ endif }e""#, r#"t((if a)then("b")else("c" ($ d)) "e")"#),
        (r#""%{ for k, v in c ~} x ${v}%{ endfor }""#, r#"t((for k, v in c)do("x " ($ v)))"#),
        ("<<EOT\n  a ${b}\n\n  c\nEOT\n", r#"t("  a " ($ b) "\n\n  c\n")"#),
        ("<<-EOT\n    a\n      b\n  \t\n    c $${d}\n  EOT\n", r#""a\n  b\n  \t\nc ${d}\n""#),
        ("<<-EOT\ncurl \\\n  -k ${1} \\\n  -u\nEOT\n", r#"t("curl \\\n  -k " ($ 1) " \\\n  -u\n")"#),
        ("<<-EOT\n    %{ if a ~}\n    b\n    %{ endif ~}\n    EOT\n", r#"t((if a)then("    b\n")else())"#),
        ("<<EOT\nEOT\n", r#""""#),
    ];
    for (text, expected) in cases {
        let (tree, id, diagnostics) = syntax::parse_expression(FileId(0), text);
        assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
        assert_eq!(tree.dump_expr(id), expected, "{text}");
    }
}

#[test]
fn bodies() {
    let text = "a = 1\nresource \"t\" n { # c\n  b = [1,\n 2]\n  lifecycle { c = true }\n}\nempty {}\n";
    let parsed = syntax::parse(FileId(0), text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let expected = "a = 1\nresource \"t\" \"n\" {\n  b = [1, 2]\n  lifecycle {\n    c = true\n  }\n}\nempty {\n}\n";
    assert_eq!(parsed.tree.dump(), expected);
    let block = &parsed.tree.body.blocks[0];
    let slice = |span: infralint::source::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(slice(block.header), "resource \"t\" n");
    assert_eq!(slice(block.body.blocks[0].body.span), " c = true ");
    assert_eq!(slice(block.body.attributes[0].span), "b = [1,\n 2]");
    assert_eq!(slice(block.labels[0].span), "\"t\"");
    assert_eq!(slice(parsed.tree.body.blocks[1].body.span), "");
}

/// What `terraform validate` says about broken files; see tests/syntax/record.py.
#[test]
fn errors_are_terraforms() {
    let recorded: serde_json::Value = serde_json::from_str(include_str!("syntax/errors.json")).unwrap();
    // Where ours names what is not closed instead of what it leads to; all are at the same place or before.
    let named_otherwise = [
        "locals = {",
        "a = x[",
        "a = [for x in y : x",
        "a = x::y(",
        "a = f(x...",
        "locals \"x",
        "a = \"\"\"",
        "a = \"${\"",
        "a = \"${ \"",
        "a = \"%{ \"",
    ];
    let mut differ = Vec::new();
    for case in recorded.as_array().unwrap() {
        let text = case[0].as_str().unwrap();
        let theirs: Vec<&str> = case[1].as_array().unwrap().iter().map(|d| d[0].as_str().unwrap()).collect();
        let parsed = syntax::parse(FileId(0), text);
        let ours: Vec<&str> = parsed.diagnostics.iter().map(|d| d.summary.as_str()).collect();
        let same = ours.first().is_none_or(|s| theirs.contains(s)) != named_otherwise.contains(&text);
        if theirs.is_empty() != ours.is_empty() || !same {
            differ.push(format!("{text:?}\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    assert!(differ.is_empty(), "{}\n{}", differ.join("\n"), differ.len());
}

/// Answers of `terraform console` for constant templates and strings; see tests/syntax/record.py.
#[test]
fn strings_are_terraforms() {
    let recorded: serde_json::Value = serde_json::from_str(include_str!("syntax/templates.json")).unwrap();
    let mut compared = 0;
    for case in recorded.as_array().unwrap() {
        let text = case["expr"].as_str().unwrap();
        let (tree, id, diagnostics) = syntax::parse_expression(FileId(0), text);
        assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
        if let (Some(ours), Some(theirs)) = (constant(&tree, id), case["value"].as_str()) {
            assert_eq!(ours, theirs, "{text}");
            compared += 1;
        }
    }
    assert!(compared > 40, "only {compared} cases compared");
}

/// The text of a template whose parts are constants; the evaluator is not needed for these.
fn constant(tree: &syntax::Tree, id: syntax::ExprId) -> Option<String> {
    match tree.kind(id) {
        ExprKind::String(text) | ExprKind::Number(text) => Some(tree.str(text).to_string()),
        ExprKind::Template(parts) => constant_parts(tree, parts),
        _ => None,
    }
}

fn constant_parts(tree: &syntax::Tree, parts: syntax::Run) -> Option<String> {
    let parts = tree.parts(parts).iter().map(|part| match *part {
        Part::Literal(text) => Some(tree.str(text).to_string()),
        Part::Interpolation(id) => constant(tree, id),
        Part::If { condition, then, otherwise } => match tree.kind(condition) {
            ExprKind::Bool(test) => constant_parts(tree, if test { then } else { otherwise }),
            _ => None,
        },
        Part::For { .. } => None,
    });
    parts.collect()
}

#[test]
fn one_mistake_costs_one_item() {
    let cases: [(&str, &str, &[&str]); 9] = [
        (
            "a = 1\nresource \"x\" \"y\" {\n  ok = 1\n  bad = [1 2]\n  also = 2\n}\nb = 2\n",
            "a = 1\nb = 2\nresource \"x\" \"y\" {\n  ok = 1\n  bad = <error>\n  also = 2\n}\n",
            &["Missing item separator"],
        ),
        (
            "locals {\n  a = \"x\n  b = 2\n}\nc = 3\n",
            "c = 3\nlocals {\n  a = <error>\n  b = 2\n}\n",
            &["Invalid multi-line string"],
        ),
        (
            "resource \"a\" \"b\" {\n  x = {\n    y = 1\n}\n\nresource \"c\" \"d\" {\n  z = 1\n}\n",
            "resource \"a\" \"b\" {\n  x = {y = 1}\n}\nresource \"c\" \"d\" {\n  z = 1\n}\n",
            &["Unclosed configuration block"],
        ),
        (
            "locals {\n  a = f(1,\n  b = 2\n  c = 3\n}\nd = 4\n",
            "d = 4\nlocals {\n  a = <error>\n  b = 2\n  c = 3\n}\n",
            &["Missing argument separator"],
        ),
        ("a = 1\na = 2\nb = 3\n", "a = 1\nb = 3\n", &["Attribute redefined"]),
        (
            "m {\n  n {\n    a = 1\n    a = 2\n  }\n  o = 1\n}\n",
            "m {\n  o = 1\n  n {\n    a = 1\n  }\n}\n",
            &["Attribute redefined"],
        ),
        ("}\na = 1\n", "a = 1\n", &["Argument or block definition required"]),
        ("a = <<EOT\nx\n\nb \"c\" {\n}\n", "a = <error>\nb \"c\" {\n}\n", &["Unterminated template string"]),
        (
            "a = 'x'\nb = 1\nc = x;\n",
            "a = <error>\nb = 1\nc = <error>\n",
            &["Invalid character", "Invalid expression", "Invalid character"],
        ),
    ];
    for (text, expected, summaries) in cases {
        let parsed = syntax::parse(FileId(0), text);
        assert_eq!(parsed.tree.dump(), expected, "{text}\n{:?}", parsed.diagnostics);
        let ours: Vec<&str> = parsed.diagnostics.iter().map(|d| d.summary.as_str()).collect();
        assert_eq!(ours, summaries, "{text}");
    }
}

#[test]
fn accepts_what_hcl_edit_does_not() {
    let cases = [
        ("a = { x = 1, x = 2, y = { z = 1, z = 2 } }\n", "a = {x = 1, x = 2, y = {z = 1, z = 2}}\n"),
        (
            "a = {\n  x = 1\n  \"x\" = <<E\nt\nE\n  x : [{ k = 1\n k = 2 }]\n}\n",
            "a = {x = 1, \"x\" = \"t\\n\", x = [{k = 1, k = 2}]}\n",
        ),
        ("a = { k = 1, k = 2 }.k\n", "a = {k = 1, k = 2}.k\n"),
        ("a = 1e400 + -1e-400\n", "a = (+ 1e400 (- 1e-400))\n"),
        ("a = <<E\nE\"\n E, x\n ${1}\nE)\nE \nb = 1\n", "a = t(\"E\\\"\\n E, x\\n \" ($ 1) \"\\nE)\\n\")\nb = 1\n"),
    ];
    for (text, expected) in cases {
        let parsed = syntax::parse(FileId(0), text);
        assert!(parsed.diagnostics.is_empty(), "{text}: {:?}", parsed.diagnostics);
        assert_eq!(parsed.tree.dump(), expected, "{text}");
    }
}

/// Each takes at most a second or two without optimisation; what is quadratic takes minutes.
const LONG: std::time::Duration = std::time::Duration::from_secs(20);

#[test]
fn large_texts_are_bounded() {
    let many = |n: usize, item: &dyn Fn(usize) -> String| (0..n).map(item).collect::<String>();
    let accepted = [
        ("keys", format!("a = {{\n{}}}\n", many(50_000, &|i| format!("  k{i} = {i}\n")))),
        ("equal keys", format!("a = {{\n{}}}\n", many(5_000, &|_| "  k = { a = 1, a = 2 }\n".to_owned()))),
        ("elements", format!("a = [{}]\n", many(50_000, &|i| format!("{i}, ")))),
        ("attributes", many(20_000, &|i| format!("a{i} = \"${{x}}\"\n"))),
        ("links", format!("a = x{}\n", ".y".repeat(10_000))),
        ("indexes", format!("a = x{}\n", "[0]".repeat(10_000))),
        ("depth", format!("a = {}1{}\n", "[".repeat(60), "]".repeat(60))),
        ("operators", format!("a = 1{}\n", " + 1".repeat(128))),
    ];
    for (what, text) in accepted {
        let start = std::time::Instant::now();
        let parsed = syntax::parse(FileId(0), &text);
        assert!(parsed.diagnostics.is_empty(), "{what}: {:?}", &parsed.diagnostics[..1]);
        assert!(!parsed.tree.dump().contains("<error>"), "{what}");
        assert!(start.elapsed() < LONG, "{what}: {:?}", start.elapsed());
    }
    let refused = [
        ("brackets", format!("a = {}1{}\nb = 1\n", "[".repeat(100_000), "]".repeat(100_000))),
        ("open brackets", format!("a = {}\nb = 1\n", "[".repeat(100_000))),
        ("mixed brackets", format!("a = {}{}\nb = 1\n", "(".repeat(100_000), "]".repeat(100_000))),
        ("not", format!("a = {}x\nb = 1\n", "!".repeat(100_000))),
        ("conditions", format!("a = {}z\nb = 1\n", "x ? y : ".repeat(100_000))),
        ("templates", format!("a = {}1{}\nb = 1\n", "\"${".repeat(20_000), "}\"".repeat(20_000))),
        ("splats", format!("a = x{}\nb = 1\n", "[*]".repeat(10_000))),
        ("operators", format!("a = 1{}\nb = 1\n", " + 1".repeat(100_000))),
        ("blocks", format!("{}{}b = 1\n", "a {\n".repeat(5_000), "}\n".repeat(5_000))),
        ("open blocks", "a {\n".repeat(5_000)),
        ("quotes", "a = \"\n".repeat(20_000)),
    ];
    for (what, text) in refused {
        let start = std::time::Instant::now();
        let parsed = syntax::parse(FileId(0), &text);
        assert!(!parsed.diagnostics.is_empty(), "{what}");
        assert!(start.elapsed() < LONG, "{what}: {:?}", start.elapsed());
    }
}

#[test]
fn json_bodies_and_blocks() {
    let text = r#"{
  "//": "comment",
  "resource": { "aws_vpc": { "a": { "cidr": "${var.c}/16", "n": [1, -2.5e3, null, true] },
                             "b": [{ "x\u0041": "\"${ y.z }\n$${w}" }] } },
  "locals": [{ "a": 1, "//": "c" }, { "b": { "//": 1, "${k}": "%%{" } }],
  "output": []
}"#;
    let parsed = syntax::parse_json(FileId(0), text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let tree = &parsed.tree;
    assert!(tree.is_json);
    let names: Vec<&str> = tree.body.attributes.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["resource", "locals", "output"]);
    let show = |labels: usize, name: &str| {
        let (blocks, diagnostics) = tree.json_blocks(tree.body.attribute(name).unwrap(), labels);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let show = |b: &syntax::Block| {
            let labels: Vec<&str> = b.labels.iter().map(|l| l.text.as_str()).collect();
            let body: Vec<String> =
                b.body.attributes.iter().map(|a| format!("{} = {}", a.name, tree.dump_expr(a.value))).collect();
            format!("{} {} {{ {} }}", b.ty, labels.join(" "), body.join("; "))
        };
        blocks.iter().map(show).collect::<Vec<_>>()
    };
    assert_eq!(
        show(2, "resource"),
        [
            r#"resource aws_vpc a { cidr = t(($ var.c) "/16"); n = [1, (- 2.5e3), null, true] }"#,
            r#"resource aws_vpc b { xA = t("\"" ($ y.z) "\n${w}") }"#
        ]
    );
    assert_eq!(show(0, "locals"), ["locals  { a = 1 }", r#"locals  { b = {// = 1, t(($ k)) = "%{"} }"#]);
    assert!(show(1, "output").is_empty());
    let (blocks, _) = tree.json_blocks(tree.body.attribute("resource").unwrap(), 2);
    let slice = |id: syntax::ExprId| {
        let span = tree.node(id).span;
        &text[span.start as usize..span.end as usize]
    };
    let ExprKind::Template(parts) = tree.kind(blocks[1].body.attributes[0].value) else { panic!("no template") };
    let Part::Interpolation(id) = tree.parts(parts)[1] else { panic!("no interpolation") };
    assert_eq!(slice(id), "y.z");
    assert_eq!(slice(blocks[1].body.attributes[0].value), r#""\"${ y.z }\n$${w}""#);
    let (wrong, diagnostics) = tree.json_blocks(&blocks[0].body.attributes[1], 1);
    assert!(wrong.is_empty());
    assert_eq!(diagnostics[0].summary, "Incorrect JSON value type");
}

#[test]
fn json_errors_are_terraforms() {
    let recorded: serde_json::Value = serde_json::from_str(include_str!("syntax/json_errors.json")).unwrap();
    // What needs a schema or an evaluation to be wrong is said by others.
    let later = ["Incorrect JSON value type", "Missing block label", "Invalid type specification"];
    let later = |s: &str| later.contains(&s) || s.starts_with("Duplicate") || s == "Extraneous JSON object property";
    let mut differ = Vec::new();
    for case in recorded.as_array().unwrap() {
        let text = case[0].as_str().unwrap();
        let theirs = case[1].as_array().unwrap().iter().map(|d| d[0].as_str().unwrap());
        let theirs: Vec<&str> = theirs.filter(|s| !later(s)).collect();
        let parsed = syntax::parse_json(FileId(0), text);
        let ours = parsed.diagnostics.first().map(|d| d.summary.as_str());
        if ours.map_or(!theirs.is_empty(), |ours| !theirs.contains(&ours)) {
            differ.push(format!("{text:?}: ours {ours:?}, theirs {theirs:?}"));
        }
    }
    // A root that is no object is refused when it is read; Terraform does so for each block type it looks for.
    assert_eq!(differ, [r#""[1]": ours Some("Root value must be object"), theirs []"#]);
}

#[test]
fn json_strings_as_expressions() {
    let text = r#"{"variable": {"x": {"type": "list( string )"}}, "d": "a.b[", "n": 1}"#;
    let parsed = syntax::parse_json(FileId(0), text);
    let (blocks, _) = parsed.tree.json_blocks(&parsed.tree.body.attributes[0], 1);
    let value = blocks[0].body.attributes[0].value;
    let (tree, id, diagnostics) = syntax::static_expression(&parsed.tree, value).unwrap();
    assert!(diagnostics.is_empty());
    assert_eq!(tree.dump_expr(id), "list(string)");
    let span = tree.node(id).span;
    assert_eq!(&text[span.start as usize..span.end as usize], "list( string )");
    let (tree, id, diagnostics) =
        syntax::static_expression(&parsed.tree, parsed.tree.body.attributes[1].value).unwrap();
    assert_eq!(tree.dump_expr(id), "<error>");
    assert_eq!(diagnostics[0].summary, "Missing expression");
    assert!(syntax::static_expression(&parsed.tree, parsed.tree.body.attributes[2].value).is_none());
}
