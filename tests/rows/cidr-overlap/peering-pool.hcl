# row: both from one IPAM pool: pass

# file: main.tf
resource "aws_vpc_ipam_pool" "all" {
  address_family = "ipv4"
  ipam_scope_id  = "ipam-scope-1"
}

resource "aws_vpc" "a" {
  ipv4_ipam_pool_id   = aws_vpc_ipam_pool.all.id
  ipv4_netmask_length = 20
}

resource "aws_vpc" "b" {
  ipv4_ipam_pool_id   = aws_vpc_ipam_pool.all.id
  ipv4_netmask_length = 20
}

resource "aws_vpc_peering_connection" "ab" {
  vpc_id      = aws_vpc.a.id
  peer_vpc_id = aws_vpc.b.id
}
