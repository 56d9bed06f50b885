# row: table in another region through a provider alias

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.9.0"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    dynamodb_table = "acme-locks"
  }
}

# file: stages/test/bootstrap/main.tf
terraform {
  required_version = "~> 1.11"
}

provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}

resource "aws_s3_bucket" "states" {
  bucket = "acme-states"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "states" {
  bucket = aws_s3_bucket.states.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "states" {
  bucket                  = aws_s3_bucket.states.id
  block_public_acls = true
  block_public_policy = true
  ignore_public_acls = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "states" {
  bucket = aws_s3_bucket.states.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_dynamodb_table" "locks" {
  provider                    = aws.us
  name                        = "acme-locks"
  billing_mode = "PAY_PER_REQUEST"
  hash_key                    = "LockID"
  deletion_protection_enabled = true

  attribute {
    name = "LockID"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}
