# Three roles: people who operate the stage, the application, and the image proxy. Roles of AWS services are in the modules.

# --- operators --------------------------------------------------------------------------------------------------------

# Administrator of Kubernetes and of OpenSearch, and nothing else in AWS. Taken on by users of this account, and only with a
# second factor.
resource "aws_iam_role" "operator" {
  name                 = "${local.name}-operator"
  max_session_duration = 4 * 60 * 60

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${local.account_id}:root" }
        Action    = "sts:AssumeRole"
        Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
      },
    ]
  })
}

resource "aws_iam_role_policy" "operator" {
  name = "find-the-cluster"
  role = aws_iam_role.operator.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["eks:DescribeCluster"]
        Resource = "arn:aws:eks:${local.region}:${local.account_id}:cluster/${local.name}"
      },
    ]
  })
}

# --- pods -------------------------------------------------------------------------------------------------------------

locals {
  # The service accounts that have a role. Pod Identity hands it to their pods (eks.tf), and says in tags of the session for
  # whom it asks; the role insists on the right answer.
  pods = {
    application = { namespace = "application", service_account = "application" }
    image-proxy = { namespace = "image-proxy", service_account = "image-proxy" }
  }

  pod_trust = {
    for name, pod in local.pods : name => jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Effect    = "Allow"
          Principal = { Service = "pods.eks.amazonaws.com" }
          Action    = ["sts:AssumeRole", "sts:TagSession"]
          Condition = {
            StringEquals = {
              "aws:RequestTag/eks-cluster-name"           = local.name
              "aws:RequestTag/kubernetes-namespace"       = pod.namespace
              "aws:RequestTag/kubernetes-service-account" = pod.service_account
            }
          }
        },
      ]
    })
  }
}

resource "aws_iam_role" "application" {
  name               = "${local.name}-application"
  assume_role_policy = local.pod_trust["application"]
}

resource "aws_iam_role_policy" "application" {
  name = "use-the-stores"
  role = aws_iam_role.application.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Redis"
        Effect   = "Allow"
        Action   = "elasticache:Connect"
        Resource = [module.redis.arn, module.redis.user_arns["application"]]
      },
      {
        Sid      = "Database"
        Effect   = "Allow"
        Action   = "rds-db:connect"
        Resource = "arn:aws:rds-db:${local.region}:${local.account_id}:dbuser:${local.database.resource_id}/application"
      },
      {
        Sid      = "Search"
        Effect   = "Allow"
        Action   = "es:ESHttp*"
        Resource = "${module.search.arn}/*"
      },
      {
        Sid      = "UploadImages"
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:DeleteObject"]
        Resource = "${module.images.arn}/*"
      },
      {
        Sid      = "EncryptImages"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = module.key["images"].arn
      },
    ]
  })
}

resource "aws_iam_role" "image_proxy" {
  name               = "${local.name}-image-proxy"
  assume_role_policy = local.pod_trust["image-proxy"]
}

# Reads originals, keeps what it made of them. Nobody else reads originals.
resource "aws_iam_role_policy" "image_proxy" {
  name = "images"
  role = aws_iam_role.image_proxy.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadOriginals"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${module.images.arn}/*"
      },
      {
        Sid      = "KeepVariants"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${module.image_variants.arn}/*"
      },
      {
        # Without this, a missing object is reported as a forbidden one.
        Sid      = "TellMissingFromForbidden"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = [module.images.arn, module.image_variants.arn]
      },
      {
        Sid      = "Decrypt"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = module.key["images"].arn
      },
    ]
  })
}

# --- services ---------------------------------------------------------------------------------------------------------

# OpenSearch puts its nodes into the VPC under this role. One an account, and it has to be there before the first domain.
resource "aws_iam_service_linked_role" "opensearch" {
  aws_service_name = "opensearchservice.amazonaws.com"
}
