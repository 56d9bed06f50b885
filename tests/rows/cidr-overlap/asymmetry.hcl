# row: subnets of one tier of different sizes: information

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  for_each   = { a = "10.0.0.0/20", b = "10.0.16.0/20", c = "10.0.32.0/24" }
  vpc_id     = aws_vpc.main.id
  cidr_block = each.value
}
