# row: the range comes from a variable file

# file: main.tf
variable "cidr" {
  type = string
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block = var.cidr
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.1.0.0/24"
}

# file: terraform.tfvars
cidr = "10.0.0.0/16"
