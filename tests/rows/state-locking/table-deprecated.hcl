# row: a table only, on 1.11: dynamodb-deprecated

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    dynamodb_table = "acme-locks"
  }
}
