# row: removed backend: an error of the configuration

# file: stages/test/main/backend.tf
terraform {
  backend "swift" {}
}
