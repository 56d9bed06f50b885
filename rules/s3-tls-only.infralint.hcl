# Buckets that refuse requests without TLS: by the statements of their policy.

locals {
  infralint = {
    "*" = {
      category         = "security"
      docs             = "rules/s3-tls-only.md"
      tags             = ["aws", "s3"]
      severity         = "medium"
      nonprod_severity = "low"
      controls         = ["AWS Security Hub S3.5", "AWS Config s3-bucket-ssl-requests-only", "CIS AWS 5.0 2.1.1", "CIS AWS 7.0 3.1.1", "AWS Well-Architected SEC09-BP02"]
    }

    "no-tls-only-policy" = {
      title = "A bucket that answers without TLS"
      why   = "Without a statement that refuses them, requests over plain HTTP are answered, and what is read and written can be listened to."
      help  = "Add to the bucket's policy: { Effect = \"Deny\", Principal = \"*\", Action = \"s3:*\", Resource = [bucket.arn, the same with /*], Condition = { Bool = { \"aws:SecureTransport\" = \"false\" } } }   # in place"
    }
  }
}

resource_policy "aws_s3_bucket" "no-tls-only-policy" {
  locals {
    texts = core::concat(
      [for policy in core::getresources("aws_s3_bucket_policy", { bucket = attrs.id }) : policy.policy],
      infralint::configured("policy") ? [attrs.policy] : [],
    )
    documents  = [for text in local.texts : core::jsondecode(text)]
    statements = core::flatten([for document in local.documents : core::flatten([document.Statement])])

    # Denies everybody everything that comes without TLS.
    refusals = [
      for statement in local.statements : core::flatten([statement.Resource])
      if statement.Effect == "Deny"
      && core::try(statement.Principal == "*" || core::contains(core::flatten([statement.Principal.AWS]), "*"), statement.Principal == "*", false)
      && core::anytrue([for action in core::try(core::flatten([statement.Action]), []) : action == "*" || core::lower(action) == "s3:*"])
      && core::length(core::try(statement.Condition, {})) == 1
      && core::anytrue([
        for operator, keys in core::try(statement.Condition, {}) :
        core::contains(["bool", "boolifexists"], core::lower(operator)) && core::length(keys) == 1 && core::anytrue([
          for key, values in keys : core::lower(key) == "aws:securetransport" && core::alltrue([for value in core::flatten([values]) : infralint::tostring(value) == "false"])
        ])
      ])
    ]
    refused = core::flatten(local.refusals)
    names   = infralint::configured("bucket") ? ["arn:aws:s3:::${attrs.bucket}", "arn:aws-us-gov:s3:::${attrs.bucket}", "arn:aws-cn:s3:::${attrs.bucket}"] : []
    whole   = core::anytrue([for resource in local.refused : infralint::is_known(resource) && resource == "*" || resource == attrs.arn || (infralint::is_known(resource) ? core::contains(local.names, resource) : false)])
    objects = core::anytrue([for resource in local.refused : infralint::is_known(resource) && resource == "*" || resource == "${attrs.arn}/*" || (infralint::is_known(resource) ? core::contains([for name in local.names : "${name}/*"], resource) : false)])
  }

  enforce {
    condition     = local.whole && local.objects
    error_message = "${infralint::address()} %{if core::length(local.texts) == 0}has no policy that refuses requests without TLS%{else}%{if infralint::is_known(local.whole) && infralint::is_known(local.objects)}%{if local.whole}refuses requests without TLS for itself, and not for its objects%{else}%{if local.objects}refuses requests without TLS for its objects, and not for itself%{else}has a policy that does not refuse requests without TLS%{endif}%{endif}%{else}does not refuse all requests without TLS%{endif}%{endif}"
  }
}
