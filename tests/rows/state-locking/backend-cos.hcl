# row: cos always locks: pass

# file: stages/test/main/backend.tf
terraform {
  backend "cos" {
    bucket = "s-1"
    region = "ap-guangzhou"
  }
}
