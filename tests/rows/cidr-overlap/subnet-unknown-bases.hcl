# row: two different unknown bases: undecided

# file: main.tf
variable "a" {
  type = string
}

variable "b" {
  type = string
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = var.a
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = var.b
}
