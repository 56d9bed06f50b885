# The values of the stage "test", in one place. Both root modules use this folder as a module:
#
#   module "stage" { source = "../" }
#
# so nothing in here may need a provider. What only make needs is in stage.mk; what operators turn in daily work is in
# main/terraform.tfvars.

locals {
  project = "platform"
  stage   = "test"
}

# --- identity ---------------------------------------------------------------------------------------------------------

output "project" {
  description = "Name of the project all stages belong to."
  value       = local.project
}

output "stage" {
  description = "Name of this stage; equal to the name of its folder."
  value       = local.stage
}

output "name" {
  description = "Prefix of the names of everything in this stage."
  value       = "${local.project}-${local.stage}"
}

output "account_id" {
  description = "The AWS account of this stage, and of no other. Every provider refuses to work in a different one."
  value       = "123456789012"
}

output "tags" {
  description = "Tags of everything in this stage."
  value = {
    Project   = local.project
    Stage     = local.stage
    ManagedBy = "terraform"
  }
}

# --- place ------------------------------------------------------------------------------------------------------------

output "region" {
  description = "Region of the stage. backend.tf and stage.mk repeat it, as neither can read this file."
  value       = "eu-west-1"
}

output "zones" {
  description = "Availability zones in use. Written out rather than asked for, so that a plan is the same on every day."
  value       = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
}

output "vpc_cidr" {
  description = "Address range of the VPC. Ranges of all stages are disjoint, so that any two may be peered: docs/infrastructure.md."
  value       = "10.10.0.0/16"
}

output "service_cidr" {
  description = "Address range of Kubernetes services. Never routed, yet disjoint from every VPC: pods cannot reach what it covers."
  value       = "172.20.0.0/20"
}

output "cloudfront_prefix_list_id" {
  description = "The list AWS keeps of CloudFront's origin-facing addresses (com.amazonaws.global.cloudfront.origin-facing); one id a region."
  value       = "pl-4fa04526"
}

# --- names ------------------------------------------------------------------------------------------------------------

output "domain" {
  description = "Domain of the stage, delegated to its own hosted zone."
  value       = "test.example.com"
}

output "certificate_arn" {
  description = "Certificate for the CloudFront names (us-east-1), or null: then CloudFront answers at its own name only. Certificates are made elsewhere."
  value       = null
}

# --- how much of everything -------------------------------------------------------------------------------------------

output "deletion_protection" {
  description = "Whether the services refuse to delete what holds data. Set to false and apply before a stage is torn down."
  value       = true
}

output "redis_replicas" {
  description = "Replicas beside the primary. Two, because Redis is the first storage layer: reads and a failover survive the loss of a zone."
  value       = 2
}

output "image_encryption" {
  description = "Encryption of the original images: aws:kms here and in every stage with real data."
  value       = "aws:kms"
}
