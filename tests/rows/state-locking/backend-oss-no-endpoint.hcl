# row: oss with a table and no endpoint: no-lock

# file: stages/test/main/backend.tf
terraform {
  backend "oss" {
    bucket           = "s"
    tablestore_table = "t"
  }
}
