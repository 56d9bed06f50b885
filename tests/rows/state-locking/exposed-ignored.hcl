# row: a state that git ignores: pass

# file: stages/test/bootstrap/main.tf
terraform {
  required_version = "~> 1.11"
}

provider "aws" {
  region = "eu-west-1"
}

# file: stages/test/bootstrap/terraform.tfstate
{"version": 4}

# file: .gitignore
*.tfstate
