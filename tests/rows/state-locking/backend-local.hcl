# row: local: no-backend

# file: stages/test/main/backend.tf
terraform {
  backend "local" {
    path = "x.tfstate"
  }
}
