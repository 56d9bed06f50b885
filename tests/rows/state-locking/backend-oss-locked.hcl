# row: oss with table and endpoint: pass

# file: stages/test/main/backend.tf
terraform {
  backend "oss" {
    bucket              = "s"
    tablestore_endpoint = "https://t.example.com"
    tablestore_table    = "t"
  }
}
