# row: a backend in a child module is ignored

# file: stages/test/main/main.tf
module "x" {
  source = "./x"
}

provider "aws" {
  region = "eu-west-1"
}

# file: stages/test/main/x/main.tf
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
