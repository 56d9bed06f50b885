output "state_bucket" {
  description = "Name of the state bucket, for the backend of the other root modules."
  value       = aws_s3_bucket.terraform_state_bucket.bucket
}

output "state_lock_table" {
  description = "Name of the lock table, for the backend of the other root modules."
  value       = aws_dynamodb_table.terraform_state_lock.name
}

output "state_kms_key_alias" {
  description = "Alias of the key the state is encrypted with, for the backend of the other root modules."
  value       = aws_kms_alias.terraform_state.arn
}
