# row: the other end is an id: undecided

# file: main.tf
resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_peering_connection" "ab" {
  vpc_id      = aws_vpc.a.id
  peer_vpc_id = "vpc-0123456789abcdef0"
}
