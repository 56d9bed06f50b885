# row: what only the shell knows: undecided

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/Makefile
init:
	terraform init -backend-config=$(shell pick-a-backend)
