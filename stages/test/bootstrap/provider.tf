terraform {
  required_version = "~> 1.11.4"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # No backend, on purpose: this root module makes the bucket that a backend needs. Its state stays on the disk of whoever
  # runs it, and holds nothing that cannot be imported again: docs/infrastructure.md, "Bootstrap".
}

provider "aws" {
  region              = module.stage.region
  allowed_account_ids = [module.stage.account_id]

  default_tags {
    tags = merge(module.stage.tags, { Component = "bootstrap" })
  }
}
