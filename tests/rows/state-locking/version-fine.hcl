# row: image and range are new enough: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
  }
}

# file: bin/terraform
#!/bin/sh
image=docker.io/hashicorp/terraform:1.11.4
exec docker run --rm "$image" "$@"
