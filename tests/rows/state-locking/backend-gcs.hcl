# row: gcs always locks: pass

# file: stages/test/main/backend.tf
terraform {
  backend "gcs" {
    bucket = "s"
  }
}
