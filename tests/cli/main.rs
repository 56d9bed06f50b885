//! The binary as a person or a program runs it: arguments, exit codes, what is printed where.

mod outputs;
mod repository;
#[path = "../running/mod.rs"]
mod running;
mod shells;

use std::process::Stdio;

use repository::Repository;

#[test]
fn findings_and_their_exit_code() {
    let repo = Repository::new();
    let run = repo.run(&["check", "--rules", "policies", "--no-default-rules", "--var", "unset=false"]);
    assert_eq!(run.code, 1, "{run:?}");
    let expected = "checked 1 root module, 3 resource instances: 2 checks passed, 1 failed, 0 undecided\n";
    assert!(run.stdout.ends_with(expected), "{}", run.stdout);
    for hop in ["modules/bucket/main.tf:12:", "main.tf:24:", "main.tf:18:", "terraform.tfvars:1:"] {
        assert!(run.stdout.contains(hop), "{hop} is missing: {}", run.stdout);
    }
    assert_eq!(run.stderr, "");
}

#[test]
fn a_clean_repository() {
    let repo = Repository::new();
    repo.write("stages/test/main/terraform.tfvars", "throw_away = false\nunset = false\n");
    let run = repo.run(&["check", "--rules", "policies", "--no-default-rules"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert!(run.stdout.ends_with("nothing to object to\n"), "{}", run.stdout);
    assert_eq!(repo.run(&["check", "--rules", "policies", "--no-default-rules", "--quiet"]).stdout, "");
}

#[test]
fn what_undecided_weighs() {
    let repo = Repository::new();
    repo.write("stages/test/main/terraform.tfvars", "throw_away = false\n");
    let cases = [
        (vec![], 0),
        (vec!["--undecided", "allow"], 0),
        (vec!["--undecided", "fail"], 1),
        (vec!["--fail-on", "warning"], 1),
        (vec!["--fail-on", "warning", "--undecided", "allow"], 0),
        (vec!["--var", "unset=true"], 1),
        (vec!["--var-file", "values.tfvars"], 0),
    ];
    repo.write("values.tfvars", "unset = false\n");
    for (more, code) in cases {
        let arguments = [vec!["check", "--rules", "policies", "--no-default-rules"], more].concat();
        let run = repo.run(&arguments);
        assert_eq!(run.code, code, "{arguments:?}: {run:?}");
    }
    repo.write(".infralint.hcl", "undecided = \"fail\"\n");
    assert_eq!(repo.run(&["check", "--rules", "policies", "--no-default-rules"]).code, 1);
    repo.write(".infralint.hcl", "undecided = \"fail\"\nrule \"bucket-kept\" {\n  undecided = \"warn\"\n}\n");
    assert_eq!(repo.run(&["check", "--rules", "policies", "--no-default-rules"]).code, 0);
}

#[test]
fn settings_level_and_waive() {
    let repo = Repository::new();
    let check = ["check", "--rules", "policies", "--no-default-rules", "--var", "unset=false", "--format", "json"];
    repo.write(".infralint.hcl", "rule \"bucket-kept\" {\n  enforcement_level = \"advisory\"\n}\n");
    let run = repo.run(&check);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("\"level\": \"warning\""), "{}", run.stdout);
    let waiver = "waiver \"bucket-kept/no-force-destroy\" {\n  address = \"module.images.aws_s3_bucket.this\"\n  reason = \"thumbnails\"\n  until = \"9999-12-31\"\n}\n";
    repo.write(".infralint.hcl", waiver);
    let run = repo.run(&check);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.contains("\"waived\": 1") && run.stdout.contains("\"reason\": \"thumbnails\""),
        "{}",
        run.stdout
    );
    repo.write(".infralint.hcl", &waiver.replace("9999-12-31", "2020-01-01"));
    let run = repo.run(&check);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("Waiver has expired"), "{}", run.stdout);
}

#[test]
fn what_could_not_be_checked_is_exit_code_2() {
    let cases: [(&str, &str, &[&str], &str); 8] = [
        (".infralint.hcl", "undecidet = \"warn\"\n", &["check"], "Did you mean \"undecided\"?"),
        (".infralint.hcl", "rule \"bucket-kep\" {}\n", &["check"], "Did you mean \"bucket-kept\"?"),
        ("stages/test/main/broken.tf", "locals {\n  a = \n}\n", &["check"], "stages/test/main/broken.tf:2"),
        ("policies/broken.policy.hcl", "resource_policy {\n", &["check"], "policies/broken.policy.hcl:"),
        ("x", "", &["check", "modules"], "modules that others call"),
        ("x", "", &["check", "stages", "policies"], "policies"),
        ("x", "", &["check", "stages/tset"], "stages/tset"),
        ("x", "", &["check", "--var-file", "none.tfvars"], "none.tfvars"),
    ];
    for (file, text, arguments, said) in cases {
        let repo = Repository::new();
        repo.write(file, text);
        let run = repo.run(&[arguments, &["--rules", "policies"]].concat());
        assert_eq!(run.code, 2, "{arguments:?} {file}: {run:?}");
        assert!(run.stdout.contains(said), "{arguments:?} {file}: {}", run.stdout);
    }
}

#[test]
fn one_broken_file_leaves_the_other_root_modules() {
    let repo = Repository::new();
    repo.copy("stages/test/main/main.tf", "stages/other/main/main.tf");
    repo.copy("stages/test/main/terraform.tfvars", "stages/other/main/terraform.tfvars");
    repo.write("stages/other/main/broken.tf", "resource \"a\" {\n  = 3\n");
    let run = repo.run(&["check", "--rules", "policies", "--no-default-rules"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stdout.contains("stages/other/main/broken.tf:"), "{}", run.stdout);
    assert!(run.stdout.contains("Bucket images is destroyed"), "{}", run.stdout);
}

#[test]
fn no_rules_are_no_approval() {
    let run = Repository::new().run(&["check", "--no-default-rules"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stdout.contains("No rules to judge by"), "{}", run.stdout);
}

#[test]
fn mistakes_on_the_command_line() {
    let cases: [(&[&str], &str); 7] = [
        (&["chekc"], "'check'"),
        (&["check", "--undecidet", "x"], "'--undecided'"),
        (&["check", "--undecided", "wran"], "'warn'"),
        (&["check", "--var", "novalue"], "NAME=VALUE"),
        (&["check", "--jobs", "0"], "--jobs"),
        (&["explain", "no-such-rule"], "no rule named \"no-such-rule\""),
        (&["check", "--rules", "policies", "--no-default-rules", "--output", "no/such/folder/x"], "cannot write"),
    ];
    for (arguments, said) in cases {
        let run = Repository::new().run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

#[test]
fn a_report_in_a_file_is_the_report() {
    let repo = Repository::new();
    let check = ["check", "--rules", "policies", "--no-default-rules", "--format", "json"];
    let printed = repo.run(&check);
    let saved = repo.run(&[&check[..], &["--output", "report.json"]].concat());
    assert_eq!((saved.code, saved.stdout.as_str()), (printed.code, ""));
    assert_eq!(repo.read("report.json"), printed.stdout);
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_from_any_folder() {
    let repo = Repository::new();
    for i in 0..12 {
        repo.copy("stages/test/main/main.tf", &format!("stages/s{i}/main/main.tf"));
    }
    let policies = repo.path("policies");
    let check = ["check", "--format", "json", "--rules", &policies];
    let first = repo.run(&[&check[..], &["--jobs", "1"]].concat());
    assert!(first.stdout.contains("stages/s11/main"), "{}", first.stdout);
    for jobs in ["1", "2", "3", "8"] {
        assert_eq!(repo.run(&[&check[..], &["--jobs", jobs]].concat()).stdout, first.stdout, "{jobs} jobs");
    }
    let below = repo.run_in("stages/test", &[&check[..], &["../.."]].concat());
    assert_eq!(below.stdout, first.stdout);
}

#[test]
fn values_from_the_environment() {
    let repo = Repository::new();
    let run =
        repo.command(&["check", "--rules", "policies", "--no-default-rules"]).env("TF_VAR_unset", "true").output();
    let text = String::from_utf8(run.expect("the binary runs").stdout).expect("text");
    assert!(text.contains("environment variable") && text.contains("2 failed"), "{text}");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let repo = Repository::new();
    let check = ["check", "--rules", "policies", "--no-default-rules"];
    assert!(!repo.run(&check).stdout.contains('\u{1b}'), "a pipe is no terminal");
    assert!(repo.run(&[&check[..], &["--color", "always"]].concat()).stdout.contains('\u{1b}'));
}

#[test]
fn a_closed_pipe_is_no_crash() {
    let repo = Repository::new();
    let mut child = repo
        .command(&["check", "--rules", "policies", "--no-default-rules"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn rules_are_listed() {
    let run = Repository::new().run(&["rules", "--rules", "policies", "--no-default-rules"]);
    let expected = "bucket-kept/no-force-destroy  high      The bucket can be destroyed with everything in it\n";
    assert_eq!((run.code, run.stdout.as_str()), (0, expected), "{run:?}");
}

#[test]
fn version_and_help() {
    let repo = Repository::new();
    assert_eq!(repo.run(&["--version"]).stdout, format!("infralint {}\n", env!("CARGO_PKG_VERSION")));
    for help in [&["--help"][..], &["check", "--help"], &["explain", "--help"], &["rules", "--help"]] {
        let run = repo.run(help);
        assert_eq!(run.code, 0, "{run:?}");
        let widest = run.stdout.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{widest:?}: {}", run.stdout);
    }
}

#[test]
fn the_address_plan() {
    let repo = Repository::new();
    repo.write("net/main.tf", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n\nresource \"aws_vpc\" \"a\" {\n  cidr_block = \"10.1.0.0/16\"\n}\n");
    let run = repo.run(&["cidr", "net", "--free", "/16", "--within", "10.0.0.0/14"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(
        run.stdout,
        "in use\n  10.1.0.0/16  net  aws_vpc.a\n\nfree /16 blocks in 10.0.0.0/14: 3\n  10.0.0.0/16, 10.2.0.0/16, 10.3.0.0/16\n"
    );
    let run = repo.run(&["cidr", "net", "--free", "24", "--within", "10.1.0.0/16", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((&plan["used"][0]["range"], &plan["free"][0]["count"]), (&"10.1.0.0/16".into(), &0.into()));
    for wrong in [
        &["cidr", "--free", "/x"][..],
        &["cidr", "--within", "10.0.0.0/8"],
        &["cidr", "--free", "20", "--within", "ten"],
    ] {
        assert_eq!(repo.run(wrong).code, 2, "{wrong:?}");
    }
    repo.write("net/broken.tf", "locals {\n  a = \n}\n");
    let run = repo.run(&["cidr", "net"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("net/broken.tf:2"), "{}", run.stderr);
}

#[test]
fn what_policies_say_and_where_they_stand() {
    let repo = Repository::new();
    let policy = |condition: &str| {
        format!(
            "resource_policy \"aws_s3_bucket\" \"said\" {{\n  enforce {{\n    condition     = {condition}\n    \
             info_message  = \"looked at ${{infralint::address()}}\"\n    error_message = \"no\"\n  }}\n}}\n"
        )
    };
    let check = ["check", "--rules", "own", "--no-default-rules"];
    repo.write("own/said.policy.hcl", &policy("attrs.id == \"\""));
    let run = repo.run(&check);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("info[said/said]: looked at "), "{}", run.stdout);
    assert!(run.stdout.contains("policy:     own/said.policy.hcl:2:3  enforce {"), "{}", run.stdout);
    // Passing or failing; and of a broken file nothing else is told.
    repo.write("own/said.policy.hcl", &policy("attrs.id != \"\""));
    let run = repo.run(&check);
    assert!(run.code == 0 && run.stdout.contains("info[said/said]"), "{run:?}");
    repo.write("own/said.policy.hcl", "resource_policy \"aws_s3_bucket\" {\n}\n");
    let run = repo.run(&check);
    assert!(run.code == 2 && !run.stdout.contains("No rules to judge by"), "{run:?}");
}
