//! `infralint plan`, `apply` and `destroy` with an engine that only plays one: what it is asked, and what comes of it.

#![expect(clippy::print_stderr, reason = "what could not be run is said aloud")]

#[path = "../running/mod.rs"]
mod running;
mod stage;

use std::{fs, process::Command, time::Instant};

use running::Run;
use stage::Stage;

#[test]
fn a_plan_leaves_a_receipt_and_an_apply_uses_it_up() {
    let stage = Stage::new();
    let run = stage.gate(&["plan", "live"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert!(run.stdout.contains("Terraform plans.\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("live/tfplan may be applied: infralint apply live\n"), "{}", run.stdout);
    assert_eq!(stage.steps(), ["version", "image", "init", "plan", "show"]);
    let receipt = stage.read("live/tfplan.receipt.json");
    let receipt: serde_json::Value = serde_json::from_str(&receipt).expect("JSON");
    assert_eq!(receipt["root_module"], "live");
    assert_eq!(receipt["workspace"], "default");
    assert_eq!(receipt["terraform"], "1.11.4");
    assert_eq!(receipt["verdict"]["good"], true);
    let files: Vec<&String> = receipt["files"].as_object().expect("files").keys().collect();
    assert_eq!(files, ["live/main.tf", "live/terraform.tfvars"]);
    assert_eq!(receipt["looked_at"].as_object().expect("files").keys().collect::<Vec<_>>(), ["live/greeting.txt"]);

    stage.forget_calls();
    let run = stage.gate(&["apply", "live"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    assert_eq!(stage.steps(), ["version", "image", "init", "show", "apply"]);
    assert!(!stage.is_there("live/tfplan") && !stage.is_there("live/tfplan.receipt.json"));
    assert!(stage.left_over().is_empty(), "{:?}", stage.left_over());
    // What is applied is a copy of the plan that was judged, and nothing but that.
    let applied = stage.call("apply");
    assert!(applied.ends_with("/plan") && applied.contains("/live/.terraform/infralint-"), "{applied}");
    assert_eq!(stage.read("applied"), "a plan\n");
}

#[test]
fn every_tampering_has_its_own_message() {
    type Tamper = fn(&Stage);
    let cases: [(Tamper, &str); 14] = [
        (|s| s.write("live/tfplan", "another plan\n"), "the plan file is not the one that was judged."),
        (
            |s| s.write("live/terraform.tfvars", "size = \"large\"\n"),
            "live/terraform.tfvars was changed since the plan was judged.",
        ),
        (|s| s.write("live/greeting.txt", "goodbye"), "live/greeting.txt was changed since the plan was judged."),
        (|s| s.remove("live/greeting.txt"), "live/greeting.txt is gone since the plan was judged."),
        (|s| s.write("live/more.auto.tfvars", ""), "live/more.auto.tfvars is new since the plan was judged."),
        (|s| s.write("live/more.tf", ""), "live/more.tf is new since the plan was judged."),
        (
            |s| s.write("policies/named.policy.hcl", &s.read("policies/named.policy.hcl").replace("oops", "bad")),
            "the rule policies/named.policy.hcl was changed since the plan was judged.",
        ),
        (
            |s| s.write("policies/second.policy.hcl", &s.read("policies/named.policy.hcl")),
            "the plan was not judged by the rule policies/second.policy.hcl.",
        ),
        (
            |s| s.write(".infralint.hcl", &format!("undecided = \"warn\"\n{}", s.read(".infralint.hcl"))),
            "the settings (.infralint.hcl) were changed since the plan was judged.",
        ),
        (|s| s.edit_receipt("made_at", "\"2020-01-01T00:00:00Z\""), " old, and the settings allow 8h. Plan again."),
        (
            |s| s.edit_receipt("workspace", "\"dev\""),
            "the plan was made in the workspace dev, and default is selected now.",
        ),
        (|s| s.remove("live/tfplan.receipt.json"), "there is no receipt at "),
        (|s| s.write("live/tfplan.receipt.json", "{"), "the receipt cannot be read: "),
        (|s| s.remove("live/tfplan"), "there is no plan at "),
    ];
    for (tamper, expected) in cases {
        let stage = Stage::new();
        assert_eq!(stage.gate(&["plan", "live", "--rules", "policies"]).code, 0);
        tamper(&stage);
        stage.forget_calls();
        let run = stage.gate(&["apply", "live", "--rules", "policies"]);
        assert_eq!(run.code, 1, "{expected}: {run:?}");
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
        assert_eq!(run.stderr.matches("\n  - ").count(), 1, "{}", run.stderr);
        assert!(stage.steps().is_empty(), "nothing runs");
    }
}

#[test]
fn the_hint_names_a_plan_that_lies_elsewhere() {
    let stage = Stage::new();
    let elsewhere = stage.path("a plan.bin");
    let run = stage.gate(&["plan", "live", "--", &format!("-out={elsewhere}")]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.ends_with(&format!(": infralint apply live -- '{elsewhere}'\n")), "{}", run.stdout);
    let run = stage.gate(&["apply", "live", "--", &elsewhere]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_plan_is_for_one_root_module() {
    let stage = Stage::new();
    assert_eq!(stage.gate(&["plan", "live"]).code, 0);
    for name in ["main.tf", "terraform.tfvars", "greeting.txt", "tfplan", "tfplan.receipt.json"] {
        stage.write(&format!("other/{name}"), &stage.read(&format!("live/{name}")));
    }
    let run = stage.gate(&["apply", "other"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("the plan was made for the root module live, not for other."), "{}", run.stderr);
}

#[test]
fn another_image_does_not_apply() {
    let stage = Stage::new();
    assert_eq!(stage.gate(&["plan", "live"]).code, 0);
    stage.write("engine/image-id", "sha256:other\n");
    let run = stage.gate(&["apply", "live"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("and sha256:other would apply it."), "{}", run.stderr);
    assert!(!stage.steps().contains(&"apply".to_owned()));
}

/// The file of the plan is swapped after it was held against the receipt: the copy is applied.
#[test]
fn a_plan_that_is_swapped_meanwhile() {
    let stage = Stage::new();
    assert_eq!(stage.gate(&["plan", "live"]).code, 0);
    stage.write("engine/init-also", "echo swapped > tfplan\n");
    let run = stage.gate(&["apply", "live"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(stage.read("applied"), "a plan\n");
}

#[test]
fn a_file_that_changes_while_terraform_plans() {
    let stage = Stage::new();
    stage.write("engine/plan-also", "echo 'size = \"large\"' > terraform.tfvars\n");
    let run = stage.gate(&["plan", "live"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("live/terraform.tfvars was changed while Terraform planned"), "{}", run.stderr);
    assert!(!stage.is_there("live/tfplan") && !stage.is_there("live/tfplan.receipt.json"));
}

#[test]
fn what_fails_is_not_planned() {
    let stage = Stage::new();
    stage.write("live/terraform.tfvars", "size = \"\"\n");
    let run = stage.gate(&["plan", "live", "--rules", "policies"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("named/size") && run.stdout.contains("nothing was planned"), "{}", run.stdout);
    stage.write("live/main.tf", "resource \"aws_s3_bucket\" {\n");
    let run = stage.gate(&["plan", "live"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(stage.steps(), ["version", "image"].repeat(2));
    assert!(!stage.is_there("live/.terraform"));
}

/// What is undecided in the source may be decided by the plan; where it is not, the plan is kept and not applied.
#[test]
fn undecided_beyond_the_policy() {
    let stage = Stage::new();
    stage.leave_the_size_open();
    let with_policy = ["--rules", "policies", "--undecided", "fail"];
    let run = stage.gate(&[&["plan", "live"][..], &with_policy].concat());
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.ends_with("live/tfplan will not be applied: it did not pass.\n"), "{}", run.stdout);
    let run = stage.gate(&[&["apply", "live"][..], &with_policy].concat());
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("1 checks of the plan are undecided"), "{}", run.stderr);
    assert!(!stage.steps().contains(&"apply".to_owned()));
}

/// What the source leaves open, the plan decides.
#[test]
fn what_the_plan_decides() {
    let stage = Stage::new();
    stage.remove("live/terraform.tfvars");
    let run = stage.gate(&["plan", "live", "--rules", "policies", "--undecided", "fail"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("1 to create"), "{}", run.stdout);
    stage.write("engine/plan.json", &stage.read("engine/plan.json").replace("\"size\": \"small\"", "\"size\": \"\""));
    let run = stage.gate(&["plan", "live", "--rules", "policies"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("named/size"), "{}", run.stdout);
    let run = stage.gate(&["apply", "live", "--rules", "policies"]);
    assert!(run.code == 1 && run.stderr.contains("the plan did not pass: 1 failed, 0 not checked."), "{run:?}");
}

/// A receipt does not decide: what it says of the verdict is not believed.
#[test]
fn a_receipt_that_says_what_was_not_found() {
    let stage = Stage::new();
    stage.leave_the_size_open();
    let with_policy = ["--rules", "policies", "--undecided", "fail"];
    assert_eq!(stage.gate(&[&["plan", "live"][..], &with_policy].concat()).code, 1);
    stage.edit_receipt("good", "true");
    let run = stage.gate(&[&["apply", "live"][..], &with_policy].concat());
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("judged now, the plan does not pass: 0 failed, 1 undecided"), "{}", run.stderr);
    assert!(!stage.steps().contains(&"apply".to_owned()));
}

#[test]
fn exit_codes_pass_through() {
    let cases: [(&[&str], i32, i32); 5] = [
        (&["plan", "live", "--", "-detailed-exitcode"], 2, 2),
        (&["plan", "live", "--", "-detailed-exitcode"], 0, 0),
        (&["plan", "live", "--", "-detailed-exitcode"], 1, 1),
        (&["plan", "live"], 1, 1),
        (&["plan", "live"], 137, 137),
    ];
    for (arguments, of_terraform, expected) in cases {
        let stage = Stage::new();
        stage.write("engine/plan-code", &of_terraform.to_string());
        let run = stage.gate(arguments);
        assert_eq!(run.code, expected, "{arguments:?} {of_terraform}: {run:?}");
        assert_eq!(stage.is_there("live/tfplan.receipt.json"), [0, 2].contains(&expected), "{arguments:?}");
    }
    let stage = Stage::new();
    stage.write("engine/plan-code", "137");
    let run = stage.gate(&["plan", "live"]);
    assert!(
        run.stderr.contains("its container infralint-plan-") && run.stderr.contains("docker stop"),
        "{}",
        run.stderr
    );

    let stage = Stage::new();
    stage.write("engine/apply-code", "1");
    assert_eq!(stage.gate(&["plan", "live"]).code, 0);
    assert_eq!(stage.gate(&["apply", "live"]).code, 1);
    assert!(stage.is_there("live/tfplan"), "a plan that failed is kept");
    assert!(stage.left_over().is_empty());
}

/// With -detailed-exitcode, 2 says that there are changes, and nothing else.
#[test]
fn what_is_missing_under_detailed_exit_codes() {
    let stage = Stage::new();
    stage.write("engine/daemon-is-down", "");
    assert_eq!(stage.gate(&["plan", "live", "--", "-detailed-exitcode"]).code, 1);
    assert_eq!(stage.gate(&["plan", "live"]).code, 2);
}

#[test]
fn everything_that_can_be_missing() {
    type Change = fn(&Stage, &mut Command);
    let cases: [(Change, &str); 9] = [
        (
            |s, c| {
                c.env("PATH", s.path("empty"));
            },
            "no container engine found (looked for: docker, podman).",
        ),
        (
            |s, _| s.write("engine/daemon-is-down", ""),
            "the docker daemon does not answer: Cannot connect to the daemon",
        ),
        (
            |s, c| {
                s.write("engine/daemon-is-slow", "");
                // Takes connections and never answers, for as long as the test runs.
                std::mem::forget(std::os::unix::net::UnixListener::bind(s.path("engine/sock")).expect("a socket"));
                c.env("DOCKER_HOST", format!("unix://{}", s.path("engine/sock")));
            },
            "the docker daemon does not answer: it was asked, and says nothing",
        ),
        (
            |s, _| s.remove("engine/image-id"),
            "the image localhost/terraform:1.11.4 is not here, and it is one that is built on each machine.",
        ),
        (
            |s, c| {
                s.write("engine/pull-is-slow", "");
                s.remove("engine/image-id");
                c.env("TERRAFORM_IMAGE", format!("127.0.0.1:9/terraform@sha256:{}", "0".repeat(64)));
            },
            "its registry 127.0.0.1:9 cannot be reached (Connection refused",
        ),
        (
            |_, c| {
                c.env_remove("AWS_ACCESS_KEY_ID");
            },
            "no credentials for AWS: none of AWS_ACCESS_KEY_ID, ",
        ),
        (
            |_, c| {
                c.env("TERRAFORM_IMAGE", "hashicorp/terraform:1.11.4");
            },
            "hashicorp/terraform:1.11.4 is not pinned",
        ),
        (
            |s, c| {
                c.args(["--engine", "podman"]).env("PATH", s.path("engine/bin"));
            },
            "no container engine found (looked for: podman).",
        ),
        (
            |_, c| {
                c.args(["--engine", "none"]);
            },
            "the settings forbid Terraform outside of a container",
        ),
    ];
    for (change, expected) in cases {
        let stage = Stage::new();
        let mut command = stage.command(&["plan", "live"]);
        change(&stage, &mut command);
        let before = stage.files();
        let start = Instant::now();
        let run = Run::of(&mut command);
        let seconds = start.elapsed().as_secs_f32();
        assert_eq!(run.code, 2, "{expected}: {run:?}");
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
        assert_eq!(run.stderr.matches("error: ").count(), 1, "{}", run.stderr);
        assert!(seconds < 2.0, "{expected}: {seconds} s");
        assert_eq!(stage.files(), before, "{expected}: nothing is written");
    }
}

#[test]
fn no_secret_anywhere() {
    let stage = Stage::new();
    let secrets = ["planted-key", "planted-token", "planted-variable", "planted-in-plan"];
    stage.write(
        ".infralint.hcl",
        &stage.read(".infralint.hcl").replace("terraform {", "terraform {\n  environment = [\"TOKEN\"]"),
    );
    let with_secrets = |arguments: &[&str]| {
        let mut command = stage.command(arguments);
        command.env("AWS_SECRET_ACCESS_KEY", secrets[0]).env("TOKEN", secrets[1]).env("TF_VAR_password", secrets[2]);
        command.env("UNRELATED", "planted-unrelated");
        Run::of(&mut command)
    };
    let planned = with_secrets(&["plan", "live"]);
    assert_eq!(planned.code, 0, "{planned:?}");
    let receipt = stage.read("live/tfplan.receipt.json");
    let applied = with_secrets(&["apply", "live"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    let calls = stage.calls();
    for text in [&planned.stdout, &planned.stderr, &receipt, &applied.stdout, &applied.stderr, &calls] {
        assert!(!text.contains("planted"), "{text}");
    }
    for name in ["AWS_SECRET_ACCESS_KEY", "TOKEN", "TF_VAR_password"] {
        assert!(calls.contains(&format!("--env {name} ")), "{calls}");
    }
    assert!(!calls.contains("UNRELATED"), "{calls}");
    // The engine reads the values from its environment.
    assert!(stage.read("engine/environment").contains("AWS_SECRET_ACCESS_KEY=planted-key"));
}

#[test]
fn signals_reach_terraform_once() {
    for (signal, expected) in [("INT", "INT\n"), ("TERM", "TERM\n"), ("HUP", "INT\n")] {
        let stage = Stage::new();
        assert_eq!(stage.gate(&["plan", "live"]).code, 0);
        stage.write("engine/apply-waits", "");
        let mut child = stage.command(&["apply", "live"]).spawn().expect("the binary runs");
        stage.wait_for("engine/apply-began");
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(1), "Terraform's own code");
        assert_eq!(stage.read("engine/signals"), expected, "{signal}");
        assert!(stage.left_over().is_empty(), "{signal}");
    }
}

#[test]
fn destroying_asks() {
    let stage = Stage::new();
    let run = stage.gate(&["destroy", "live"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.ends_with("nothing was destroyed.\n"), "{}", run.stderr);
    assert!(!stage.steps().contains(&"apply".to_owned()));
    assert!(stage.call("plan").ends_with(" -destroy"), "{}", stage.call("plan"));
    let run = stage.gate(&["destroy", "live", "--", "-auto-approve"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(stage.steps().contains(&"apply".to_owned()));
    assert!(!stage.call("plan").contains("auto-approve"));
}

#[test]
fn the_backend_is_configured_as_the_repository_does() {
    let stage = Stage::new();
    let main = stage.read("live/main.tf");
    stage.write(
        "live/main.tf",
        &format!("terraform {{\n  backend \"s3\" {{}}\n}}\n{}", &main[main.find("variable").expect("a variable")..]),
    );
    stage.write(
        "live/state.tfbackend",
        "bucket = \"b\"\nkey = \"k\"\nregion = \"eu-west-1\"\nencrypt = true\nuse_lockfile = true\n",
    );
    stage.write("live/Makefile", "init:\n\tterraform init -backend-config=state.tfbackend -backend-config=key=live\n");
    let run = stage.gate(&["plan", "live", "--init-arg=-upgrade", "--no-default-rules", "--rules", "policies"]);
    assert_eq!(run.code, 0, "{run:?}");
    let init = stage.call("init");
    assert!(
        init.ends_with("init -input=false -backend-config=state.tfbackend -backend-config=key=live -upgrade"),
        "{init}"
    );
}

#[test]
fn a_plan_is_not_made_where_there_is_no_folder_to_keep_it_in() {
    let stage = Stage::new();
    let run = stage.gate(&["plan", "live", "--", "-out=plans/today.bin"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("no folder") && run.stderr.contains("live/plans"), "{}", run.stderr);
    assert_eq!(stage.steps(), [""; 0], "nothing was run");
    fs::create_dir(stage.path("live/plans")).expect("a folder");
    let run = stage.gate(&["plan", "live", "--", "-out=plans/today.bin"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(fs::exists(stage.path("live/plans/today.bin.receipt.json")).expect("a path"));
}

#[test]
fn without_a_container_it_is_said_aloud() {
    let stage = Stage::new();
    stage.write(".infralint.hcl", "");
    fs::copy(stage.path("engine/bin/docker"), stage.path("engine/bin/terraform")).expect("a copy");
    let run = stage.gate(&["plan", "live", "--engine", "none"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stderr.starts_with("warning: ") && run.stderr.contains("runs outside of a container"),
        "{}",
        run.stderr
    );
    assert_eq!(stage.steps(), ["init", "plan", "show"]);
}

/// The files that make and people use, in the small repository.
fn with_make(stage: &Stage) {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["lib/terraform.mk", "bin/terraform"] {
        stage.write(name, "");
        fs::copy(repository.join(name), stage.path(name)).expect("a copy");
    }
    stage.write("live/Makefile", "include ../lib/terraform.mk\n");
    stage.write("own/terraform", "");
    fs::copy(stage.path("engine/bin/docker"), stage.path("own/terraform")).expect("a copy");
    stage.write("own/tofu", "#!/bin/sh\n");
    fs::set_permissions(
        stage.path("own/tofu"),
        fs::metadata(stage.path("own/terraform")).expect("a file").permissions(),
    )
    .expect("permissions");
}

fn make(stage: &Stage, arguments: &[&str]) -> Run {
    let mut command = stage.command_of("make", arguments);
    command.env("INFRALINT", env!("CARGO_BIN_EXE_infralint"));
    Run::of(command.current_dir(stage.path("live")))
}

/// `make plan TERRAFORM=…` is no way around the gate: it is `--engine none`, said aloud, and forbidden where that is.
#[test]
fn make_goes_through_the_gate_whatever_terraform_is_named() {
    if Command::new("make").arg("--version").output().is_err() {
        eprintln!("NOT RUN: make is not on the path");
        return;
    }
    let stage = Stage::new();
    with_make(&stage);
    let own = format!("TERRAFORM={}", stage.path("own/terraform"));
    for target in ["plan", "init", "destroy"] {
        let run = make(&stage, &[target, &own]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("the settings forbid Terraform outside of a container"), "{run:?}");
    }
    assert!(stage.calls().is_empty(), "{}", stage.calls());

    stage.write(".infralint.hcl", "");
    let run = make(&stage, &["plan", &own]);
    assert_eq!(run.code, 0, "{run:?}");
    let said = format!("warning: {} runs outside of a container", stage.path("own/terraform"));
    assert!(run.stderr.contains(&said), "{}", run.stderr);
    assert_eq!(stage.steps(), ["init", "init", "plan", "show"]);
    assert!(stage.read("live/tfplan.receipt.json").contains("\"engine\": \"none\""));
    stage.write("live/terraform.tfvars", "size = \"large\"\n");
    let run = make(&stage, &["apply", &own]);
    assert!(run.code == 2 && run.stderr.contains("terraform.tfvars was changed since"), "{run:?}");
    assert!(!stage.steps().contains(&"apply".to_owned()));

    for (named, expected) in
        [("own/tofu", "does not name a program called terraform"), ("own/x/terraform", "there is no such")]
    {
        let run = make(&stage, &["plan", &format!("TERRAFORM={}", stage.path(named))]);
        assert!(run.code == 2 && run.stderr.contains(expected), "{run:?}");
    }
}
