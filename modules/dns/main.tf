# The public zone of a domain. The parent domain delegates to it by the name servers in the outputs.

resource "aws_route53_zone" "this" {
  name    = var.domain
  comment = "Managed by Terraform"
}

resource "aws_route53_record" "record" {
  for_each = var.records

  zone_id = aws_route53_zone.this.zone_id
  name    = each.value.name == "" ? var.domain : "${each.value.name}.${var.domain}"
  type    = each.value.type
  ttl     = each.value.ttl
  records = each.value.values
}

# An address of each family: whoever has only IPv6 gets there too.
resource "aws_route53_record" "alias" {
  for_each = {
    for pair in setproduct(keys(var.aliases), ["A", "AAAA"]) : "${pair[0]}-${pair[1]}" => {
      alias = var.aliases[pair[0]]
      name  = pair[0]
      type  = pair[1]
    }
  }

  zone_id = aws_route53_zone.this.zone_id
  name    = "${each.value.name}.${var.domain}"
  type    = each.value.type

  alias {
    name                   = each.value.alias.target
    zone_id                = each.value.alias.zone_id
    evaluate_target_health = false
  }
}
