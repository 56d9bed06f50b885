//! A small repository, and a program that plays the engine and Terraform in it.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::running::Run;

const MAIN: &str = r#"terraform {
  required_version = "~> 1.11.4"

  backend "s3" {
    bucket       = "state"
    key          = "live"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}

variable "size" {
  type = string
}

variable "password" {
  type      = string
  default   = ""
  sensitive = true
}

resource "aws_sns_topic" "news" {
  name         = "news"
  display_name = file("${path.module}/greeting.txt")
  tags         = { size = var.size }
}
"#;

const POLICY: &str = r#"resource_policy "aws_sns_topic" "size" {
  enforce {
    condition     = attrs.tags.size != ""
    error_message = "oops"
  }
}
"#;

const SETTINGS: &str = r#"terraform {
  image             = "localhost/terraform:1.11.4"
  require_container = true
  receipt_max_age   = "8h"
}
"#;

const PLAN: &str = r#"{
  "format_version": "1.2",
  "terraform_version": "1.11.4",
  "applyable": true,
  "complete": true,
  "errored": false,
  "variables": { "size": { "value": "small" }, "password": { "value": "planted-in-plan" } },
  "resource_changes": [
    {
      "address": "aws_sns_topic.news",
      "mode": "managed",
      "type": "aws_sns_topic",
      "name": "news",
      "provider_name": "registry.terraform.io/hashicorp/aws",
      "change": {
        "actions": ["create"],
        "before": null,
        "after": { "name": "news", "display_name": "hello", "tags": { "size": "small" } },
        "after_unknown": { "id": true, "arn": true, "tags": {} },
        "before_sensitive": false,
        "after_sensitive": { "tags": {} }
      }
    }
  ],
  "configuration": { "root_module": { "resources": [
    { "address": "aws_sns_topic.news", "mode": "managed", "type": "aws_sns_topic", "name": "news", "expressions": {} }
  ] } }
}
"#;

/// Records what it is called with, and does as the files beside it say.
const ENGINE: &str = r#"#!/bin/sh
here=HERE
echo "$*" >>"$here/calls"
env >>"$here/environment"
case $1 in
version)
    [ ! -e "$here/daemon-is-slow" ] || exec sleep 20
    [ ! -e "$here/daemon-is-down" ] || { echo "Cannot connect to the daemon" >&2; exit 1; }
    echo 28.0; exit 0 ;;
image)
    cat "$here/image-id" 2>/dev/null; exit ;;
pull)
    [ ! -e "$here/pull-is-slow" ] || exec sleep 20
    exit 1 ;;
run) while [ "${1#sha256:}" = "$1" ]; do shift; done; shift ;;
esac
step=$1
[ ! -e "$here/$step-also" ] || . "$here/$step-also"
for last; do :; done
case $step in
plan)
    echo "Terraform plans."
    for word; do case $word in -out=*) echo "a plan" >"${word#-out=}" ;; esac; done ;;
show) cat "$here/plan.json" ;;
apply)
    cp "$last" "$here/../applied"
    if [ -e "$here/apply-waits" ]; then
        trap 'echo INT >>"$here/signals"; stop=1' INT
        trap 'echo TERM >>"$here/signals"; stop=1' TERM
        : >"$here/apply-began"
        stop=
        for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
            [ -z "$stop" ] || exit 1
            sleep 0.2
        done
        exit 9
    fi ;;
esac
exit "$(cat "$here/$step-code" 2>/dev/null || echo 0)"
"#;

pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let stage = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(stage.path(".git")).expect("a folder");
        fs::create_dir(stage.path("empty")).expect("a folder");
        stage.write("live/main.tf", MAIN);
        stage.write("live/terraform.tfvars", "size = \"small\"\n");
        stage.write("live/greeting.txt", "hello");
        stage.write("policies/named.policy.hcl", POLICY);
        stage.write(".infralint.hcl", SETTINGS);
        stage.write("engine/plan.json", PLAN);
        stage.write("engine/image-id", "sha256:0123\n");
        stage.write("engine/bin/docker", &ENGINE.replace("HERE", &stage.path("engine")));
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(stage.path("engine/bin/docker"), executable).expect("permissions");
        stage
    }

    pub(crate) fn path(&self, path: &str) -> String {
        let root = self.folder.path().canonicalize().expect("a folder");
        root.join(path).to_str().expect("a path that is text").to_owned()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(Path::new(&path).parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect(path)
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect(path);
    }

    pub(crate) fn is_there(&self, path: &str) -> bool {
        Path::new(&self.path(path)).exists()
    }

    /// The plan does not know the size any more than the files do.
    pub(crate) fn leave_the_size_open(&self) {
        self.remove("live/terraform.tfvars");
        let without = PLAN.replace(r#"{ "size": "small" }"#, "{}");
        let without = without.replace(r#""arn": true, "tags": {}"#, r#""arn": true, "tags": { "size": true }"#);
        self.write("engine/plan.json", &without.replace(r#""size": { "value": "small" }, "#, ""));
    }

    /// Replaces the value of a key, wherever it is.
    pub(crate) fn edit_receipt(&self, key: &str, value: &str) {
        let text = self.read("live/tfplan.receipt.json");
        let edited = |line: &str| match line.split_once(&format!("\"{key}\": ")) {
            Some((before, _)) => format!("{before}\"{key}\": {value}{}", if line.ends_with(',') { "," } else { "" }),
            None => line.to_owned(),
        };
        let text: Vec<String> = text.lines().map(edited).collect();
        self.write("live/tfplan.receipt.json", &text.join("\n"));
    }

    /// The binary with the engine on its path, and an environment of its own.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_infralint"), arguments)
    }

    /// Another program in the same surroundings.
    pub(crate) fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path(".")).env_clear();
        command.env("PATH", format!("{}:/usr/bin:/bin", self.path("engine/bin"))).env("HOME", self.path("empty"));
        command.env("AWS_ACCESS_KEY_ID", "AKIA");
        command.env("XDG_CACHE_HOME", self.path("cache"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn gate(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// All that the engine was called with.
    pub(crate) fn calls(&self) -> String {
        fs::read_to_string(self.path("engine/calls")).unwrap_or_default()
    }

    pub(crate) fn forget_calls(&self) {
        self.remove("engine/calls");
    }

    /// What it was called for, in order: commands of the engine, or of Terraform where it ran that.
    pub(crate) fn steps(&self) -> Vec<String> {
        self.calls().lines().map(|line| step(line).to_owned()).collect()
    }

    /// The last call of a step.
    pub(crate) fn call(&self, wanted: &str) -> String {
        let calls = self.calls();
        calls.lines().rfind(|line| step(line) == wanted).expect(wanted).to_owned()
    }

    /// What lies in private folders still.
    pub(crate) fn left_over(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("live/.terraform")).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    /// Every file and folder but the engine's own.
    pub(crate) fn files(&self) -> Vec<String> {
        let (mut found, mut waiting) = (Vec::new(), vec![self.path(".")]);
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path().to_str().expect("text").to_owned();
                if entry.file_type().is_ok_and(|ty| ty.is_dir()) && !path.ends_with("/engine") {
                    waiting.push(path.clone());
                }
                found.push(path);
            }
        }
        found.sort();
        found
    }

    pub(crate) fn wait_for(&self, path: &str) {
        for _ in 0..600 {
            if self.is_there(path) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        assert!(self.is_there(path), "{path} does not come");
    }
}

fn step(line: &str) -> &str {
    let after_image = line.split_once(" sha256:").map_or(line, |(_, rest)| rest.split_once(' ').map_or("", |(_, s)| s));
    after_image.split(' ').next().unwrap_or_default()
}
