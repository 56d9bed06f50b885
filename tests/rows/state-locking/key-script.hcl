# row: a script makes the key of the folder: pass

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: stages/test/search/backend.tf
terraform {
  required_version = "~> 1.11"
  backend "s3" {}
}

# file: scripts/init.sh
#!/bin/bash
dir=$1
terraform -chdir="$dir" init -backend-config=bucket=acme-states -backend-config=region=eu-west-1 -backend-config=encrypt=true -backend-config=use_lockfile=true -backend-config="key=$dir/terraform.tfstate"
