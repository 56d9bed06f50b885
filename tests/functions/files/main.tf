# Gives expressions something unknown to work with.
resource "terraform_data" "x" {}
