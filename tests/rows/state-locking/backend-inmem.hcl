# row: inmem: no-backend

# file: stages/test/main/backend.tf
terraform {
  backend "inmem" {}
}
