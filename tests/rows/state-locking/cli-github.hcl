# row: -lock=false in a workflow of one stage

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

# file: stages/prod/main/backend.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "prod.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
  }
}

# file: .github/workflows/plan.yaml
jobs:
  plan:
    steps:
      - name: Plan
        working-directory: stages/prod/main
        run: |
          terraform init
          terraform plan \
            -lock=false
