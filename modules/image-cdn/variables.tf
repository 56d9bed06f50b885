variable "name" {
  description = "Prefix of all names; \"-images\" is added."
  type        = string

  validation {
    condition     = length(var.name) <= 25
    error_message = "A load balancer's name has at most 32 characters, 7 of which are \"-images\"."
  }
}

variable "region" {
  description = "Region of the load balancer."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the load balancer."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the load balancer, in at least two zones."
  type        = list(string)
}

variable "proxy_security_group_id" {
  description = "Security group of the image proxy's pods."
  type        = string
}

variable "proxy_port" {
  description = "Port the image proxy listens on."
  type        = number
  default     = 8888
}

variable "cloudfront_prefix_list_id" {
  description = "The prefix list of CloudFront's origin-facing addresses in this region."
  type        = string
}

variable "access_log_bucket" {
  description = "Bucket that gets the load balancer's access logs under \"alb/\". It must be encrypted with AES256: load balancers cannot write with a KMS key."
  type        = string
}

variable "domain_names" {
  description = "Names the images are served under. Needs a certificate; without one, CloudFront's own name is all there is."
  type        = list(string)
  default     = []
}

variable "certificate_arn" {
  description = "Certificate for the names, in us-east-1, or null."
  type        = string
  default     = null
}

variable "price_class" {
  description = "Where in the world images are cached: PriceClass_100 is Europe and North America."
  type        = string
  default     = "PriceClass_100"
}

variable "deletion_protection" {
  description = "Whether the load balancer refuses to be deleted."
  type        = bool
  default     = true
}
