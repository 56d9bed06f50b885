module "stage" {
  source = "../"
}

locals {
  name       = module.stage.name
  account_id = module.stage.account_id
  region     = module.stage.region

  # Who may connect to what holds data. Pods share the group of their nodes.
  clients = { "the pods" = module.eks.security_group_id }

  # One key for each kind of data, so that the right to read one is not the right to read all.
  keys = {
    logs = {
      description = "Logs"
      services = [
        {
          principal = "logs.${local.region}.amazonaws.com"
          condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${local.region}:${local.account_id}:log-group:*" } }
        },
      ]
    }
    kubernetes = { description = "Kubernetes secrets" }
    database   = { description = "Aurora: storage, backups and the master user's secret" }
    redis      = { description = "Redis: disks and snapshots" }
    search     = { description = "OpenSearch: indices and snapshots" }
    images     = { description = "Images, originals and variants" }
    static = {
      description = "Static assets"
      services = [
        {
          principal = "cloudfront.amazonaws.com"
          condition = { ArnLike = { "aws:SourceArn" = "arn:aws:cloudfront::${local.account_id}:distribution/*" } }
        },
      ]
    }
  }
}

module "key" {
  source   = "../../../modules/kms-key"
  for_each = local.keys

  name        = "${local.name}-${each.key}"
  description = "${each.value.description} of ${local.name}"
  account_id  = local.account_id
  services    = try(each.value.services, [])
}
