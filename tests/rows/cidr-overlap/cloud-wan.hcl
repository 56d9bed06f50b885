# row: one core network: undecided, its policy decides

# file: main.tf
resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "b" {
  cidr_block = "10.0.128.0/17"
}

resource "aws_networkmanager_vpc_attachment" "a" {
  core_network_id = "core-network-1"
  vpc_arn         = aws_vpc.a.arn
  subnet_arns     = ["arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-1"]
}

resource "aws_networkmanager_vpc_attachment" "b" {
  core_network_id = "core-network-1"
  vpc_arn         = aws_vpc.b.arn
  subnet_arns     = ["arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-1"]
}
