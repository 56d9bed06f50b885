# What make needs to know of this stage. Everything Terraform needs is in outputs.tf.
AWS_PROFILE ?= platform-test
AWS_REGION  ?= eu-west-1
