# row: two gateways: nothing but the stage in common

# file: main.tf
resource "aws_ec2_transit_gateway" "this" {}

resource "aws_ec2_transit_gateway" "other" {}

resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "b" {
  cidr_block = "10.0.128.0/17"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
  vpc_id             = aws_vpc.a.id
  transit_gateway_id = aws_ec2_transit_gateway.this.id
  subnet_ids         = ["subnet-12345678"]
}

resource "aws_ec2_transit_gateway_vpc_attachment" "b" {
  vpc_id             = aws_vpc.b.id
  transit_gateway_id = aws_ec2_transit_gateway.other.id
  subnet_ids         = ["subnet-12345678"]
}
