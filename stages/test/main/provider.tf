terraform {
  required_version = "~> 1.11.4"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = module.stage.region

  # With the credentials of another stage, nothing happens at all.
  allowed_account_ids = [module.stage.account_id]

  default_tags {
    tags = merge(module.stage.tags, { Component = "main" })
  }
}
