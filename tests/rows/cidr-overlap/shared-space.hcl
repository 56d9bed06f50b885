# row: 100.64.0.0/10: pass

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "100.64.0.0/16"
}
