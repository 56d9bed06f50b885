# row: encrypt not set and no bucket here

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    use_lockfile = true
  }
}
