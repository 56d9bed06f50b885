# row: -lock=false in .gitlab-ci.yml

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

# file: .gitlab-ci.yml
default:
  before_script:
    - cd stages/test/main
plan:
  script:
    - terraform plan -lock=false -out=plan
