# row: five subnets outside, because the range of the VPC is wrong: one finding

# file: stages/test/main.tf
provider "aws" {
  region = "eu-west-1"
}

module "vpc" {
  source = "../../modules/vpc"
  vpc_cidr = "10.1.0.0/16"
}

# file: modules/vpc/main.tf
variable "vpc_cidr" {
  type = string
}

variable "subnets" {
  type = list(string)
  default = ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "10.0.4.0/24"]
}

resource "aws_vpc" "this" {
  cidr_block = var.vpc_cidr
}

resource "aws_subnet" "this" {
  count      = 5
  vpc_id     = aws_vpc.this.id
  cidr_block = var.subnets[count.index]
}
