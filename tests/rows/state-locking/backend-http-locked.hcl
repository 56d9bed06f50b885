# row: http with lock_address: pass

# file: stages/test/main/backend.tf
terraform {
  backend "http" {
    address      = "https://states.example.com/main"
    lock_address = "https://states.example.com/main/lock"
  }
}
