# row: one range is not known: undecided

# file: main.tf
variable "cidr" {
  type = string
}

resource "aws_vpc" "a" {
  cidr_block = var.cidr
}

resource "aws_vpc" "b" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc_peering_connection" "ab" {
  vpc_id      = aws_vpc.a.id
  peer_vpc_id = aws_vpc.b.id
}
