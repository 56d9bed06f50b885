variable "name" {
  type = string
}

output "name" {
  value = "m-${var.name}"
}

output "secret" {
  value     = "s-${var.name}"
  sensitive = true
}
