# row: image of bin/terraform is 1.9

# file: stages/test/main/backend.tf
terraform {
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
image=docker.io/hashicorp/terraform:1.9.8
exec docker run --rm "$image" "$@"
