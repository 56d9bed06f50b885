# row: a backend in an override file replaces the block as a whole

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

# file: stages/test/main/x_override.tf
terraform {
  backend "s3" {
    bucket  = "acme-states"
    key     = "main.tfstate"
    region  = "eu-west-1"
    encrypt = true
  }
}
