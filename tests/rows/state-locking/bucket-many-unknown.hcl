# row: buckets of nobody knows what name elsewhere: nothing to say

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

# file: stages/test/app/main.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "app.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
  }
}
provider "aws" {
  region = "eu-west-1"
}
variable "names" {
  type = list(string)
}

resource "aws_s3_bucket" "this" {
  for_each = toset(var.names)
  bucket   = each.value
}

resource "aws_s3_bucket" "other" {
  bucket_prefix = "x-"
}
