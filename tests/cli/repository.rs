//! A small repository on disk: one stage, one module called three times, one policy.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::running::Run;

const MODULE: &str = r#"variable "name" {
  type = string
}

variable "destroyable" {
  type    = bool
  default = false
}

resource "aws_s3_bucket" "this" {
  bucket        = var.name
  force_destroy = var.destroyable
}
"#;

const STAGE: &str = r#"terraform {
  required_version = ">= 1.11"
}

provider "aws" {
  region = "eu-west-1"
}

variable "throw_away" {
  type = bool
}

variable "unset" {
  type = bool
}

locals {
  destroyable = var.throw_away
}

module "images" {
  source      = "../../../modules/bucket"
  name        = "images"
  destroyable = local.destroyable
}

module "logs" {
  source      = "../../../modules/bucket"
  name        = "logs"
  destroyable = var.unset
}

module "kept" {
  source = "../../../modules/bucket"
  name   = "kept"
}
"#;

const POLICY: &str = r#"locals {
  infralint = {
    "*" = {
      title    = "The bucket can be destroyed with everything in it"
      severity = "high"
      why      = "One wrong plan deletes every object, and none of them comes back."
      help     = "force_destroy = false"
      controls = ["WAF REL09-BP01"]
    }
  }
}

resource_policy "aws_s3_bucket" "no-force-destroy" {
  enforce {
    condition     = attrs.force_destroy != true
    error_message = "Bucket ${attrs.bucket} is destroyed with everything in it"
  }
}
"#;

pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(repository.folder.path().join(".git")).expect("a folder");
        repository.write("modules/bucket/main.tf", MODULE);
        repository.write("stages/test/main/main.tf", STAGE);
        repository.write("stages/test/main/terraform.tfvars", "throw_away = true\n");
        repository.write("policies/bucket-kept.policy.hcl", POLICY);
        repository
    }

    pub(crate) fn path(&self, path: &str) -> String {
        self.folder.path().join(path).to_str().expect("a path that is text").to_owned()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file")
    }

    pub(crate) fn copy(&self, from: &str, to: &str) {
        self.write(to, &self.read(from));
    }

    /// The binary with arguments, in the repository's root, with nothing of our own environment that changes reports.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).env_remove("COLUMNS");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_in(".", arguments)
    }

    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).current_dir(self.path(folder)))
    }
}
