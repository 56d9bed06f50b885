output "id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "Address range of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, one a zone, in the order of the zones."
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, one a zone, in the order of the zones."
  value       = [for zone in var.zones : aws_subnet.public[zone].id]
}

output "database_subnet_ids" {
  description = "Ids of the database subnets, one a zone, in the order of the zones."
  value       = [for zone in var.zones : aws_subnet.database[zone].id]
}

output "nat_ips" {
  description = "Addresses traffic from the private subnets comes from, for allow-lists of others."
  value       = [for zone in var.zones : aws_eip.nat[zone].public_ip]
}
