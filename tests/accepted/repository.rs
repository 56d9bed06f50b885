//! A small repository on disk: two stages that call one module, and a policy that objects to a bucket.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::running::Run;

const MODULE: &str = r#"variable "name" {
  type = string
}

variable "acl" {
  type    = string
  default = "private"
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
  acl    = var.acl
}
"#;

const STAGE: &str = r#"terraform {
  backend "s3" {
    bucket = "states"
    key    = "STAGE"
    region = "eu-west-1"
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "acl" {
  type = string
}

locals {
  acl = var.acl
}

module "images" {
  source = "../../modules/bucket"
  name   = "images-STAGE"
  acl    = local.acl
}

module "logs" {
  source   = "../../modules/bucket"
  for_each = toset(["a", "b"])
  name     = "logs-${each.key}-STAGE"
  acl      = "public-read"
}
"#;

const POLICY: &str = r#"resource_policy "aws_s3_bucket" "private" {
  enforce {
    condition     = attrs.acl == "private"
    error_message = "The bucket ${attrs.bucket} is ${attrs.acl}"
  }
}
"#;

/// By the policy alone: the schema has something to say of the argument too.
const CHECK: [&str; 5] = ["check", "--rules", "policies", "--no-default-rules", "--no-schema"];

pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        let value = serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        let schema = serde_json::from_str(include_str!("../../docs/report.schema.json")).unwrap();
        compiler.add_resource("report.schema.json", schema).unwrap();
        let index = compiler.compile("report.schema.json", &mut schemas).unwrap();
        if let Err(error) = schemas.validate(&value, index) {
            panic!("the report is not as its schema says: {error:#}\n{value}");
        }
        value
    }

    /// `file:line summary` of each diagnostic.
    pub(crate) fn diagnostics(&self) -> Vec<String> {
        let json = self.json();
        let one = |d: &Value| {
            let at = &d["location"];
            let place = if at.is_null() { String::new() } else { format!("{}:{} ", text(&at["file"]), at["line"]) };
            format!("{place}{}", text(&d["summary"]))
        };
        json["diagnostics"].as_array().unwrap().iter().map(one).collect()
    }

    /// `root address` of the findings that a waiver accepts (or of those that none does), sorted.
    pub(crate) fn findings(&self, waived: bool) -> Vec<String> {
        let json = self.json();
        let all = json["findings"].as_array().unwrap().iter();
        let mut shown: Vec<String> = all
            .filter(|finding| finding["waiver"].is_null() != waived)
            .map(|finding| format!("{} {}", text(&finding["root_module"]), text(&finding["address"])))
            .collect();
        shown.sort();
        shown
    }
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

impl Repository {
    /// With a finding for `module.images` and two for `module.logs`, in each of two stages.
    pub(crate) fn new() -> Self {
        let repo = Self { folder: tempfile::tempdir().unwrap() };
        repo.write(".infralint.hcl", "");
        repo.write("modules/bucket/main.tf", MODULE);
        repo.write("policies/bucket.policy.hcl", POLICY);
        for stage in ["one", "two"] {
            repo.write(&format!("stages/{stage}/main.tf"), &STAGE.replace("STAGE", stage));
            repo.write(&format!("stages/{stage}/terraform.tfvars"), "acl = \"public-read\"\n");
        }
        repo
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Replaces a text that is there once.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{from} in {path}");
        self.write(path, &text.replace(from, to));
    }

    /// Checks by the policy alone, as JSON.
    pub(crate) fn check(&self, more: &[&str]) -> Run {
        self.run(&[&CHECK[..], &["--format", "json"], more].concat())
    }

    /// The same for people.
    pub(crate) fn told(&self, more: &[&str]) -> String {
        self.run(&[&CHECK[..], more].concat()).stdout
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], environment: &[(&str, &Path)]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
        command.args(arguments).current_dir(self.folder.path()).env_remove("TF_WORKSPACE");
        Run::of(command.envs(environment.iter().copied()).stdin(Stdio::null()))
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
            .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
            .args(arguments)
            .current_dir(self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Makes a repository of git of it, with everything committed.
    pub(crate) fn commit_all(&self) {
        if !self.path(".git").exists() {
            self.git(&["init", "--quiet"]);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "all"]);
    }
}
