# row: 169.254.0.0/16: an error

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "169.254.0.0/16"
}
