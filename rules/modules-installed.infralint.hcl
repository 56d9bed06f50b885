# Modules whose source is not in the repository are judged once terraform init has fetched them. Until then nobody knows what is
# in them.

locals {
  infralint = {
    "*" = {
      category = "reliability"
      docs     = "rules/modules-installed.md"
      tags     = ["terraform", "modules"]
      controls = []
    }

    "not-installed" = {
      title    = "A module whose source is not here"
      severity = "medium"
      why      = "What it makes was judged by no rule."
      help     = "terraform init   # or terraform get; what it fetches is judged as the rest is"
    }
  }
}

root_module_policy "*" "not-installed" {
  locals {
    inside = infralint::opaque_modules()
  }

  enforce {
    condition     = core::alltrue(local.inside)
    error_message = "Modules of ${root.path} are not installed"
  }
}
