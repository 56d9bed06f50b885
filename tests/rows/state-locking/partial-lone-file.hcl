# row: one *.tfbackend beside the block: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/main.s3.tfbackend
key = "main.tfstate"
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true
