# row: bin/ script that names the root module: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: bin/init
#!/bin/sh
set -eu
stage=$1
cd "$(dirname "$0")/../stages/$stage/main"
terraform init -backend-config="../$stage.s3.tfbackend" -backend-config="key=main.tfstate"

# file: stages/test/test.s3.tfbackend
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true
