# row: six ranges

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  count      = 5
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.${count.index + 2}.0.0/16"
}
