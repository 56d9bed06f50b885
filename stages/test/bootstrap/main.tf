module "stage" {
  source = "../"
}

locals {
  # stages/test/main/backend.tf repeats these names: a backend block takes no expressions.
  state_name   = "${module.stage.name}-terraform-state"
  state_bucket = "${local.state_name}-${module.stage.account_id}"
}

# A state holds every value of the stage, so it gets a key of its own: who may read the bucket still cannot read the state
# without it.
resource "aws_kms_key" "terraform_state" {
  description             = "Terraform state of ${module.stage.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  lifecycle {
    prevent_destroy = true
  }
}

# The backend names the key by this alias. Without a key named there, Terraform would write the state with S3's own key,
# whatever the bucket's default is.
resource "aws_kms_alias" "terraform_state" {
  name          = "alias/${local.state_name}"
  target_key_id = aws_kms_key.terraform_state.key_id
}
