# row: setup-terraform runs 1.8

# file: stages/test/main/backend.tf
terraform {
  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
  }
}

# file: .github/workflows/plan.yml
jobs:
  plan:
    steps:
      - uses: hashicorp/setup-terraform@v3
        with:
          terraform_version: 1.8.5
