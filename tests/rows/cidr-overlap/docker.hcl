# row: VPC on 172.17.0.0/16: a warning

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "172.17.0.0/16"
}
