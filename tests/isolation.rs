//! One root module never takes another down: what is wrong in one is said, with file and line, and the others are judged.

#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use checking::Checked;
use infralint::check::Outcome;

const GOOD: &str = "resource \"aws_elasticache_cluster\" \"alone\" {\n  cluster_id      = \"c\"\n  engine          = \"redis\"\n  node_type       = \"cache.r7g.large\"\n  num_cache_nodes = 1\n}\n";

/// A good root module beside one with the given files; what is said of the broken one, and whether the good one was judged.
fn beside(files: &[(&str, &str)]) -> (Vec<String>, Outcome) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &[u8]| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("good/main.tf", GOOD.as_bytes());
    for (path, text) in files {
        write(path, text.as_bytes());
    }
    let checked = Checked::folder(folder.path());
    let judged = checked.findings("redis-ha").any(|f| &*f.root_module == "good" && f.check.policy == "standalone-node");
    assert!(judged, "the good root module was not judged; errors: {:?}", checked.errors());
    (checked.errors(), checked.report.outcome())
}

/// The broken root module is told of at this file and line with this summary, and the run says that not all was checked.
fn broken(files: &[(&str, &str)], expected: &str) {
    let (errors, outcome) = beside(files);
    assert!(errors.iter().any(|error| error.starts_with(expected)), "{expected:?} is not in {errors:#?}");
    assert_eq!(outcome, Outcome::NotChecked);
}

#[test]
fn a_syntax_error_is_one_diagnostic_and_the_rest_of_its_file_is_judged() {
    let text = format!("{GOOD}\nresource \"aws_vpc\" {{{{ }}\n\nlocals {{\n  x = missing.thing.here\n}}\n");
    let (errors, _) = beside(&[("bad/main.tf", &text)]);
    assert!(errors.iter().any(|e| e.starts_with("bad/main.tf:8: ")), "{errors:#?}");
    assert!(errors.iter().any(|e| e.starts_with("bad/main.tf:11: Reference to undeclared resource")), "{errors:#?}");
}

#[test]
fn a_file_that_is_no_text_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in [("good/main.tf", GOOD.as_bytes()), ("bad/main.tf", b"locals { a = \"\xff\" }")] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let checked = Checked::folder(folder.path());
    assert!(checked.errors().iter().any(|e| e.contains("bad/main.tf")), "{:?}", checked.errors());
    assert_eq!(checked.findings("redis-ha").count(), 1);
}

#[test]
fn a_missing_module_is_an_error_at_its_call() {
    let call = "module \"net\" {\n  source = \"../nowhere\"\n}\n\nlocals {\n  id = module.net.id\n}\n";
    broken(&[("bad/main.tf", call)], "bad/main.tf:2: ");
}

#[test]
fn a_cycle_names_its_members() {
    let cycle = "locals {\n  a = local.b\n  b = local.c\n  c = local.a\n}\n";
    let (errors, _) = beside(&[("bad/main.tf", cycle)]);
    let cycles: Vec<&String> = errors.iter().filter(|e| e.contains("Cycle: ")).collect();
    assert_eq!(cycles.len(), 1, "{errors:#?}");
    assert!(["local.a", "local.b", "local.c"].iter().all(|name| cycles[0].contains(name)), "{cycles:?}");
    let own = "resource \"aws_vpc\" \"x\" {\n  cidr_block = aws_vpc.x.cidr_block\n}\n";
    broken(&[("bad/main.tf", own)], "bad/main.tf:2: Self-referential block");
}

#[test]
fn an_unknown_function_is_an_error_even_where_nothing_uses_it() {
    broken(&[("bad/main.tf", "locals {\n  a = 1\n  b = lenght([1])\n}\n")], "bad/main.tf:3: Call to unknown function");
}

#[test]
fn wrong_settings_stop_the_run_with_their_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("main.tf"), GOOD).expect("a file");
    std::fs::write(folder.path().join(".infralint.hcl"), "undecided = \"warn\"\nundecidd = \"fail\"\n")
        .expect("a file");
    let checked = Checked::folder(folder.path());
    let errors = checked.errors();
    assert!(errors.iter().any(|e| e.starts_with(".infralint.hcl:2: ") && e.contains("undecided")), "{errors:#?}");
    assert_eq!(checked.report.outcome(), Outcome::NotChecked);
}

#[test]
fn errors_are_told_once_and_not_again_downstream() {
    let text = "locals {\n  a = nope.nope.nope\n  b = local.a\n  c = \"${local.b}-x\"\n}\noutput \"o\" {\n  value = [local.c]\n}\n";
    let (errors, _) = beside(&[("bad/main.tf", text)]);
    assert_eq!(errors.len(), 1, "{errors:#?}");
}

#[test]
fn limits_are_met_with_a_diagnostic() {
    let cases = [
        (
            "resource \"aws_vpc\" \"x\" {\n  count      = 1000000000\n  cidr_block = \"10.0.0.0/16\"\n}\n",
            "bad/main.tf:2: ",
        ),
        ("locals {\n  a = setproduct(range(1000), range(1000), range(1000))\n}\n", "bad/main.tf:2: "),
    ];
    for (text, expected) in cases {
        broken(&[("bad/main.tf", text)], expected);
    }
}

#[test]
fn a_long_chain_of_locals_is_no_problem() {
    let mut text = String::from("locals {\n  l0 = 1\n");
    for i in 1..3000 {
        text.push_str(&format!("  l{i} = local.l{} + 1\n", i - 1));
    }
    text.push_str("}\n");
    let (errors, _) = beside(&[("bad/main.tf", &text)]);
    assert_eq!(errors, [""; 0]);
}
