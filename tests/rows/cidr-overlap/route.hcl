# row: an added range that a route leads out of

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.2.0.0/16"
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "peer" {
  route_table_id            = aws_route_table.this.id
  destination_cidr_block    = "10.2.4.0/24"
  vpc_peering_connection_id = "pcx-12345678"
}
