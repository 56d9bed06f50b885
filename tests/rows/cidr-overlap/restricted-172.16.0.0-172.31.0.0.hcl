# row: a VPC in 172.16.0.0/16 may not add 172.31.0.0/16

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "172.16.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "172.31.0.0/16"
}
