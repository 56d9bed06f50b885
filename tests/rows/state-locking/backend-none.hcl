# row: none: no-backend

# file: stages/test/main/main.tf
provider "aws" {
  region = "eu-west-1"
}
