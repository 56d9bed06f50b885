# row: partial and nothing completes it: undecided

# file: stages/test/main/backend.tf
terraform {
  backend "s3" {}
}
