# row: local in allow_local: pass

# file: tools/sandbox/main.tf
provider "aws" {
  region = "eu-west-1"
}

# file: .infralint.hcl
rule "state-locking" {
  inputs = { allow_local = ["tools/sandbox"] }
}
