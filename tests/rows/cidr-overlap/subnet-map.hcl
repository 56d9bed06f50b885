# row: for_each over a map of ranges, two of which overlap

# file: main.tf
locals {
  subnets = {
    a = "10.0.0.0/24"
    b = "10.0.1.0/24"
    c = "10.0.1.128/25"
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  for_each   = local.subnets
  vpc_id     = aws_vpc.main.id
  cidr_block = each.value
}
