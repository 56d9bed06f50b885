# row: a VPC in 10/8 with 100.64/10 may add more of 10/8: pass

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.2.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "pods" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "100.64.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.3.0.0/16"
}
