# row: pg always locks: pass

# file: stages/test/main/backend.tf
terraform {
  backend "pg" {
    conn_str = "postgres://db/states"
  }
}
