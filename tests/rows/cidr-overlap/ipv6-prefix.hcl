# row: an IPv6 subnet off the grid

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  ipv6_cidr_block = "2001:db8::/56"
  ipv6_ipam_pool_id = "ipam-pool-1"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
  ipv6_cidr_block = "2001:db8::/62"
}
