# One table serves every root module of the stage: an item's key is the path of the state it locks.
#
# Terraform 1.11 locks in S3 as well and calls this the older way. Both are used until nobody runs an older Terraform any
# more: docs/infrastructure.md, "From the lock table to lock files".
resource "aws_dynamodb_table" "terraform_state_lock" {
  name         = "${module.stage.name}-terraform-state-lock"
  billing_mode = "PAY_PER_REQUEST"

  # Terraform demands this name and this type.
  hash_key = "LockID"

  attribute {
    name = "LockID"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.terraform_state.arn
  }

  point_in_time_recovery {
    enabled = true
  }

  deletion_protection_enabled = true

  lifecycle {
    prevent_destroy = true
  }
}
