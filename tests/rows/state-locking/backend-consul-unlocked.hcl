# row: consul with lock = false: no-lock

# file: stages/test/main/backend.tf
terraform {
  backend "consul" {
    path = "a"
    lock = false
  }
}
