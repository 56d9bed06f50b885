# row: services on a VPC at the transit gateway: a warning

# file: main.tf
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/20"
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.16.0/20"
}

resource "aws_vpc" "tools" {
  cidr_block = "172.20.0.0/16"
}

resource "aws_ec2_transit_gateway" "this" {}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  vpc_id             = aws_vpc.main.id
  transit_gateway_id = aws_ec2_transit_gateway.this.id
  subnet_ids         = ["subnet-12345678"]
}

resource "aws_ec2_transit_gateway_vpc_attachment" "tools" {
  vpc_id             = aws_vpc.tools.id
  transit_gateway_id = aws_ec2_transit_gateway.this.id
  subnet_ids         = ["subnet-12345678"]
}

resource "aws_eks_cluster" "this" {
  name     = "this"
  role_arn = "arn:aws:iam::111111111111:role/eks"

  vpc_config {
    subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
  }

  kubernetes_network_config {
    service_ipv4_cidr = "172.20.0.0/16"
  }
}
