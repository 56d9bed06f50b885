# row: a token in a tfbackend file

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/main.s3.tfbackend
key = "main.tfstate"
token = "not-a-real-one"
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true
