variable "secret" {
  type      = string
  sensitive = true
  default   = "planted-in-a-variable"
}

variable "trigger" {
  type    = number
  default = 1
}

resource "terraform_data" "first" {
  input = "y"
}

resource "terraform_data" "keyed" {
  for_each = toset(["p", "z"])
  input    = { secret = var.secret, id = terraform_data.first.id }
}

removed {
  from = terraform_data.forgotten

  lifecycle {
    destroy = false
  }
}

moved {
  from = terraform_data.old
  to   = terraform_data.new
}

resource "terraform_data" "new" {
  input = 1
}

resource "terraform_data" "replaced" {
  triggers_replace = [var.trigger]
  input            = terraform_data.first.output

  lifecycle {
    create_before_destroy = true
  }
}

import {
  to = terraform_data.imported
  id = "abc"
}

resource "terraform_data" "imported" {}
