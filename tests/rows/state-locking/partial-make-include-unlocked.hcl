# row: Makefile with an included file, where the file has no lock: no-lock at its line

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/Makefile
include ../../../lib/terraform.mk

# file: lib/terraform.mk
init:
	terraform init -backend-config=../test.s3.tfbackend -backend-config=key=main.tfstate

# file: stages/test/test.s3.tfbackend
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = false
