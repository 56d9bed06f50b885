# row: .terraform-version is 1.9.8

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

# file: .terraform-version
1.9.8
