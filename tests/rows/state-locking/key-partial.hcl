# row: one file gives every root module one key

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/search/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/Makefile
include ../../init.mk

# file: stages/test/search/Makefile
include ../../init.mk

# file: stages/init.mk
init:
	terraform init -backend-config=../test.s3.tfbackend

# file: stages/test/test.s3.tfbackend
key = "main.tfstate"
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true
