variable "domain" {
  description = "Domain of the zone."
  type        = string
}

variable "records" {
  description = "Plain records. The key is only a label; an empty name means the domain itself."
  type = map(object({
    name   = optional(string, "")
    type   = string
    ttl    = optional(number, 3600)
    values = list(string)
  }))
  default = {}
}

variable "aliases" {
  description = "Names, without the domain, that stand for a resource of AWS such as a CloudFront distribution."
  type = map(object({
    target  = string
    zone_id = string
  }))
  default = {}
}
