# row: s3 with a table and a required_version below 1.11: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.9.0"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    dynamodb_table = "acme-locks"
  }
}
