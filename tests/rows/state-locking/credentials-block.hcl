# row: a secret key in the block

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
    access_key = "AKIAIOSFODNN7EXAMPLE"
    secret_key = "not-a-real-one"
  }
}
