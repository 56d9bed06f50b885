# row: remote always locks: pass

# file: stages/test/main/backend.tf
terraform {
  backend "remote" {
    organization = "acme"
    workspaces {
      name = "main"
    }
  }
}
