# row: the same in a variable of a module

# file: main.tf
module "n" {
  source = "./n"
}

# file: n/main.tf
variable "cidr" {
  type = string
  default = "10.0.1.0/24"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = replace(var.cidr, ".0/", ".9/")
}
