//! Baselines: what is known stays quiet, and nothing else.

use crate::{repository::Repository, running::Run};

const BASELINE: &str = "baseline.json";

fn known(run: &Run) -> u64 {
    run.json()["summary"]["known"].as_u64().unwrap_or(0)
}

fn written() -> Repository {
    let repo = Repository::new();
    let run = repo.check(&["--write-baseline", BASELINE]);
    assert_eq!((run.code, known(&run)), (0, 6), "{run:?}");
    repo
}

fn held(repo: &Repository) -> Run {
    repo.check(&["--baseline", BASELINE])
}

#[test]
fn what_is_written_is_sorted_and_known() {
    let repo = written();
    let line = |stage: &str, module: &str| {
        format!(
            "{{\"root_module\":\"stages/{stage}\",\"check\":\"bucket/private\",\"verdict\":\"fail\",\
             \"address\":\"module.{module}.aws_s3_bucket.this\",\"value\":\"\\\"public-read\\\"\"}}"
        )
    };
    let modules = ["images", "logs[\\\"a\\\"]", "logs[\\\"b\\\"]"];
    let lines: Vec<String> =
        ["one", "two"].iter().flat_map(|stage| modules.map(|module| line(stage, module))).collect();
    let expected = format!("{{\n  \"version\": 1,\n  \"findings\": [\n    {}\n  ]\n}}\n", lines.join(",\n    "));
    assert_eq!(repo.read(BASELINE), expected);
    let run = held(&repo);
    assert_eq!((run.code, known(&run), run.findings(false), run.diagnostics()), (0, 6, vec![], vec![]));
    let human = repo.told(&["--baseline", BASELINE]);
    assert!(
        human.contains("0 failed, 0 undecided, 6 in the baseline") && !human.contains("nothing to object"),
        "{human}"
    );
}

#[test]
fn the_same_fault_elsewhere_is_new() {
    let repo = written();
    let stage = repo.read("stages/one/main.tf");
    repo.write("stages/three/main.tf", &stage);
    repo.write("stages/three/terraform.tfvars", "acl = \"private\"\n");
    let logs = |key: &str| format!("stages/three module.logs[\"{key}\"].aws_s3_bucket.this");
    let run = held(&repo);
    assert_eq!((run.code, known(&run), run.findings(false)), (1, 6, vec![logs("a"), logs("b")]));
    // So is another instance, and another check.
    repo.write("stages/three/main.tf", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n");
    repo.write("stages/three/terraform.tfvars", "");
    repo.edit("stages/two/main.tf", "[\"a\", \"b\"]", "[\"a\", \"b\", \"c\"]");
    assert_eq!(held(&repo).findings(false), ["stages/two module.logs[\"c\"].aws_s3_bucket.this"]);
    let policy = repo.read("policies/bucket.policy.hcl");
    repo.write("policies/other.policy.hcl", &policy);
    assert_eq!(held(&repo).findings(false).len(), 8);
}

#[test]
fn another_value_is_new() {
    let repo = written();
    repo.write("stages/two/terraform.tfvars", "acl = \"public-read-write\"\n");
    let run = held(&repo);
    assert_eq!(run.findings(false), ["stages/two module.images.aws_s3_bucket.this"]);
    assert_eq!(run.diagnostics(), ["baseline.json:7 Baseline entry no longer matches"]);
    assert_eq!(run.code, 1);
    // The same value by another way is not.
    repo.write("stages/two/terraform.tfvars", "");
    repo.edit("stages/two/main.tf", "acl = var.acl", "acl = \"public-${\"read\"}\"");
    let run = held(&repo);
    assert_eq!((run.code, known(&run)), (0, 6), "{run:?}");
    // What is not known is not what was known.
    repo.edit("stages/two/main.tf", "acl = \"public-${\"read\"}\"", "acl = var.acl");
    let run = repo.check(&["--baseline", BASELINE, "--undecided", "fail"]);
    assert_eq!((run.code, run.findings(false).len()), (1, 1));
}

#[test]
fn what_is_solved_is_told_with_its_line() {
    let repo = written();
    repo.write("stages/one/terraform.tfvars", "acl = \"private\"\n");
    let run = held(&repo);
    assert_eq!((run.code, known(&run)), (0, 5));
    assert_eq!(run.diagnostics(), ["baseline.json:4 Baseline entry no longer matches"]);
    // A run that does not look at it cannot know.
    assert_eq!(repo.check(&["stages/two", "--baseline", BASELINE]).diagnostics(), Vec::<String>::new());
    let run = repo.run(&["check", "--no-default-rules", "--schema-only", "--format", "json", "--baseline", BASELINE]);
    assert!(!run.diagnostics().join(" ").contains("Baseline"));
    // Neither can one that could not read everything.
    repo.write("stages/one/broken.tf", "resource {");
    assert!(!held(&repo).diagnostics().join(" ").contains("Baseline"));
    // What is gone with its folder is told.
    std::fs::remove_dir_all(repo.path("stages/one")).unwrap();
    assert_eq!(repo.check(&["stages/two", "--baseline", BASELINE]).diagnostics().len(), 3);
}

#[test]
fn a_part_is_written_anew_and_the_rest_stays() {
    let repo = written();
    let before = repo.read(BASELINE);
    repo.write("stages/one/terraform.tfvars", "acl = \"private\"\n");
    let run = repo.check(&["stages/two", "--write-baseline", BASELINE]);
    assert_eq!((run.code, repo.read(BASELINE)), (0, before));
    let run = repo.check(&["stages/one", "--write-baseline", BASELINE]);
    assert_eq!(run.stderr, "wrote 5 findings to baseline.json: 0 new, 1 gone\n");
    assert_eq!((held(&repo).code, held(&repo).diagnostics()), (0, vec![]));
}

#[test]
fn several_of_one_kind_are_counted() {
    let repo = Repository::new();
    let twice = "  enforce {\n    condition     = attrs.acl == \"private\"\n    error_message = \"Again\"\n  }\n}\n";
    let policy = repo.read("policies/bucket.policy.hcl");
    repo.write("policies/bucket.policy.hcl", &format!("{}{twice}", policy.strip_suffix("}\n").unwrap()));
    assert_eq!(repo.check(&["--write-baseline", BASELINE]).code, 0);
    assert!(repo.read(BASELINE).contains("\"count\":2"), "{}", repo.read(BASELINE));
    assert_eq!(held(&repo).code, 0);
    let counted = repo.read(BASELINE);
    repo.write(BASELINE, &counted.replacen(",\"count\":2", "", 1));
    assert_eq!(held(&repo).findings(false).len(), 1);
    repo.write(BASELINE, &counted.replacen("\"count\":2", "\"count\":3", 1));
    assert_eq!(held(&repo).diagnostics(), ["baseline.json:4 Baseline entry no longer matches"]);
    // What two branches have added is there once.
    let (head, rest) = counted.split_once("    {").unwrap();
    let line = rest.lines().next().unwrap();
    repo.write(BASELINE, &format!("{head}    {{{line}\n    {{{rest}"));
    assert_eq!((held(&repo).code, held(&repo).diagnostics()), (0, vec![]));
}

#[test]
fn each_workspace_is_known_by_itself() {
    let repo = Repository::new();
    repo.write(".infralint.hcl", "root_module \"stages/one\" {\n  workspaces = [\"dev\", \"prod\"]\n}\n");
    repo.edit(
        "stages/one/main.tf",
        "acl = var.acl",
        "acl = terraform.workspace == \"dev\" ? var.acl : \"public-read\"",
    );
    assert_eq!(repo.check(&["--write-baseline", BASELINE]).code, 0);
    assert_eq!(repo.read(BASELINE).matches("\"workspace\":\"prod\"").count(), 3);
    // Solved in one, it is still known in the other.
    repo.write("stages/one/terraform.tfvars", "acl = \"private\"\n");
    let run = held(&repo);
    assert_eq!((run.code, run.diagnostics().len()), (0, 1), "{run:?}");
    // And a fault of the one is new in the other.
    repo.edit("stages/one/main.tf", "? var.acl : \"public-read\"", "? \"public-read\" : \"authenticated-read\"");
    assert_eq!(held(&repo).findings(false), ["stages/one module.images.aws_s3_bucket.this"]);
}

#[test]
fn waived_findings_need_no_baseline() {
    let repo = Repository::new();
    repo.write(".infralint.hcl", "waiver \"bucket/private\" {\n  stage = \"one\"\n  reason = \"r\"\n}\n");
    assert_eq!(known(&repo.check(&["--write-baseline", BASELINE])), 3);
    assert!(!repo.read(BASELINE).contains("stages/one"));
}

#[test]
fn nothing_secret_is_written() {
    let repo = Repository::new();
    repo.edit(
        "stages/one/main.tf",
        "variable \"acl\" {\n  type = string",
        "variable \"acl\" {\n  sensitive = true\n  type = string",
    );
    repo.write("stages/one/terraform.tfvars", "acl = \"hunter2\"\n");
    let run = repo.check(&["--write-baseline", BASELINE]);
    assert_eq!(run.code, 0, "{run:?}");
    let text = repo.read(BASELINE);
    assert!(!text.contains("hunter2") && text.contains("(sensitive value)"), "{text}");
}

#[test]
fn a_damaged_file_stops_everything_with_its_place() {
    let repo = written();
    let text = repo.read(BASELINE);
    let line = text.lines().nth(3).unwrap();
    let cases = [
        (format!("<<<<<<< ours\n{text}"), "baseline.json:1"),
        (text.replacen(line, &format!("<<<<<<< ours\n{line}"), 1), "baseline.json:4"),
        (text.replacen("\"version\": 1", "\"version\": 2", 1), "baseline.json:2"),
        (text.replacen("\"check\"", "\"chekc\"", 1), "baseline.json:4"),
        (text.replacen("\"address\":\"", "\"count\":0,\"address\":\"", 1), "baseline.json:4"),
        (text.replacen("\"verdict\":\"fail\"", "\"verdict\":1", 1), "baseline.json:4"),
        (text.replacen("\"findings\": [", "\"findings\": [1,", 1), "baseline.json:3"),
        (text.get(..200).unwrap().to_owned(), "baseline.json:"),
        ("{}".to_owned(), "baseline.json:1"),
        (String::new(), "baseline.json:1"),
    ];
    for (damaged, expected) in cases {
        repo.write(BASELINE, &damaged);
        for option in ["--baseline", "--write-baseline"] {
            let run = repo.check(&[option, BASELINE]);
            let first = run.diagnostics().first().cloned().unwrap_or_default();
            assert!(first.starts_with(expected) && first.ends_with(" Damaged baseline"), "{damaged}: {run:?}");
            assert_eq!((run.code, repo.read(BASELINE)), (2, damaged.clone()), "{option}");
        }
    }
    assert_eq!(repo.check(&["--baseline", "none.json"]).code, 2);
    assert_eq!(repo.check(&["--baseline", BASELINE, "--write-baseline", BASELINE]).code, 2);
}

#[test]
fn a_file_is_written_wholly_or_not_at_all() {
    let repo = written();
    let before = repo.read(BASELINE);
    repo.write("stages/one/broken.tf", "resource {");
    let run = repo.check(&["--write-baseline", BASELINE]);
    assert_eq!((run.code, repo.read(BASELINE)), (2, before));
    assert!(run.diagnostics().contains(&"Baseline not written".to_owned()), "{run:?}");
    std::fs::remove_file(repo.path("stages/one/broken.tf")).unwrap();
    let run = repo.check(&["--write-baseline", "none/baseline.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: cannot write "), "{}", run.stderr);
    let left: Vec<_> = std::fs::read_dir(repo.path(".")).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}
