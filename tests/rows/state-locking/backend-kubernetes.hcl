# row: kubernetes always locks: pass

# file: stages/test/main/backend.tf
terraform {
  backend "kubernetes" {
    secret_suffix = "s"
  }
}
