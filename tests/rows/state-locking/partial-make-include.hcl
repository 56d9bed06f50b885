# row: Makefile with an included file: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/Makefile
include ../stage.mk
include ../../../lib/terraform.mk

# file: stages/test/stage.mk
STAGE := test
KEY ?= main.tfstate

# file: lib/terraform.mk
TERRAFORM ?= terraform
init:
	$(TERRAFORM) init -backend-config=../$(STAGE).s3.tfbackend -backend-config="key=$(KEY)"

# file: stages/test/test.s3.tfbackend
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true
