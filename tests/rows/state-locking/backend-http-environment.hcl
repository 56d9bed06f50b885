# row: http with TF_HTTP_LOCK_ADDRESS of GitLab: pass

# file: stages/test/main/backend.tf
terraform {
  backend "http" {}
}

# file: .gitlab-ci.yml
variables:
  TF_HTTP_ADDRESS: https://gitlab.example.com/api/v4/projects/1/terraform/state/main
  TF_HTTP_LOCK_ADDRESS: https://gitlab.example.com/api/v4/projects/1/terraform/state/main/lock

plan:
  script:
    - cd stages/test/main
    - terraform init
    - terraform plan -lock-timeout=5m
