# row: a /8 VPC

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/8"
}
