# The targets every root module shares. Its Makefile says only which stage it belongs to:
#
#   include ../stage.mk
#   include ../../../lib/terraform.mk
#
# Extra arguments for one run: make plan ARGS=-target=module.redis

ROOT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)

# Terraform runs in a container; plan, apply and destroy go through the gate (docs/gate.md), whatever TERRAFORM names. For a
# machine that has a Terraform of its own: make plan TERRAFORM=terraform, which is TERRAFORM_ENGINE=none make plan. The gate
# says so each time, or refuses, where the settings have require_container.
GATE := $(ROOT)/bin/terraform
TERRAFORM ?= $(GATE)
INFRALINT ?= infralint
export INFRALINT

# A Terraform that is named is put first on the path, where the gate looks for it.
ifneq ($(abspath $(shell command -v '$(TERRAFORM)')),$(abspath $(GATE)))
ifneq ($(notdir $(TERRAFORM)),terraform)
$(error TERRAFORM=$(TERRAFORM) does not name a program called terraform, and the gate runs no other)
endif
ifeq ($(shell command -v '$(TERRAFORM)'),)
$(error TERRAFORM=$(TERRAFORM): there is no such program)
endif
export TERRAFORM_ENGINE := none
export PATH := $(dir $(abspath $(shell command -v '$(TERRAFORM)'))):$(PATH)
override TERRAFORM := $(GATE)
endif

# Arguments for each init, e.g. INIT_ARGS=-plugin-dir=/opt/tf-plugins where there is no registry.
INIT_ARGS ?=
ARGS ?=

# The gate runs init itself.
export TERRAFORM_INIT_ARGS := $(INIT_ARGS)

# What was planned is what gets applied: apply takes this file and nothing else.
PLAN ?= tfplan

# Credentials in the environment (awsudo, a pipeline) win. Only without them is the stage's profile used, and only where
# there are profiles: a pipeline may have a role of its own.
export AWS_REGION
ifdef AWS_ACCESS_KEY_ID
unexport AWS_PROFILE
else ifneq ($(wildcard $(or $(AWS_CONFIG_FILE),$(HOME)/.aws/config)),)
export AWS_PROFILE
endif

TF_DATA_DIR ?= .terraform
export TF_DATA_DIR

# There after every init, whatever the backend: each root module calls the stage's module.
INITIALIZED := $(TF_DATA_DIR)/modules/modules.json

.DEFAULT_GOAL := help
.PHONY: help init plan apply destroy validate fmt check

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

init: ## Prepare the backend, the modules and the provider (ARGS=-reconfigure, -upgrade, -migrate-state ...)
	$(TERRAFORM) init $(INIT_ARGS) $(ARGS)

$(INITIALIZED):
	$(TERRAFORM) init $(INIT_ARGS)

plan: | $(INITIALIZED) ## Show what would change, judge it, and keep that plan for apply
	$(TERRAFORM) plan -out=$(PLAN) $(ARGS)

apply: | $(INITIALIZED) ## Apply the plan that was shown and judged
	@test -f $(PLAN) || { echo "nothing to apply: run 'make plan' first and read it" >&2; exit 2; }
	$(TERRAFORM) apply $(ARGS) $(PLAN)
	@rm -f $(PLAN) $(PLAN).receipt.json

destroy: | $(INITIALIZED) ## Destroy everything in this root module (asks)
	$(TERRAFORM) destroy $(ARGS)

# In a data directory of its own: needs neither credentials nor the backend, and leaves that of `init` alone.
validate: export TF_DATA_DIR := .terraform/validate
validate: ## Check types and references, without credentials
	$(TERRAFORM) init -backend=false -input=false $(INIT_ARGS) >/dev/null
	$(TERRAFORM) validate $(ARGS)

fmt: ## Rewrite this root module, its stage and the modules in canonical form
	$(TERRAFORM) fmt $(ARGS) .
	$(TERRAFORM) fmt $(ARGS) ..
	$(TERRAFORM) fmt -recursive $(ARGS) $(ROOT)/modules

check: ## Judge this root module with infralint, before anything is planned
	$(INFRALINT) check $(ARGS) .
