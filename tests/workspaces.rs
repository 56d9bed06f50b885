//! Root modules in several workspaces: what the settings list is evaluated in each, and told once where it is the same;
//! without a list, a verdict stands that is the same for each of the values compared with.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// A repository of these files, and the binary run in it.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self(tempfile::tempdir().expect("a folder"));
        std::fs::create_dir(repository.path(".git")).expect("a folder");
        for (path, text) in files {
            repository.write(path, text);
        }
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Exit code, and what was printed on both streams.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        let output = command.env_remove("COLUMNS").env_remove("TF_WORKSPACE").output().expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (output.status.code(), text(output.stdout) + &text(output.stderr))
    }

    /// The report of a check, which is as its schema says.
    fn report(&self, arguments: &[&str]) -> Value {
        let (_, text) = self.run(&[&["check", "--format", "json"], arguments].concat());
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let schema = include_str!("../docs/report.schema.json");
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("s.json", serde_json::from_str(schema).expect("JSON")).expect("a resource");
        let id = compiler.compile("s.json", &mut schemas).expect("a schema");
        assert!(schemas.validate(&report, id).is_ok(), "{text}");
        report
    }

    /// Each finding of a rule as `check verdict workspace`.
    fn found(&self, rule: &str, arguments: &[&str]) -> Vec<String> {
        let report = self.report(arguments);
        let findings = report["findings"].as_array().expect("findings").iter();
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let of_rule = findings.filter(|finding| text(&finding["check"]).starts_with(rule));
        let mut found: Vec<String> = of_rule
            .map(|f| format!("{} {} {}", text(&f["check"]), text(&f["verdict"]), text(&f["workspace"])))
            .collect();
        found.sort();
        found
    }
}

const APP: &str = r#"
variable "replicas" {
  type = number
}

locals {
  settings = {
    dev  = { multi_az = false }
    prod = { multi_az = true }
  }
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = "cache-${terraform.workspace}"
  description                = "The cache"
  num_cache_clusters         = 1 + var.replicas
  multi_az_enabled           = local.settings[terraform.workspace].multi_az
  automatic_failover_enabled = false
  subnet_group_name          = aws_elasticache_subnet_group.this.name
}

resource "aws_elasticache_subnet_group" "this" {
  name       = "cache-${terraform.workspace}"
  subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.this.id
  cidr_block        = "10.0.0.0/20"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.this.id
  cidr_block        = "10.0.16.0/20"
  availability_zone = "eu-west-1b"
}
"#;

const LISTED: &str =
    "root_module \"app\" {\n  workspaces = [\"dev\", \"prod\"]\n  var_files  = [\"env/{workspace}.tfvars\"]\n}\n";

fn app() -> Repository {
    Repository::new(&[
        ("app/main.tf", APP),
        ("app/env/dev.tfvars", "replicas = 0\n"),
        ("app/env/prod.tfvars", "replicas = 2\n"),
        (".infralint.hcl", LISTED),
    ])
}

#[test]
fn each_workspace_with_its_variable_files() {
    let repo = app();
    let expected = ["redis-ha/no-failover fail -", "redis-ha/no-multi-az fail dev", "redis-ha/no-replica fail dev"];
    assert_eq!(repo.found("redis-ha", &[]), expected);
    let report = repo.report(&[]);
    let count = |name: &str| report["summary"][name].as_u64();
    assert_eq!((count("root_modules"), count("workspaces")), (Some(1), Some(2)));
    assert_eq!(count("resource_instances"), Some(10));
    let (code, text) = repo.run(&["check"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("app, workspace dev"), "{text}");
    assert!(text.contains("checked 1 root module in 2 workspaces, 10 resource instances"), "{text}");
}

/// The same range in two workspaces is one range in two networks.
#[test]
fn workspaces_are_stages_of_their_own() {
    let repo = app();
    assert_eq!(repo.found("cidr-overlap", &[]), ["cidr-overlap/unrelated-overlap fail dev"]);
    let (_, text) = repo.run(&["check"]);
    assert!(text.contains("uses the same addresses as aws_vpc.this (10.0.0.0/16) in app, workspace prod"), "{text}");
}

#[test]
fn the_selected_workspace_alone() {
    let repo = app();
    assert_eq!(repo.found("redis-ha", &["--workspace", "prod"]), ["redis-ha/no-failover fail prod"]);
    let dev = repo.found("redis-ha", &["--workspace", "dev"]);
    assert_eq!(dev.len(), 3, "{dev:?}");
    assert!(repo.report(&["--workspace", "prod"])["summary"]["workspaces"].is_null());
    let eval = |workspace: &str| repo.run(&["eval", "var.replicas", "--root", "app", "--workspace", workspace]).1;
    assert_eq!((eval("dev"), eval("prod")), ("0\n".to_owned(), "2\n".to_owned()));
    let (_, text) = repo.run(&["explain", "var.replicas", "--root", "app", "--workspace", "prod"]);
    assert!(text.contains("app, workspace prod") && text.contains("app/env/prod.tfvars:1:"), "{text}");
}

#[test]
fn a_workspace_that_is_not_in_the_list() {
    let repo = app();
    let (code, text) = repo.run(&["check", "--workspace", "prdo"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("app has no workspace \"prdo\"") && text.contains("Did you mean \"prod\"?"), "{text}");
    let (code, text) = repo.run(&["eval", "1", "--root", "app", "--workspace", "prdo"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("Did you mean \"prod\"?"), "{text}");
    // A root module of other workspaces is left out, and nothing else.
    repo.write("bootstrap/main.tf", "resource \"aws_vpc\" \"x\" {\n  cidr_block = \"10.9.0.0/16\"\n}\n");
    repo.write(".infralint.hcl", &format!("{LISTED}root_module \"bootstrap\" {{\n  workspaces = [\"default\"]\n}}\n"));
    let report = repo.report(&["--workspace", "prod"]);
    assert_eq!((report["summary"]["root_modules"].as_u64(), report["summary"]["errors"].as_u64()), (Some(1), Some(0)));
    assert_eq!(repo.report(&[])["summary"]["root_modules"].as_u64(), Some(2));
}

/// What is wrong in one workspace only says in which.
#[test]
fn mistakes_name_their_workspace() {
    let repo = app();
    repo.write(".infralint.hcl", &LISTED.replace("\"prod\"]", "\"prod\", \"test\"]"));
    repo.write("app/env/test.tfvars", "replicas = 1\n");
    let (code, text) = repo.run(&["check"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("Invalid index") && text.contains("In the workspace test."), "{text}");
    repo.write("app/more.tf", "locals {\n  wrong = upper([])\n}\n");
    let (_, text) = repo.run(&["check"]);
    assert_eq!(text.matches("Invalid function argument").count(), 1, "{text}");
    assert_eq!(text.matches("In the workspace").count(), 1, "{text}");
}

#[test]
fn waivers_of_one_workspace() {
    let repo = app();
    let waiver = "waiver \"redis-ha/*\" {\n  workspace = \"dev\"\n  reason    = \"thrown away each night\"\n}\n";
    repo.write(".infralint.hcl", &format!("{LISTED}{waiver}"));
    let report = repo.report(&[]);
    let findings = report["findings"].as_array().expect("findings").iter();
    let open: Vec<(&str, &str)> = findings
        .filter(|finding| finding["waiver"].is_null() && finding["check"].as_str().unwrap_or("").starts_with("redis"))
        .map(|finding| (finding["check"].as_str().unwrap_or(""), finding["workspace"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(open, [("redis-ha/no-failover", "prod")]);
}

#[test]
fn settings_say_what_is_wrong_with_them() {
    let cases = [
        ("root_module \"ap\" {\n  workspaces = [\"a\"]\n}\n", "There is no folder \"ap\""),
        ("root_module \"app\" {}\n", "names its workspaces"),
        ("root_module \"app\" {\n  workspaces = \"dev\"\n}\n", "must be a list of strings"),
        ("root_module \"app\" {\n  workspaces = [1]\n}\n", "must be a list of strings"),
        ("root_module \"app\" {\n  workspaces = [\"a\", \"a\"]\n}\n", "named here for the second time"),
        ("root_module \"app\" {\n  workspace = [\"a\"]\n}\n", "Did you mean \"workspaces\"?"),
        (
            "root_module \"app\" {\n  workspaces = [\"dev\"]\n  var_files = [\"no.tfvars\"]\n}\n",
            "no.tfvars does not exist in app",
        ),
        (
            "root_module \"app\" {\n  workspaces = [\"a\"]\n}\nroot_module \"app\" {\n  workspaces = [\"a\"]\n}\n",
            "Duplicate block",
        ),
    ];
    for (settings, said) in cases {
        let repo = app();
        repo.write(".infralint.hcl", settings);
        let (code, text) = repo.run(&["check"]);
        assert_eq!(code, Some(2), "{settings}: {text}");
        assert!(text.contains(said) && text.contains(".infralint.hcl:"), "{settings}: {text}");
    }
}

#[test]
fn files_of_one_workspace_and_patterns_of_paths() {
    let repo = app();
    repo.write("app/prod-only.tfvars", "replicas = 5\n");
    repo.write(
        ".infralint.hcl",
        "root_module \"a*\" {\n  workspaces = [\"dev\"]\n  var_files  = [\"env/{workspace}.tfvars\"]\n  workspace \"prod\" {\n    var_files = [\"prod-only.tfvars\"]\n  }\n}\n",
    );
    let eval = |more: &[&str]| repo.run(&[&["eval", "var.replicas", "--root", "app"], more].concat()).1;
    assert_eq!(eval(&["--workspace", "prod"]), "5\n");
    assert_eq!(eval(&["--workspace", "dev"]), "0\n");
    assert_eq!(eval(&["--workspace", "prod", "--var", "replicas=9"]), "9\n");
    assert_eq!(eval(&[]), "(no value given: var.replicas)\n");
}

/// Everything the page about the settings shows can be said.
#[test]
fn the_example_of_the_page_is_read() {
    let page = include_str!("../docs/settings.md");
    let example = page.split("```hcl\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let repo = Repository::new(&[
        (".infralint.hcl", example),
        ("stages/app/main.tf", "variable \"x\" {\n  type = number\n}\n"),
        ("stages/app/env/dev.tfvars", "x = 1\n"),
        ("stages/app/env/prod.tfvars", "x = 2\n"),
        ("stages/app/secrets.tfvars", "x = 3\n"),
    ]);
    let (code, text) = repo.run(&["check"]);
    assert!(code != Some(2) && text.contains("1 root module in 2 workspaces"), "{text}");
    let eval = |workspace: &str| repo.run(&["eval", "var.x", "--root", "stages/app", "--workspace", workspace]).1;
    assert_eq!((eval("dev"), eval("prod")), ("1\n".to_owned(), "3\n".to_owned()));
}

const BACKEND: &str = "terraform {\n  backend \"s3\" {\n    bucket       = \"b\"\n    key          = \"KEY\"\n    region       = \"eu-west-1\"\n    encrypt      = true\n    use_lockfile = true\n  }\n}\n";

/// Workspaces have a state each, and it lies where Terraform puts it.
#[test]
fn where_the_states_of_workspaces_lie() {
    let settings = "root_module \"a\" {\n  workspaces = [\"default\", \"prod\"]\n}\n";
    let collisions = |other: &str| {
        let repo = Repository::new(&[
            ("a/main.tf", &BACKEND.replace("KEY", "a.tfstate")),
            ("b/main.tf", &BACKEND.replace("KEY", other)),
            (".infralint.hcl", settings),
        ]);
        repo.found("state-locking/state-key-collision", &[])
    };
    assert_eq!(collisions("b.tfstate"), [""; 0]);
    assert_eq!(collisions("a.tfstate").len(), 1);
    assert_eq!(collisions("env:/prod/a.tfstate").len(), 1);
    // Whoever makes a workspace of that name meets it.
    assert_eq!(collisions("env:/dev/a.tfstate").len(), 1);
    assert_eq!(collisions("env:/dev/b.tfstate"), [""; 0]);
}

/// A cache of which the number of nodes is this expression; what the rule says of it without a known workspace.
fn verdict(nodes: &str) -> Vec<String> {
    let text = APP.replace("1 + var.replicas", nodes);
    let json = "{\"dev\": {\"nodes\": 2}, \"prod\": {\"nodes\": 3, \"more\": 3}}";
    let repo = Repository::new(&[("app/main.tf", &text), ("app/sizes.json", json)]);
    let all = repo.found("redis-ha/no-replica", &[]);
    all.into_iter().map(|one| one.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_verdict_that_is_the_same_for_every_workspace_stands() {
    let seven = "{ a = 2, b = 3, c = 4, d = 5, e = 6, f = 7, g = 8 }";
    let cases: [(&str, &[&str]); 29] = [
        ("terraform.workspace == \"prod\" ? 3 : 2", &[]),
        ("terraform.workspace == \"prod\" ? 1 : 1", &["fail"]),
        ("terraform.workspace == \"prod\" ? 3 : 1", &["undecided"]),
        ("terraform.workspace != \"prod\" ? 2 : 3", &[]),
        ("terraform.workspace == \"prod\" || terraform.workspace == \"live\" ? 3 : 2", &[]),
        ("contains([\"prod\", \"live\"], terraform.workspace) ? 3 : 2", &[]),
        ("startswith(terraform.workspace, \"prod\") ? 3 : 1", &["undecided"]),
        ("{ dev = 2, prod = 3 }[terraform.workspace]", &[]),
        ("{ dev = 1, prod = 3 }[terraform.workspace]", &["undecided"]),
        ("{ dev = 1, prod = 1 }[terraform.workspace]", &["fail"]),
        ("{ dev = { n = 2 }, prod = { n = 3, m = 1 } }[terraform.workspace].n", &[]),
        ("tomap({ dev = 2, prod = 3 })[terraform.workspace]", &[]),
        ("jsondecode(file(\"sizes.json\"))[terraform.workspace].nodes", &[]),
        ("jsondecode(file(\"sizes.json\"))[terraform.workspace][\"nodes\"]", &[]),
        ("lookup({ dev = 2, prod = 3 }, terraform.workspace)", &[]),
        ("lookup({ dev = 2, prod = 3 }, terraform.workspace, 4)", &[]),
        ("lookup({ dev = 2, prod = 3 }, terraform.workspace, 1)", &["undecided"]),
        ("try({ dev = 2, prod = 3 }[terraform.workspace], 4)", &[]),
        ("try({ dev = 2, prod = 3 }[terraform.workspace], 1)", &["undecided"]),
        ("try({ dev = 1, prod = 1 }[terraform.workspace], 1)", &["fail"]),
        ("{ dev = 2, prod = 3 }[terraform.workspace == \"default\" ? \"dev\" : terraform.workspace]", &[]),
        (&format!("{seven}[terraform.workspace]"), &[]),
        (&format!("{}[terraform.workspace]", seven.replace("g = 8", "g = 1")), &["undecided"]),
        ("local.settings[terraform.workspace].multi_az ? 2 : 3", &[]),
        ("jsondecode(file(\"sizes.json\"))[terraform.workspace].more", &[]),
        ("try(jsondecode(file(\"sizes.json\"))[terraform.workspace].more, 2)", &[]),
        ("try(jsondecode(file(\"sizes.json\"))[terraform.workspace].more, 1)", &["undecided"]),
        ("try(jsondecode(file(\"sizes.json\"))[terraform.workspace].none, 1)", &["undecided"]),
        ("lookup(jsondecode(file(\"sizes.json\"))[terraform.workspace], \"more\", 2)", &[]),
    ];
    for (nodes, expected) in cases {
        assert_eq!(verdict(nodes), expected, "{nodes}");
    }
}

/// The undecided verdict names what would decide it, at the line that hangs on the workspace.
#[test]
fn what_hangs_on_the_workspace() {
    let repo = app();
    std::fs::remove_file(repo.path(".infralint.hcl")).expect("the settings");
    let report = repo.report(&["--var", "replicas=1"]);
    let findings = report["findings"].as_array().expect("findings");
    let finding = findings.iter().find(|f| f["check"] == "redis-ha/no-multi-az").expect("a finding");
    let undecided = &finding["undecided"];
    assert_eq!((&undecided["because"], &undecided["what"]), (&"workspace".into(), &"terraform.workspace".into()));
    assert!(undecided["decided_by"].as_str().is_some_and(|by| by.contains("--workspace")), "{undecided}");
    assert_eq!(finding["location"]["line"], 17, "{finding}");
    assert!(finding["workspace"].is_null(), "{finding}");
}

#[test]
fn eval_tells_the_values_it_may_be() {
    let repo = app();
    let cases = [
        ("{ dev = 2, prod = 3 }[terraform.workspace]", "(no workspace selected: terraform.workspace; one of 2, 3)"),
        ("terraform.workspace == \"prod\" ? 3 : 1", "(no workspace selected: terraform.workspace; one of 1, 3)"),
        (
            "local.settings[terraform.workspace].multi_az",
            "(no workspace selected: terraform.workspace; one of false, true)",
        ),
        ("try({ a = 1 }[terraform.workspace], \"x\")", "(no workspace selected: terraform.workspace; one of 1, \"x\")"),
        ("{ a = 1, b = 1 }[terraform.workspace]", "1"),
        ("try({ a = 1, b = 1 }[terraform.workspace], 1)", "1"),
        ("can({ a = 1, b = 1 }[terraform.workspace])", "(no workspace selected: terraform.workspace)"),
    ];
    for (expression, expected) in cases {
        assert_eq!(repo.run(&["eval", expression, "--root", "app"]).1.trim_end(), expected, "{expression}");
    }
}
