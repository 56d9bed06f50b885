# row: oci always locks: pass

# file: stages/test/main/backend.tf
terraform {
  backend "oci" {
    bucket = "s"
    namespace = "n"
  }
}
