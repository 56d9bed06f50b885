# row: one script for two stages; that of prod has no lock

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/prod/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: bin/init
#!/bin/sh
cd "stages/$1/main" && terraform init -backend-config="../$1.s3.tfbackend" -backend-config="key=main.tfstate"

# file: stages/test/test.s3.tfbackend
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true

# file: stages/prod/prod.s3.tfbackend
bucket       = "acme-prod-states"
region       = "eu-west-1"
encrypt      = true
