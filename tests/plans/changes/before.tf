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
  input = "x"
}

resource "terraform_data" "keyed" {
  for_each = toset(["p", "q"])
  input    = { secret = var.secret, id = terraform_data.first.id }
}

resource "terraform_data" "gone" {
  input = 1
}

resource "terraform_data" "forgotten" {
  input = 1
}

resource "terraform_data" "old" {
  input = 1
}

resource "terraform_data" "replaced" {
  triggers_replace = [var.trigger]
  input            = terraform_data.first.output
}
