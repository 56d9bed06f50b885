# row: a VPC in 198.19.0.0/20 may not add 10.0.0.0/16

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "198.19.0.0/20"
}

resource "aws_vpc_ipv4_cidr_block_association" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/16"
}
