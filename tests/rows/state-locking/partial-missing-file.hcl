# row: a file that is not there: undecided

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/Makefile
init:
	terraform init -backend-config=../gone.tfbackend
