# row: a module used twice with one default range

# file: main.tf
module "a" {
  source = "./net"
}

module "b" {
  source = "./net"
}

resource "aws_vpc_peering_connection" "ab" {
  vpc_id      = module.a.id
  peer_vpc_id = module.b.id
}

# file: net/main.tf
variable "cidr" {
  type = string
  default = "10.0.0.0/16"
}

resource "aws_vpc" "this" {
  cidr_block = var.cidr
}

output "id" {
  value = aws_vpc.this.id
}
