# row: a key of its own on a bucket of elsewhere: undecided

# file: stages/test/main/backend.tf
terraform {
  required_version = "~> 1.11"

  backend "s3" {
    bucket = "acme-states"
    key = "main.tfstate"
    region = "eu-west-1"
    encrypt = true
    use_lockfile = true
    sse_customer_key = "bm90IGEga2V5LCBidXQgYXMgbG9uZyBhcyBvbmUgaXM="
  }
}
