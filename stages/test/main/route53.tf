locals {
  # CloudFront answers to our names only if it has a certificate for them.
  cdn_aliases = {
    images = { target = module.image_cdn.domain_name, zone_id = module.image_cdn.hosted_zone_id }
    static = { target = module.static_cdn.domain_name, zone_id = module.static_cdn.hosted_zone_id }
  }
}

module "dns" {
  source = "../../../modules/dns"

  domain  = module.stage.domain
  aliases = { for name, alias in local.cdn_aliases : name => alias if module.stage.certificate_arn != null }

  records = {
    # Nobody but Amazon makes certificates for this domain.
    caa = { type = "CAA", values = ["0 issue \"amazon.com\""] }

    # And nobody sends mail from it.
    spf   = { type = "TXT", values = ["v=spf1 -all"] }
    dmarc = { name = "_dmarc", type = "TXT", values = ["v=DMARC1; p=reject"] }
  }
}
