# row: TF_CLI_ARGS_plan switches the lock off

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
  }
}

# file: .github/workflows/plan.yml
env:
  TF_CLI_ARGS_plan: "-lock=false"
jobs:
  plan:
    steps:
      - run: terraform -chdir=stages/test/main plan
