# row: terragrunt completes the backend: undecided, once

# file: live/test/vpc/main.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}
provider "aws" {
  region = "eu-west-1"
}

# file: live/test/app/main.tf
provider "aws" {
  region = "eu-west-1"
}

# file: live/test/vpc/terragrunt.hcl
include "root" {
  path = find_in_parent_folders()
}

# file: live/test/app/terragrunt.hcl
include "root" {
  path = find_in_parent_folders()
}
