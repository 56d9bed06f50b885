//! Settings: what holds in some root modules alone, and what `infralint settings` says of where it came from.

use crate::repository::{Repository, text};

fn with(settings: &str) -> Repository {
    let repo = Repository::new();
    repo.write(".infralint.hcl", settings);
    repo
}

#[test]
fn what_holds_in_some_root_modules_alone() {
    let everything = "root_module \"stages/*\" {\n  rule \"bucket\" {\n    enforcement_level = \"advisory\"\n  }\n}\n";
    let level = |repo: &Repository, stage: &str| {
        let json = repo.check(&[]).json();
        let of = |f: &&serde_json::Value| text(&f["root_module"]).ends_with(stage);
        json["findings"].as_array().unwrap().iter().find(of).map(|f| text(&f["level"]).to_owned())
    };
    let repo = with(everything);
    assert_eq!((repo.check(&[]).code, level(&repo, "one").as_deref()), (0, Some("warning")));
    // Of each setting the first block that says it counts.
    let one = "root_module \"stages/one\" {\n  rule \"bucket\" {\n    enforcement_level = \"mandatory\"\n  }\n}\n";
    let repo = with(&format!("{one}{everything}"));
    assert_eq!((level(&repo, "one").as_deref(), level(&repo, "two").as_deref()), (Some("error"), Some("warning")));
    // It counts more than what is said for everywhere, and leaves the other stages alone.
    let off = "rule \"bucket\" {\n  enforcement_level = \"advisory\"\n}\nroot_module \"stages/one\" {\n  rule \"bucket\" {\n    enabled = false\n  }\n}\n";
    let repo = with(off);
    assert_eq!((level(&repo, "one"), level(&repo, "two").as_deref()), (None, Some("warning")));
}

#[test]
fn what_undecided_weighs_in_some_root_modules() {
    let repo = with("undecided = \"warn\"\nroot_module \"stages/one\" {\n  undecided = \"fail\"\n}\n");
    repo.write("stages/one/terraform.tfvars", "");
    repo.write("stages/two/terraform.tfvars", "");
    let levels = |more: &[&str]| {
        let json = repo.check(more).json();
        let undecided = json["findings"].as_array().unwrap().iter().filter(|f| f["verdict"] == "undecided");
        undecided.map(|f| text(&f["level"]).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(levels(&[]), ["error", "warning"]);
    assert_eq!(levels(&["--undecided", "allow"]), ["info", "info"]);
    let rule =
        "root_module \"stages/*\" {\n  undecided = \"fail\"\n  rule \"bucket\" {\n    undecided = \"allow\"\n  }\n}\n";
    repo.write(".infralint.hcl", rule);
    assert_eq!(levels(&[]), ["info", "info"]);
}

#[test]
fn mistakes_in_them_have_their_line() {
    let cases = [
        ("root_module \"stages/*\" {\n  rule \"bukket\" {\n    enabled = false\n  }\n}\n", "2 Unknown rule"),
        ("root_module \"stages/*\" {\n  rule \"bucket\" {\n    inputs = {}\n  }\n}\n", "3 Unsupported argument"),
        ("root_module \"stages/*\" {\n  rule \"bucket\" {\n    enabled = 1\n  }\n}\n", "3 Invalid value"),
        ("root_module \"stages/*\" {\n  undecided = \"fial\"\n}\n", "2 Invalid value"),
        ("root_module \"stages/*\" {\n  rul \"bucket\" {\n  }\n}\n", "1 Missing required argument"),
        ("root_module \"stages/*\" {\n}\n", "1 Missing required argument"),
        ("root_module \"stages/*\" {\n  rule \"bucket\" {\n  }\n  rule \"bucket\" {\n  }\n}\n", "4 Duplicate block"),
    ];
    for (settings, expected) in cases {
        let run = with(settings).check(&[]);
        assert_eq!(
            (run.code, run.diagnostics().first().map(String::as_str)),
            (2, Some(&*format!(".infralint.hcl:{expected}"))),
            "{settings}"
        );
    }
    let hint = with("root_module \"stages/*\" {\n  undecided = \"fial\"\n}\n").check(&[]).stdout;
    assert!(hint.contains("Did you mean \\\"fail\\\"?"), "{hint}");
}

#[test]
fn every_setting_is_printed_with_where_it_came_from() {
    let settings = "undecided = \"fail\"\nstage \"two\" {\n  kind = \"prod\"\n}\nterraform {\n  engine = \"podman\"\n}\nrule \"bucket\" {\n  \
                    inputs = {\n    allowed = \"log\"\n  }\n}\nroot_module \"stages/one\" {\n  undecided = \"allow\"\n  rule \"bucket\" {\n    enabled \
                    = false\n  }\n}\nwaiver \"bucket/*\" {\n  reason = \"r\"\n  stage  = \"two\"\n}\n";
    let repo = with(settings);
    let policy = repo.read("policies/bucket.policy.hcl");
    let inputs = "input \"allowed\" {\n  type    = string\n  default = \"private\"\n}\n\ninput \"other\" {\n  type    = string\n  default = \"x\"\n}\n\n";
    repo.write(
        "policies/bucket.policy.hcl",
        &format!(
            "{inputs}{}",
            policy.replace("\"private\"", "input.allowed").replacen(
                "resource_policy \"aws_s3_bucket\" input.allowed",
                "resource_policy \"aws_s3_bucket\" \"private\"",
                1
            )
        ),
    );
    let arguments = ["settings", "--rules", "policies", "--no-default-rules"];
    let run = repo.run(&arguments);
    let expected = "\
undecided = \"fail\"  # .infralint.hcl:1:13

terraform
  engine              = \"podman\"  # .infralint.hcl:6:12
  image               = (none)  # default
  require_container   = false  # default
  receipt_max_age     = (any)  # default
  environment         = []  # default
  machine_credentials = false  # default

facts
  max_age = (any)  # default

waivers
  required   = []  # default
  unwaivable = []  # default

root module stages/one
  kind          = \"nonprod\"  # default
  undecided     = \"allow\"  # .infralint.hcl:14:15
  rule \"bucket\" = { enabled = false }  # .infralint.hcl:15:8

root module stages/two
  kind      = \"prod\"  # .infralint.hcl:3:10
  undecided = \"fail\"  # .infralint.hcl:1:13

rule bucket
  enabled                      = true  # default
  enforcement_level of private = \"mandatory\"  # default
  input allowed                = \"log\"  # .infralint.hcl:10:5
  input other                  = \"x\"  # policies/bucket.policy.hcl:6:7

waiver bucket/*
  waiver = { stage = \"two\", reason = \"r\" }  # .infralint.hcl:19:1
";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, expected, ""));
    let more = ["--undecided", "warn", "--input", "other=y", "stages/two", "--format", "json"];
    let run = repo.run(&[&arguments[..], &more].concat());
    let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let of = |name: &str| {
        let found = json["settings"].as_array().unwrap().iter().find(|one| text(&one["name"]) == name).unwrap();
        (text(&found["value"]).to_owned(), text(&found["from"]).to_owned())
    };
    assert_eq!(of("undecided"), ("\"warn\"".to_owned(), "--undecided".to_owned()));
    assert_eq!(of("input other"), ("\"y\"".to_owned(), "--input".to_owned()));
    assert!(!run.stdout.contains("stages/one\""), "{}", run.stdout);
}

#[test]
fn settings_with_mistakes_are_not_said_to_hold() {
    let run = with("undecided = \"wrn\"\n").run(&["settings", "--rules", "policies", "--no-default-rules"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains(".infralint.hcl:1:13") && run.stderr.contains("Did you mean \"warn\"?"),
        "{}",
        run.stderr
    );
}
