# row: no -lock-timeout in a pipeline: information

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

# file: .github/workflows/apply.yml
jobs:
  apply:
    steps:
      - run: terraform -chdir=stages/test/main apply -auto-approve
