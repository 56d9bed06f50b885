# row: azurerm always locks: pass

# file: stages/test/main/backend.tf
terraform {
  backend "azurerm" {
    storage_account_name = "s"
    container_name = "c"
    key = "k"
    resource_group_name = "g"
  }
}
