# row: TF_CLI_ARGS_init in .envrc: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/main/.envrc
export TF_CLI_ARGS_init="-backend-config=../test.s3.tfbackend -backend-config=key=main.tfstate"

# file: stages/test/test.s3.tfbackend
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true
