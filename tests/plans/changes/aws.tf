provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  max_retries                 = 1
}

variable "engine" {
  type    = string
  default = "postgres"
}

resource "aws_db_instance" "main" {
  identifier          = "main"
  engine              = var.engine
  instance_class      = "db.t4g.medium"
  allocated_storage   = 20
  username            = "root"
  password            = "planted-in-a-resource"
  skip_final_snapshot = true
}

resource "aws_dynamodb_table" "sessions" {
  name         = "sessions"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "user"

  attribute {
    name = "user"
    type = "S"
  }
}

resource "aws_s3_bucket" "images" {
  bucket = "acme-images"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "images" {
  bucket = aws_s3_bucket.images.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_secretsmanager_secret_version" "api" {
  secret_id     = "api"
  secret_string = "planted-in-a-secret"
}
