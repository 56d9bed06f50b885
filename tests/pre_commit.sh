#!/usr/bin/env bash
# Tries the hooks of .pre-commit-hooks.yaml with the real pre-commit, against a git clone of this repository at HEAD.
#
#   tests/pre_commit.sh            both hooks; the one in Rust is compiled by pre-commit, which takes minutes
#   tests/pre_commit.sh system     only the one that takes infralint from PATH
#
# Needs cargo, git, python3 with venv, and a package index for pre-commit itself (or pre-commit on PATH).
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRE_COMMIT_HOME=$work/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.invalid
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
# What is tried is the hook, not how fast the binary is.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16

fail() { echo "FAILED: $*" >&2; exit 1; }

# expect CODE TEXT COMMAND...: the command ends with the code and says the text.
expect() {
    local code=$1 text=$2 got=0
    shift 2
    "$@" >"$work/said" 2>&1 || got=$?
    [ "$got" = "$code" ] || { cat "$work/said"; fail "$* ended with $got, not $code"; }
    grep -qF -- "$text" "$work/said" || { cat "$work/said"; fail "$* did not say: $text"; }
    echo "ok: $* -> $code"
}

install_pre_commit() {
    command -v pre-commit >/dev/null && return
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet pre-commit
    PATH=$work/venv/bin:$PATH
}

make_hooks() {
    git clone --quiet "$repository" "$work/hooks"
    git -C "$work/hooks" tag v0.0.1
}

make_user() {
    mkdir -p "$work/user/stages/test/main" "$work/user/policies"
    cd "$work/user"
    git init --quiet
    cat >stages/test/main/main.tf <<'HCL'
variable "destroyable" {
  type = bool
}

resource "aws_s3_bucket" "logs" {
  bucket        = "logs"
  force_destroy = var.destroyable
}
HCL
    cat >policies/bucket-kept.policy.hcl <<'HCL'
resource_policy "aws_s3_bucket" "no-force-destroy" {
  enforce {
    condition     = attrs.force_destroy != true
    error_message = "The bucket is destroyed with everything in it"
  }
}
HCL
    echo 'Infrastructure' >README.md
}

use_hook() {
    cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $work/hooks
    rev: v0.0.1
    hooks:
      - id: $1
        args: [--no-default-rules, --rules, policies]
YAML
    echo 'destroyable = true' >stages/test/main/terraform.tfvars
    git add -A
}

try_hook() {
    use_hook "$1"
    expect 0 "installed at" pre-commit install --install-hooks
    expect 1 "The bucket is destroyed with everything in it" pre-commit run --all-files
    expect 1 "stages/test/main/terraform.tfvars:1" git commit -m "Break it"
    echo "destroyable = false # kept, says $1" >stages/test/main/terraform.tfvars
    git add -A
    expect 0 "Passed" git commit -m "Keep the bucket ($1)"
    # What stands in another stage is not in the way of who does not touch it; who asks for all gets to see it.
    mkdir -p "stages/other-$1"
    sed 's/var.destroyable/true/' stages/test/main/main.tf >"stages/other-$1/main.tf"
    git add -A
    git commit --quiet --no-verify -m "Break another stage ($1)"
    echo "destroyable = false # still kept, says $1" >stages/test/main/terraform.tfvars
    git add -A
    expect 0 "Passed" git commit -m "Touch one stage only"
    expect 1 "stages/other-$1/main.tf:" pre-commit run --all-files
    git rm -r --quiet "stages/other-$1"
    expect 0 "Skipped" git commit -m "Take the other stage away"
    echo "for $1" >>README.md
    git add -A
    expect 0 "Skipped" git commit -m "Change what is no configuration"
}

install_pre_commit
make_hooks
make_user
cargo build --quiet --manifest-path "$repository/Cargo.toml"
PATH=$repository/target/debug:$PATH try_hook infralint-system
[ "${1:-all}" = system ] || try_hook infralint
echo "pre-commit runs the hooks"
