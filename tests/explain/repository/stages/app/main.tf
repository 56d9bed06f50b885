terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "stage" {
  type = string
}

variable "owner" {
  type = string
}

variable "cache" {
  type = object({
    multi_az = optional(bool, true)
    replicas = number
  })
}

variable "token" {
  type      = string
  sensitive = true
}

variable "zones" {
  type    = map(number)
  default = { b = 1, a = 0 }
}

locals {
  name    = "shop-${var.stage}"
  buckets = toset(["logs", "images"])
  token   = "t-${var.token}"
}

data "aws_vpc" "shared" {
  tags = { Name = "shared" }
}

module "cache" {
  source   = "../../modules/cache"
  name     = local.name
  multi_az = var.cache.multi_az
}

module "extra" {
  source   = "../../modules/cache"
  for_each = var.zones
  name     = each.key
  replicas = each.value
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets
  bucket   = "${local.name}-${each.key}"
  tags     = { Owner = var.owner, Stage = var.stage }
}

resource "aws_subnet" "this" {
  count             = length(var.zones)
  vpc_id            = data.aws_vpc.shared.id
  cidr_block        = cidrsubnet(data.aws_vpc.shared.cidr_block, 4, count.index)
  availability_zone = "eu-west-1${sort(keys(var.zones))[count.index]}"
}

resource "aws_ssm_parameter" "token" {
  name  = "/shop/token"
  type  = "SecureString"
  value = local.token
}

output "arns" {
  value = { for name, bucket in aws_s3_bucket.this : name => bucket.arn }
}

output "nodes" {
  value = module.cache.nodes
}
