# row: clients on an added route

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

resource "aws_ec2_client_vpn_endpoint" "this" {
  client_cidr_block      = "10.8.0.0/20"
  server_certificate_arn = "arn:aws:acm:eu-west-1:111111111111:certificate/1"

  authentication_options {
    type                       = "certificate-authentication"
    root_certificate_chain_arn = "arn:aws:acm:eu-west-1:111111111111:certificate/2"
  }

  connection_log_options {
    enabled = false
  }
}

resource "aws_ec2_client_vpn_network_association" "this" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.this.id
  subnet_id              = aws_subnet.a.id
}

resource "aws_ec2_client_vpn_route" "office" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.this.id
  destination_cidr_block = "10.8.0.0/16"
  target_vpc_subnet_id   = aws_subnet.a.id
}
