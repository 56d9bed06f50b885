# row: connected without routing (PrivateLink): overlap is fine but for the stage

# file: stages/a/main.tf
provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "x" {
  vpc_id            = aws_vpc.a.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-1"
}

# file: stages/b/main.tf
provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "b" {
  cidr_block = "10.1.0.0/16"
}
