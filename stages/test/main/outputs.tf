# What the charts of the applications need to know.

output "cluster_name" {
  description = "Name of the Kubernetes cluster: aws eks update-kubeconfig --name ..."
  value       = module.eks.name
}

output "database_endpoint" {
  description = "Name and port of the database's writer."
  value       = "${local.database.endpoint}:${local.database.port}"
}

output "database_reader_endpoint" {
  description = "Name and port that take turns over the database's readers."
  value       = "${local.database.reader_endpoint}:${local.database.port}"
}

output "redis_endpoint" {
  description = "Name and port of the Redis primary."
  value       = "${module.redis.endpoint}:${module.redis.port}"
}

output "search_endpoint" {
  description = "Address of the search domain."
  value       = "https://${module.search.endpoint}"
}

output "image_proxy_target_group_arn" {
  description = "Target group for the image proxy's TargetGroupBinding."
  value       = module.image_cdn.target_group_arn
}

output "buckets" {
  description = "Names of the buckets."
  value = {
    images         = module.images.name
    image_variants = module.image_variants.name
    static         = module.static.name
  }
}

output "cdn_domain_names" {
  description = "CloudFront's own names, for as long as there is no certificate."
  value = {
    images = module.image_cdn.domain_name
    static = module.static_cdn.domain_name
  }
}

output "name_servers" {
  description = "Name servers the parent domain has to delegate to."
  value       = module.dns.name_servers
}
