# row: state_store: undecided

# file: stages/test/main/backend.tf
terraform {
  state_store "aws_s3" {
    provider "aws" {}
    bucket = "s"
  }
}
