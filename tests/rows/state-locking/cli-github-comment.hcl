# row: -lock=false in a comment: pass

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

# file: .github/workflows/plan.yaml
jobs:
  plan:
    steps:
      # terraform -chdir=stages/test/main plan -lock=false
      - run: |
          # terraform -chdir=stages/test/main plan -lock=false
          terraform -chdir=stages/test/main plan -lock-timeout=2m
