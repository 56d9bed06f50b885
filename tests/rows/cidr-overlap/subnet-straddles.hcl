# row: subnet larger than the VPC

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/20"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/19"
}
