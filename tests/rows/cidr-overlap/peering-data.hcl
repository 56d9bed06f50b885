# row: the other end is read from the account: undecided

# file: main.tf
data "aws_vpc" "tools" {
  tags = { Name = "tools" }
}

resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_peering_connection" "ab" {
  vpc_id      = aws_vpc.a.id
  peer_vpc_id = data.aws_vpc.tools.id
}
