# row: consul always locks: pass

# file: stages/test/main/backend.tf
terraform {
  backend "consul" {
    path = "a"
  }
}
