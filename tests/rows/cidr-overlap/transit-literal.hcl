# row: one gateway by its id, from two root modules

# file: stages/a/main.tf
provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
  vpc_id             = aws_vpc.a.id
  transit_gateway_id = "tgw-0123456789abcdef0"
  subnet_ids         = ["subnet-12345678"]
}

# file: stages/b/main.tf
provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "b" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "b" {
  vpc_id             = aws_vpc.b.id
  transit_gateway_id = "tgw-0123456789abcdef0"
  subnet_ids         = ["subnet-12345678"]
}
