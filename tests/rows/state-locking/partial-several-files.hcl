# row: several *.tfbackend and no command: undecided

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/a.s3.tfbackend
key = "main.tfstate"
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true

# file: stages/test/main/b.s3.tfbackend
key = "main.tfstate"
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true
