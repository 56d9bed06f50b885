# row: http without lock_address: no-lock

# file: stages/test/main/backend.tf
terraform {
  backend "http" {
    address = "https://states.example.com/main"
  }
}
