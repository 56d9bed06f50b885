//! Changed only: which root modules are judged since what has changed, and that they are judged whole.

use std::path::Path;

use crate::{
    repository::{Repository, text},
    running::Run,
};

/// Two stages with all that can decide something in one of them, committed.
fn committed() -> Repository {
    let repo = Repository::new();
    let more = r#"
locals {
  settings = yamldecode(file("${path.module}/../../settings/one.yaml"))
  page     = templatefile("${path.module}/page.tftpl", { names = fileset("${path.module}/names", "*.txt") })
  optional = fileexists("${path.module}/optional.txt") ? "yes" : "no"
}

module "own" {
  source = "../../modules/own"
}
"#;
    let stage = repo.read("stages/one/main.tf");
    repo.write("stages/one/main.tf", &format!("{stage}{more}"));
    repo.write("settings/one.yaml", "a: 1\n");
    repo.write("settings/two.yaml", "a: 1\n");
    repo.write("stages/one/page.tftpl", "x\n");
    repo.write("stages/one/names/a.txt", "x\n");
    repo.write("stages/one/.terraform.lock.hcl", "");
    repo.write("stages/one/dev.tfvars", "acl = \"private\"\n");
    repo.write("stages/Makefile", "all:\n\techo\n");
    repo.write("modules/own/main.tf", "module \"inner\" {\n  source = \"./inner\"\n}\n");
    repo.write("modules/own/inner/main.tf", "locals {\n  a = 1\n}\n");
    repo.write("modules/nobodys/main.tf", "locals {\n  a = 1\n}\n");
    repo.write("README.md", "x\n");
    repo.write(".gitignore", "ignored*\n.terraform/\n");
    repo.commit_all();
    repo
}

fn since(repo: &Repository, more: &[&str]) -> Run {
    repo.check(&[&["--changed-since", "HEAD"], more].concat())
}

/// The names of the stages that are judged, and of those that are left out.
fn judged(run: &Run) -> (Vec<String>, Vec<String>) {
    let changed = &run.json()["changed"];
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let judged = changed["judged"].as_array().unwrap_or_else(|| panic!("{run:?}")).iter();
    let left_out = changed["left_out"].as_array().unwrap().iter();
    (judged.map(|root| name(text(&root["root_module"]))).collect(), left_out.map(|root| name(text(root))).collect())
}

type Change = fn(&Repository);

#[test]
fn what_is_judged_for_each_kind_of_file() {
    let cases: [(&str, &[&str], Change); 30] = [
        ("nothing", &[], |_| {}),
        ("a file nobody reads", &[], |r| r.write("README.md", "y\n")),
        ("configuration", &["one"], |r| r.edit("stages/one/main.tf", "\"states\"", "\"state\"")),
        ("new configuration, not tracked", &["two"], |r| r.write("stages/two/more.tf", "locals {\n}\n")),
        ("new configuration, staged", &["two"], |r| {
            r.write("stages/two/more.tf", "locals {\n}\n");
            r.git(&["add", "--all"]);
        }),
        ("a module of both", &["one", "two"], |r| r.edit("modules/bucket/main.tf", "\"private\"", "\"log\"")),
        ("a new file in a module", &["one", "two"], |r| r.write("modules/bucket/more.tf", "locals {\n}\n")),
        ("a module in a module", &["one"], |r| r.edit("modules/own/inner/main.tf", "a = 1", "a = 2")),
        ("a module nobody calls", &[], |r| r.edit("modules/nobodys/main.tf", "a = 1", "a = 2")),
        ("a variable file", &["two"], |r| r.write("stages/two/terraform.tfvars", "acl = \"private\"\n")),
        ("a variable file that is gone", &["two"], |r| remove(r, "stages/two/terraform.tfvars")),
        ("a new variable file", &["two"], |r| r.write("stages/two/x.auto.tfvars", "acl = \"private\"\n")),
        ("a variable file nobody names", &[], |r| r.write("stages/one/dev.tfvars", "acl = \"log\"\n")),
        ("a file that is decoded", &["one"], |r| r.write("settings/one.yaml", "a: 2\n")),
        ("a file beside it", &[], |r| r.write("settings/two.yaml", "a: 2\n")),
        ("a template", &["one"], |r| r.write("stages/one/page.tftpl", "y\n")),
        ("a file in a set of files", &["one"], |r| r.write("stages/one/names/b.txt", "x\n")),
        ("a file gone from a set", &["one"], |r| remove(r, "stages/one/names/a.txt")),
        ("a file that was looked for", &["one"], |r| r.write("stages/one/optional.txt", "")),
        ("the lock file", &["one"], |r| r.write("stages/one/.terraform.lock.hcl", "# x\n")),
        ("a make file above both", &["one", "two"], |r| r.write("stages/Makefile", "all:\n\techo x\n")),
        ("a new script", &["one", "two"], |r| r.write("bin/plan.sh", "terraform plan\n")),
        ("the settings", &["one", "two"], |r| r.write(".infralint.hcl", "undecided = \"fail\"\n")),
        ("a rule", &["one", "two"], |r| r.edit("policies/bucket.policy.hcl", "The bucket", "Bucket")),
        ("a new rule", &["one", "two"], |r| {
            let policy = r.read("policies/bucket.policy.hcl");
            r.write("policies/more.policy.hcl", &policy);
        }),
        ("an imported schema", &["one", "two"], |r| r.write(".infralint/schemas/x", "")),
        ("what git leaves out", &["one", "two"], |r| r.write(".gitignore", "*.zip\n.terraform/\n")),
        ("a renamed file of a module", &["one", "two"], |r| {
            r.git(&["mv", "modules/bucket/main.tf", "modules/bucket/bucket.tf"]);
        }),
        ("a template that moved away", &["one"], |r| {
            r.git(&["mv", "stages/one/page.tftpl", "settings/page.tftpl"]);
        }),
        ("a deleted module", &["one"], |r| std::fs::remove_dir_all(r.path("modules/own/inner")).unwrap()),
    ];
    for (what, expected, change) in cases {
        let repo = committed();
        change(&repo);
        let run = since(&repo, &[]);
        let left_out: Vec<&str> = ["one", "two"].into_iter().filter(|stage| !expected.contains(stage)).collect();
        let expected =
            (expected.iter().map(ToString::to_string).collect(), left_out.iter().map(ToString::to_string).collect());
        assert_eq!(judged(&run), expected, "{what}: {run:?}");
        for finding in run.findings(false) {
            assert!(
                !left_out.iter().any(|stage| finding.starts_with(&format!("stages/{stage} "))),
                "{what}: {finding}"
            );
        }
    }
}

fn remove(repo: &Repository, path: &str) {
    std::fs::remove_file(repo.path(path)).unwrap();
}

#[test]
fn a_root_module_is_judged_whole() {
    let repo = committed();
    // Nothing but a file that a function reads: the values of variables are those of a whole run all the same.
    repo.write("settings/one.yaml", "a: 2\n");
    let (whole, part) = (repo.check(&[]), since(&repo, &[]));
    let of_one: Vec<String> = whole.findings(false).into_iter().filter(|f| f.starts_with("stages/one")).collect();
    assert_eq!((part.code, part.findings(false)), (1, of_one));
    assert_eq!(part.json()["summary"]["root_modules"].as_u64(), Some(1));
    let because = &part.json()["changed"]["judged"][0]["because"];
    assert_eq!(because.to_string(), "[\"settings/one.yaml has changed, which a function reads\"]");
    let human = repo.told(&["--changed-since", "HEAD"]);
    assert!(human.contains("left out, since nothing has changed for them since HEAD: stages/two\n"), "{human}");
    // What is wrong with those that are left out is not told, as if nobody had asked about them.
    repo.write("stages/two/broken.tf", "resource {");
    repo.commit_all();
    repo.write("settings/one.yaml", "a: 3\n");
    assert_eq!((since(&repo, &[]).code, since(&repo, &[]).diagnostics()), (1, vec![]));
    assert_eq!(repo.check(&[]).code, 2);
}

#[test]
fn nothing_to_judge_is_clean_and_says_so() {
    let repo = committed();
    let run = repo.run(&["check", "--changed-since", "HEAD"]);
    assert_eq!(run.code, 0, "{run:?}");
    let said = "nothing has changed since HEAD for any root module; left out: stages/one, stages/two\n";
    assert!(run.stdout.starts_with(said) && !run.stdout.contains("matched nothing"), "{}", run.stdout);
}

#[test]
fn files_on_the_command_line_and_in_the_settings() {
    let repo = committed();
    repo.write("stages/one/dev.tfvars", "acl = \"log\"\n");
    assert_eq!(judged(&since(&repo, &["--var-file", "stages/one/dev.tfvars"])).0, ["one", "two"]);
    let repo = Repository::new();
    let settings =
        "root_module \"stages/one\" {\n  workspaces = [\"dev\"]\n  var_files = [\"env/{workspace}.tfvars\"]\n}\n";
    repo.write(".infralint.hcl", settings);
    repo.write("stages/one/env/dev.tfvars", "acl = \"private\"\n");
    repo.write("stages/two/backend.hcl", "dynamodb_table = \"a\"\n");
    repo.write("stages/two/Makefile", "init:\n\tterraform init -backend-config=backend.hcl\n");
    repo.commit_all();
    repo.write("stages/one/env/dev.tfvars", "acl = \"log\"\n");
    assert_eq!(judged(&since(&repo, &[])).0, ["one"]);
    remove(&repo, "stages/one/env/dev.tfvars");
    assert_eq!(judged(&since(&repo, &[])).0, ["one"]);
    repo.git(&["checkout", "--quiet", "."]);
    repo.write("stages/two/backend.hcl", "dynamodb_table = \"b\"\n");
    assert_eq!(judged(&since(&repo, &[])).0, ["two"]);
}

#[test]
fn what_git_says_nothing_of_counts_as_changed() {
    let repo = committed();
    repo.write("stages/two/ignored.auto.tfvars", "acl = \"private\"\n");
    let run = since(&repo, &[]);
    assert_eq!(judged(&run).0, ["two"]);
    assert!(run.stdout.contains("git says nothing of stages/two/ignored.auto.tfvars"), "{}", run.stdout);
    // What init brings is decided by what git knows.
    remove(&repo, "stages/two/ignored.auto.tfvars");
    repo.write("stages/two/.terraform/environment", "dev");
    assert_eq!(judged(&since(&repo, &[])).0, Vec::<String>::new());
}

#[test]
fn states_that_are_read_and_root_modules_that_are_gone() {
    let repo = committed();
    let read = "data \"terraform_remote_state\" \"one\" {\n  backend = \"s3\"\n  config = {\n    bucket = \"states\"\n    key = \"one\"\n    region = \"eu-west-1\"\n  }\n}\n";
    repo.write("stages/two/read.tf", read);
    repo.write("stages/one/outputs.tf", "output \"settings\" {\n  value = local.settings\n}\n");
    repo.commit_all();
    assert_eq!(judged(&since(&repo, &[])).0, Vec::<String>::new());
    // By the state of the other, through a file that only the other reads.
    repo.write("settings/one.yaml", "a: 2\n");
    assert_eq!(judged(&since(&repo, &[])).0, ["one", "two"]);
    assert_eq!(judged(&since(&repo, &["stages/two"])).0, ["two"]);
    repo.git(&["checkout", "--quiet", "."]);
    std::fs::remove_dir_all(repo.path("stages/one")).unwrap();
    let run = since(&repo, &[]);
    assert_eq!(judged(&run).0, ["two"]);
    assert!(run.stdout.contains("stages/one/main.tf is gone, which may have been a root module"), "{}", run.stdout);
}

#[cfg(unix)]
#[test]
fn links_count_as_what_they_lead_to() {
    use std::os::unix::fs::symlink;
    let repo = committed();
    repo.write("shared/backend.tf", "locals {\n  shared = 1\n}\n");
    symlink("../../shared/backend.tf", repo.path("stages/one/shared.tf")).unwrap();
    repo.write("real/main.tf", "locals {\n  real = 1\n}\n");
    symlink("../real", repo.path("modules/linked")).unwrap();
    repo.write("stages/two/linked.tf", "module \"linked\" {\n  source = \"../../modules/linked\"\n}\n");
    repo.commit_all();
    repo.write("shared/backend.tf", "locals {\n  shared = 2\n}\n");
    assert!(judged(&since(&repo, &[])).0.contains(&"one".to_owned()));
    repo.git(&["checkout", "--quiet", "."]);
    repo.write("real/main.tf", "locals {\n  real = 2\n}\n");
    let (judged_ones, _) = judged(&since(&repo, &[]));
    assert!(judged_ones.contains(&"two".to_owned()) && !judged_ones.contains(&"one".to_owned()), "{judged_ones:?}");
}

#[test]
fn since_the_last_common_commit() {
    let repo = committed();
    repo.git(&["branch", "work"]);
    // What happens on main meanwhile is not what the branch changes.
    repo.edit("stages/one/main.tf", "\"states\"", "\"state\"");
    repo.commit_all();
    repo.git(&["checkout", "--quiet", "work"]);
    repo.write("stages/two/more.tf", "locals {\n}\n");
    repo.commit_all();
    assert_eq!(judged(&repo.check(&["--changed-since", "main"])).0, ["two"]);
    assert_eq!(judged(&repo.check(&["--changed-since", "HEAD~1"])).0, ["two"]);
    assert_eq!(judged(&repo.check(&["--changed-since", "HEAD"])).0, Vec::<String>::new());
}

#[test]
fn the_repository_may_be_part_of_a_larger_one() {
    let outer = Repository::new();
    outer.commit_all();
    let repo = Repository::new();
    for path in ["stages/one/main.tf", "stages/two/main.tf", "modules/bucket/main.tf", ".infralint.hcl"] {
        outer.write(&format!("part/{path}"), &repo.read(path));
    }
    outer.write("part/policies/bucket.policy.hcl", &repo.read("policies/bucket.policy.hcl"));
    outer.commit_all();
    outer.write("part/stages/two/x.auto.tfvars", "acl = \"private\"\n");
    let run = outer.run(&[
        "check",
        "part",
        "--rules",
        "policies",
        "--no-default-rules",
        "--format",
        "json",
        "--changed-since",
        "HEAD",
    ]);
    assert_eq!(judged(&run).0, ["two"]);
}

#[test]
fn baselines_and_waivers_of_what_is_left_out_are_not_missed() {
    let repo = committed();
    repo.check(&["--write-baseline", "baseline.json"]);
    repo.edit("stages/two/main.tf", "module \"logs\"", "# infralint:ignore bucket/private reason=x\nmodule \"logs\"");
    repo.commit_all();
    repo.write("settings/one.yaml", "a: 2\n");
    let run = since(&repo, &["--baseline", "baseline.json"]);
    assert_eq!((judged(&run).0, run.code, run.diagnostics()), (vec!["one".to_owned()], 0, vec![]));
    // The baseline itself decides nothing in a root module.
    repo.git(&["checkout", "--quiet", "."]);
    repo.write("baseline.json", &repo.read("baseline.json").replace('\n', "\r\n"));
    assert_eq!(judged(&since(&repo, &["--baseline", "baseline.json"])).0, Vec::<String>::new());
}

#[test]
fn what_git_cannot_tell() {
    let repo = Repository::new();
    let complaint = |run: Run| {
        assert_eq!(run.code, 2, "{run:?}");
        run.stderr
    };
    let text = complaint(repo.check(&["--changed-since", "HEAD"]));
    assert!(text.contains("--changed-since HEAD: ") && text.contains("is no working tree of git."), "{text}");
    repo.commit_all();
    for revision in ["nowhere", "", "--output=x", "HEAD:README.md"] {
        let text = complaint(repo.check(&[&format!("--changed-since={revision}")]));
        assert!(text.contains(&format!("git knows no commit \"{revision}\" here.")), "{text}");
    }
    assert!(!repo.path("x").exists());
    let arguments = ["check", "--changed-since", "HEAD"];
    let text = complaint(repo.run_with(&arguments, &[("PATH", Path::new("/nowhere"))]));
    assert!(text.contains("git cannot be run"), "{text}");
    repo.write("tfplan.json", "{}");
    assert_eq!(repo.check(&["--changed-since", "HEAD", "--plan", "tfplan.json"]).code, 2);
}
