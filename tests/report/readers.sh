#!/usr/bin/env bash
# Holds real reports against the tools of others: Microsoft's SARIF validator with the rules of GitHub's code scanning, sarif-tools, and
# junitparser. What cargo's tests hold them against is in tests/report/formats.rs; this is the second opinion.
#
#   tests/report/readers.sh [INFRALINT]      by default target/debug/infralint, which is built
#
# Needs npm with its registry, and python3 with venv and a package index.
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
infralint=${1:-$repository/target/debug/infralint}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

[ $# -gt 0 ] || cargo build --quiet --manifest-path "$repository/Cargo.toml"
npm install --silent --no-fund --no-audit --prefix "$work" @microsoft/sarif-multitool-linux@5.7.0
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sarif-tools==3.0.5 junitparser==5.0.3

# Something of every kind: a failure with a fix, something undecided, a waiver, a mistake in a file, one without a place.
mkdir -p "$work/user/policies"
cd "$work/user"
cp -r "$repository/modules" "$repository/stages" .
cat >stages/test/main/mistake.tf <<'HCL'
resource "aws_s3_bucket" "mistake" {
  bucket_name = var.nothing
}

resource "aws_elasticache_replication_group" "undecided" {
  replication_group_id       = "undecided"
  description                = "undecided"
  automatic_failover_enabled = var.undecided
  num_cache_clusters         = 2
}

variable "undecided" {
  type = bool
}
HCL
code=0
"$infralint" check --format sarif --output report.sarif --format junit --output report.xml --format gitlab --output report.json \
    --format human --quiet || code=$?
[ "$code" = 2 ] || fail "a report with a mistake has the exit code 2, not $code"

# Not by its wrapper, in which a shell takes the semicolons.
"$work/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool" validate report.sarif --level 'Error;Warning' --rule-kind 'Sarif;Ghas' \
    --output "$work/validation.sarif" --log ForceOverwrite >"$work/validated" 2>&1 || { cat "$work/validated"; fail "the SARIF validator objects"; }
python3 - "$work/validation.sarif" <<'PY'
import json, sys
found = [result for run in json.load(open(sys.argv[1], encoding="utf-8-sig"))["runs"] for result in run.get("results", [])]
bad = [result for result in found if result.get("level", "warning") == "error"]
for result in found:
    print(result.get("level", "warning"), result["ruleId"], result["message"].get("text") or result["message"].get("arguments"))
sys.exit(1 if bad else 0)
PY
"$work/venv/bin/sarif" summary report.sarif
"$work/venv/bin/python" - <<'PY'
from junitparser import JUnitXml
suites = JUnitXml.fromfile("report.xml")
cases = [case for suite in suites for case in suite]
assert suites.tests == len(cases) > 3, (suites.tests, len(cases))
assert suites.errors >= 1 and suites.failures >= 1, (suites.errors, suites.failures)
print(f"junitparser: {suites.tests} tests, {suites.failures} failures, {suites.errors} errors")
PY
echo "the readers take the reports"
