# row: no edge, one stage: a warning

# file: stages/test/app/main.tf
provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "app" {
  cidr_block = "10.0.0.0/16"
}

# file: stages/test/jobs/main.tf
provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "jobs" {
  cidr_block = "10.0.0.0/20"
}
