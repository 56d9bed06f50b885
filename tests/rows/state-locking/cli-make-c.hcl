# row: a pipeline hands -lock=false to make

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
plan:
  script:
    - make -C stages/test/main plan ARGS=-lock=false
