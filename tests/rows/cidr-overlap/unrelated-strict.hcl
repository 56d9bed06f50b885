# row: the same with ipam = strict: an error

# file: stages/dev/main/main.tf
provider "aws" {
  region = "eu-west-1"
}

module "vpc" {
  source = "../../../modules/vpc"
}

# file: stages/prod/main/main.tf
provider "aws" {
  region = "eu-west-1"
}

module "vpc" {
  source = "../../../modules/vpc"
}

# file: stages/test/main/main.tf
provider "aws" {
  region = "eu-west-1"
}

module "vpc" {
  source = "../../../modules/vpc"
}

# file: modules/vpc/main.tf
variable "cidr" {
  type = string
  default = "10.0.0.0/16"
}

resource "aws_vpc" "this" {
  cidr_block = var.cidr
}

# file: .infralint.hcl
rule "cidr-overlap" {
  inputs = { ipam = "strict" }
}
