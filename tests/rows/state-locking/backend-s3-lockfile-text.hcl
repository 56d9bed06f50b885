# row: s3 with use_lockfile as a text in a partial file: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/Makefile
init:
	terraform init -backend-config=../test.s3.tfbackend

# file: stages/test/test.s3.tfbackend
bucket = "acme-states"
key = "main.tfstate"
region = "eu-west-1"
encrypt = true
use_lockfile = "true"
