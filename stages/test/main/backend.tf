# Made by ../bootstrap. A backend block takes no expressions, so the names are written out; `infralint check` compares them
# with those in ../bootstrap.
terraform {
  backend "s3" {
    bucket = "platform-test-terraform-state-123456789012"
    key    = "main/terraform.tfstate"
    region = "eu-west-1"

    # `encrypt` alone would ask for S3's own key and overrule the bucket's default, so the key is named.
    encrypt    = true
    kms_key_id = "arn:aws:kms:eu-west-1:123456789012:alias/platform-test-terraform-state"

    # Both locks are taken, and both must be had. The lock file is the way forward (the table is deprecated since Terraform
    # 1.11 and warns); the table keeps out whoever still works from a checkout that knows nothing of lock files. It goes
    # once there is none left: docs/infrastructure.md, "From the lock table to lock files".
    use_lockfile   = true
    dynamodb_table = "platform-test-terraform-state-lock"
  }
}
