# row: oss without a table: no-lock

# file: stages/test/main/backend.tf
terraform {
  backend "oss" {
    bucket = "s"
  }
}
