# row: cut from what a pool gives: pass

# file: main.tf
resource "aws_vpc_ipam_pool" "all" {
  address_family = "ipv4"
  ipam_scope_id  = "ipam-scope-1"
}

resource "aws_vpc" "main" {
  ipv4_ipam_pool_id   = aws_vpc_ipam_pool.all.id
  ipv4_netmask_length = 16
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 4, 0)
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 4, 1)
}
