# row: required_version admits 1.9: lockfile-needs-1.10

# file: stages/test/main/backend.tf
terraform {
  required_version = ">= 1.6"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
  }
}
