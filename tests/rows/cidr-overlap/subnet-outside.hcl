# row: subnet not inside

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/20"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.16.0/24"
}
