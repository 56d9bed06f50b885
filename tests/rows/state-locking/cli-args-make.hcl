# row: TF_CLI_ARGS in an included make file switches the lock off

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
  }
}

# file: stages/test/main/Makefile
include ../../../lib/terraform.mk

# file: lib/terraform.mk
export TF_CLI_ARGS := -lock=false

plan:
	terraform plan
