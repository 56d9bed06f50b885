# row: a VPC in 192.168.0.0/16 may not add 10.0.0.0/16

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "192.168.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/16"
}
