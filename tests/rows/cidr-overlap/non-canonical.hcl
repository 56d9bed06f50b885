# row: a range with bits after its prefix

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.1/16"
}
