# row: a public range: a warning

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "11.0.0.0/16"
}
