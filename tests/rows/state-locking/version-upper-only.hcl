# row: required_version without a lower bound

# file: stages/test/main/backend.tf
terraform {
  required_version = "< 2.0"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
  }
}
