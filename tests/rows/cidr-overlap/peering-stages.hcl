# row: VPCs of two stages, found through the state of the other one

# file: stages/prod/main/main.tf
terraform {
  backend "s3" {
    bucket = "s"
    key    = "prod"
    region = "eu-west-1"
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

data "terraform_remote_state" "tools" {
  backend = "s3"
  config = {
    bucket = "s"
    key    = "tools"
    region = "eu-west-1"
  }
}

resource "aws_vpc_peering_connection" "tools" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = data.terraform_remote_state.tools.outputs.vpc_id
}

# file: stages/tools/main/main.tf
terraform {
  backend "s3" {
    bucket = "s"
    key    = "tools"
    region = "eu-west-1"
  }
}

resource "aws_vpc" "tools" {
  cidr_block = "10.0.128.0/17"
}

output "vpc_id" {
  value = aws_vpc.tools.id
}
