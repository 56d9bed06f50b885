# What a plan destroys, of resources that keep data.

locals {
  infralint = {
    "*" = {
      category = "reliability"
      docs     = "rules/stateful-replace.md"
      tags     = ["aws", "plan"]
      controls = ["AWS Well-Architected REL09-BP01", "AWS Well-Architected OPS05-BP10"]
    }

    "replaced" = {
      title            = "A resource that keeps data is replaced"
      severity         = "critical"
      nonprod_severity = "high"
      why              = "The new one is empty: what the old one holds is gone when Terraform has destroyed it, and a snapshot restored is another resource."
      help             = "Leave the attribute as it is; or make a second resource, move the data, and take the first one away in a plan of its own"
    }

    "destroyed" = {
      title            = "A resource that keeps data is destroyed"
      severity         = "high"
      nonprod_severity = "medium"
      why              = "What it holds is gone with it. A resource that was only renamed is destroyed too, unless a moved block says where it went."
      help             = "If it was renamed: moved { from = the old address, to = the new one }. If Terraform shall only let go of it: removed { from = the address, lifecycle { destroy = false } }"
    }
  }
}

resource_policy "*" "replaced" {
  operations = ["delete"]
  filter     = infralint::data_kept(meta.type) != null

  locals {
    forcing = infralint::replacement()
  }

  enforce {
    condition     = local.forcing == null
    error_message = "${infralint::address()} is replaced, and with it goes ${infralint::data_kept(meta.type)}%{if core::length(local.forcing) > 0}: ${core::join(", ", local.forcing)} cannot be changed in place%{endif}"
  }
}

resource_policy "*" "destroyed" {
  operations        = ["delete"]
  enforcement_level = "advisory"
  filter            = infralint::data_kept(meta.type) != null

  enforce {
    condition     = infralint::replacement() != null
    error_message = "${infralint::address()} is destroyed, and with it goes ${infralint::data_kept(meta.type)}"
  }
}
