# row: cloud: pass

# file: stages/test/main/backend.tf
terraform {
  cloud {
    organization = "acme"
    workspaces {
      name = "main"
    }
  }
}
