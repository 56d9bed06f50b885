# row: remote pods on the services

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

resource "aws_eks_cluster" "this" {
  name     = "this"
  role_arn = "arn:aws:iam::111111111111:role/eks"

  vpc_config {
    subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
  }

  kubernetes_network_config {
    service_ipv4_cidr = "172.20.0.0/16"
  }

  remote_network_config {
    remote_node_networks {
      cidrs = ["192.168.0.0/16"]
    }
    remote_pod_networks {
      cidrs = ["172.20.128.0/17"]
    }
  }
}
