# row: workflow with a matrix of stages: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: .github/workflows/apply.yml
on: push
jobs:
  apply:
    strategy:
      matrix:
        stage: [test]
    defaults:
      run:
        working-directory: stages/${{ matrix.stage }}/main
    steps:
      - run: terraform init -backend-config=../${{ matrix.stage }}.s3.tfbackend -backend-config=key=main.tfstate
      - run: terraform apply -lock-timeout=5m -auto-approve

# file: stages/test/test.s3.tfbackend
bucket       = "acme-states"
region       = "eu-west-1"
encrypt      = true
use_lockfile = true
