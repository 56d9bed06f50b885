variable "name" {
  description = "Prefix of all names; \"-static\" is added."
  type        = string
}

variable "bucket_domain_name" {
  description = "Regional domain name of the bucket with the assets."
  type        = string
}

variable "domain_names" {
  description = "Names the assets are served under. Needs a certificate; without one, CloudFront's own name is all there is."
  type        = list(string)
  default     = []
}

variable "certificate_arn" {
  description = "Certificate for the names, in us-east-1, or null."
  type        = string
  default     = null
}

variable "price_class" {
  description = "Where in the world assets are cached: PriceClass_100 is Europe and North America."
  type        = string
  default     = "PriceClass_100"
}
