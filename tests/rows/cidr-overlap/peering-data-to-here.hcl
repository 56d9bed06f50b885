# row: the other side asks, and its own VPC is read: undecided

# file: main.tf
data "aws_vpc" "tools" {
  id = "vpc-0123456789abcdef0"
}

resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_peering_connection" "ab" {
  vpc_id      = data.aws_vpc.tools.id
  peer_vpc_id = aws_vpc.a.id
}
