# row: an IPv6 range of a VPC off the grid

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  ipv6_cidr_block = "2001:db8::/58"
  ipv6_ipam_pool_id = "ipam-pool-1"
}
