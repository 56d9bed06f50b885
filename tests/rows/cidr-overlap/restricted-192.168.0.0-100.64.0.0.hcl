# row: a VPC in 192.168.0.0/16 may add 100.64.0.0/16: pass

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "192.168.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "100.64.0.0/16"
}
