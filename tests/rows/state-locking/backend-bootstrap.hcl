# row: local in a bootstrap root module: pass

# file: stages/test/bootstrap/main.tf
terraform {
  required_version = "~> 1.11"
}

provider "aws" {
  region = "eu-west-1"
}
