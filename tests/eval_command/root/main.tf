variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "given" {
  type = number
}

variable "password" {
  type      = string
  default   = "hunter2"
  sensitive = true
}

variable "redis" {
  type = object({
    nodes    = number
    multi_az = optional(bool, true)
    tags     = optional(map(string))
  })
  default = { nodes = 2 }
}

locals {
  names  = ["b", "a"]
  sizes  = { prod = 3, dev = 1 }
  script = "#!/bin/sh\necho hello\n"
  nested = { list = [{ a = null }, { b = ["x", 1, true] }], text = "one\ntwo" }
}

module "m" {
  source = "./m"
  name   = var.region
}

module "each" {
  source   = "./m"
  for_each = local.sizes
  name     = each.key
}

resource "terraform_data" "one" {
  input = local.names
}

output "o" {
  value = local.names
}
