//! Text to tree: every construct, by its dump.

use infralint::{source::FileId, syntax};

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
        "locals {\n a = [\n}\n b = 1\n}",
        "a = x::y(",
        "a = f(x...",
        "/* x",
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
